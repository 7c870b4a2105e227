/* The set of candidates gives back what was added, each once, in order, whatever its size. */
#include "support/check.h"

#include <stdlib.h>

#include "match/candidates.h"

static void check_walk(uint32_t rules, const uint32_t *added, unsigned count)
{
    struct candidates set = {0};
    assert_int_equal(candidates_init(&set, rules), 0);
    uint32_t rule;
    unsigned views;
    for (int round = 0; round < 2; round++) { /* it is empty after a walk */
        assert_false(candidates_take(&set, &rule, &views));
        for (unsigned i = count; i-- > 0;) {
            candidates_add(&set, i % 2 ? CANDIDATE_STREAM : CANDIDATE_PACKET, added[i]);
            if (i % 3 == 0)
                candidates_add(&set, CANDIDATE_STREAM, added[i]);
        }
        for (unsigned i = 0; i < count; i++) {
            assert_true(candidates_take(&set, &rule, &views));
            assert_int_equal(rule, added[i]);
            assert_int_equal(views, (i % 2 ? 0 : 1u << CANDIDATE_PACKET) |
                                        (i % 2 || i % 3 == 0 ? 1u << CANDIDATE_STREAM : 0));
        }
        assert_false(candidates_take(&set, &rule, &views));
    }
    candidates_fini(&set);
}

static void test_walk(void **state)
{
    (void)state;
    static const uint32_t few[] = {0}, some[] = {0, 1, 63, 64, 4095, 4096, 8191, 35000},
                          large[] = {5, 4096 * 62, 4096 * 63 - 1, 4096 * 63, 4096 * 64, 4096 * 90 + 7};
    check_walk(1, few, 1);
    check_walk(35861, some, 8);
    check_walk(4096 * 100, large, 6);
    check_walk(100, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_walk)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
