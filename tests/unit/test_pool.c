/* Pools of objects of all sizes, over several slabs; caps are tests/unit/test_base.c's. */
#include "base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Takes n objects and fills each with its number: none lies in another, all are aligned. Gives them back. */
static void take_all(struct pool *pool, size_t size, unsigned n)
{
    unsigned char **all = calloc(n, sizeof *all);
    assert_non_null(all);
    for (unsigned i = 0; i < n; i++) {
        all[i] = pool_get(pool);
        assert_non_null(all[i]);
        assert_int_equal((uintptr_t)all[i] % (size % 64 ? 16 : 64), 0);
        memset(all[i], (int)(i % 251), size);
    }
    assert_int_equal(pool->out, n);
    for (unsigned i = 0; i < n; i++) {
        assert_int_equal(all[i][0], i % 251);
        assert_int_equal(all[i][size - 1], i % 251);
        pool_put(pool, all[i]);
    }
    assert_int_equal(pool->out, 0);
    free(all);
}

static void objects_of_all_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 16, 100, 256, 1000, 300000, 3000000};
    static const unsigned counts[] = {300000, 300000, 30000, 30000, 3000, 20, 3};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct pool pool;
        pool_init(&pool, sizes[i], counts[i]);
        take_all(&pool, sizes[i], counts[i]);
        size_t made = pool.made;
        take_all(&pool, sizes[i], counts[i]);
        assert_int_equal(pool.made, made);
        assert_int_equal(pool.refused, 0);
        pool_fini(&pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_of_all_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
