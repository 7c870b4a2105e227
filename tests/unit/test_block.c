#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/block.h"

static void classes_are_powers_of_two(void **state)
{
    (void)state;
    assert_int_equal(block_size(0), BLOCK_LEAST);
    assert_int_equal(block_size(BLOCK_LEAST), BLOCK_LEAST);
    assert_int_equal(block_size(BLOCK_LEAST + 1), 2 * BLOCK_LEAST);
    assert_int_equal(block_size(1460), 2048);
    assert_int_equal(block_size(BLOCK_MOST), BLOCK_MOST);
    assert_int_equal(block_size(BLOCK_MOST + 1), BLOCK_MOST + 1);
    assert_int_equal((size_t)BLOCK_LEAST << (BLOCK_CLASSES - 1), BLOCK_MOST);
}

static void the_last_that_came_back_is_the_next_to_go(void **state)
{
    (void)state;
    struct blocks blocks = {0};
    void *a = block_get(&blocks, 128), *b = block_get(&blocks, 128), *other = block_get(&blocks, 256);
    block_put(&blocks, a, 128);
    block_put(&blocks, b, 128);
    block_put(&blocks, other, 256);
    assert_ptr_equal(block_get(&blocks, 128), b);
    assert_ptr_equal(block_get(&blocks, 128), a);
    block_put(&blocks, a, 128);
    block_put(&blocks, b, 128);
    block_put(&blocks, NULL, 128);
    blocks_fini(&blocks);
}

static void no_more_than_the_cap_waits(void **state)
{
    (void)state;
    enum { COUNT = BLOCK_KEPT / BLOCK_MOST + 3 };
    struct blocks blocks = {0};
    void *all[COUNT];
    for (int i = 0; i < COUNT; i++)
        all[i] = block_get(&blocks, BLOCK_MOST);
    for (int i = 0; i < COUNT; i++)
        block_put(&blocks, all[i], BLOCK_MOST);
    assert_int_equal(blocks.kept[BLOCK_CLASSES - 1], BLOCK_KEPT);
    blocks_fini(&blocks);
}

static void resizing_keeps_the_bytes(void **state)
{
    (void)state;
    static const size_t sizes[] = {64, 100, 2048, BLOCK_MOST, 5 * BLOCK_MOST, 9 * BLOCK_MOST, 3000, 64, 8};
    struct blocks blocks = {0};
    char *block = block_get(&blocks, 8);
    memcpy(block, "0123456", 8);
    size_t have = 8;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        block = block_resize(&blocks, block, have, sizes[i], 8);
        have = sizes[i];
        assert_string_equal(block, "0123456");
    }
    block_put(&blocks, block, have);
    blocks_fini(&blocks);
}

static void small_ones_lie_in_the_region_while_there_is_room(void **state)
{
    (void)state;
    enum { REGION = 4096, SIZE = 112, FIT = REGION / SIZE, COUNT = FIT + 8 };
    struct blocks blocks = {0};
    uint8_t *all[COUNT];
    blocks_reserve(&blocks, REGION);
    for (int i = 0; i < COUNT; i++) {
        all[i] = block_get(&blocks, SIZE);
        assert_int_equal((uintptr_t)all[i] % BLOCK_GRAIN, 0);
        memset(all[i], i, SIZE);
    }
    assert_int_equal(blocks.used, FIT * SIZE);
    for (int i = 0; i < COUNT; i++)
        for (int at = 0; at < SIZE; at++)
            assert_int_equal(all[i][at], i);
    for (int i = 0; i < COUNT; i++)
        block_put(&blocks, all[i], SIZE);
    assert_ptr_equal(block_get(&blocks, SIZE), all[FIT - 1]); /* the last of the region that came back */
    uint8_t *odd = block_get(&blocks, SIZE + 1);              /* no step */
    block_put(&blocks, odd, SIZE + 1);
    char *moved = block_resize(&blocks, all[FIT - 1], SIZE, 2 * BLOCK_SMALL, SIZE);
    moved = block_resize(&blocks, moved, 2 * BLOCK_SMALL, 16, 16);
    block_put(&blocks, moved, 16);
    assert_int_equal(blocks.used, FIT * SIZE + 16);
    blocks_fini(&blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_powers_of_two),
        cmocka_unit_test(the_last_that_came_back_is_the_next_to_go),
        cmocka_unit_test(no_more_than_the_cap_waits),
        cmocka_unit_test(resizing_keeps_the_bytes),
        cmocka_unit_test(small_ones_lie_in_the_region_while_there_is_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
