#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "flow/stream_insert.h"

static struct stream_budget budget_of(uint64_t most)
{
    return (struct stream_budget){.most = most, .most_window = 1 << 20, .most_ranges = 16};
}

static unsigned put(struct stream *stream, struct stream_budget *budget, uint64_t from, const char *text)
{
    return stream_insert(stream, budget, from, slice_str(text), OS_BSD);
}

static void assert_read(const struct stream *stream, uint64_t from, uint64_t at, const char *text)
{
    uint64_t got_at;
    struct slice got = stream_read(stream, from, &got_at);
    assert_int_equal(got.n, strlen(text));
    assert_memory_equal(got.p ? (const char *)got.p : "", text, got.n);
    assert_int_equal(got_at, at);
}

static void bytes_are_read_once_acknowledged(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = 1000};
    assert_int_equal(put(&stream, &budget, 0, "hello "), STREAM_STORED);
    assert_int_equal(put(&stream, &budget, 6, "world"), STREAM_STORED);
    assert_read(&stream, 0, 0, "");
    assert_int_equal(stream_acknowledge(&stream, 8), 0);
    assert_read(&stream, 0, 0, "hello wo");
    assert_read(&stream, 6, 6, "wo");
    assert_int_equal(stream_finish(&stream), 0);
    assert_read(&stream, 6, 6, "world");
    stream_fini(&stream);
    assert_int_equal(budget.used, 0);
}

static void trimming_gives_memory_back_and_no_byte(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = 1000};
    stream_trim(&stream); /* before the first segment */
    put(&stream, &budget, 0, "hello ");
    put(&stream, &budget, 6, "world");
    put(&stream, &budget, 20, "apart");
    stream_acknowledge(&stream, 8);
    stream_trim(&stream);
    assert_int_equal(budget.used,
                     16 + 16 + 2 * sizeof(struct stream_range) + 2 * sizeof(struct stream_piece));
    assert_read(&stream, 0, 0, "hello wo");
    assert_int_equal(put(&stream, &budget, 11, " and more"), STREAM_STORED);
    assert_int_equal(stream_finish(&stream), 0);
    assert_read(&stream, 0, 0, "hello world and moreapart");
    stream_release(&stream, 25);
    stream_trim(&stream);
    assert_int_equal(budget.used, 0);
    assert_int_equal(put(&stream, &budget, 25, "again"), STREAM_STORED);
    stream_finish(&stream);
    assert_read(&stream, 25, 25, "again");
    stream_fini(&stream);
    assert_int_equal(budget.used, 0);
}

static void a_hole_below_the_acknowledgment_is_final(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = 1000};
    put(&stream, &budget, 0, "abc");
    put(&stream, &budget, 10, "xyz");
    assert_int_equal(stream_acknowledge(&stream, 13), 7);
    assert_true(stream.has_gap);
    assert_read(&stream, 0, 0, "abc");
    assert_read(&stream, 3, 10, "xyz");
    assert_int_equal(put(&stream, &budget, 3, "late"), STREAM_BEFORE);
    assert_read(&stream, 3, 10, "xyz");
    assert_read(&stream, 13, 13, "");
    stream_fini(&stream);
}

static void overlaps_follow_the_policy(void **state)
{
    (void)state;
    static const struct {
        enum os_policy policy;
        const char *text;
    } expected[] = {{OS_FIRST, "nnoooooonn"},
                    {OS_LAST, "nnnnnnnnnn"},
                    {OS_BSD, "nnnnnnnnnn"},
                    {OS_VISTA, "nnoooooonn"},
                    {OS_LINUX, "nnnnnnnnnn"}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct stream_budget budget = budget_of(1 << 20);
        struct stream stream = {.depth = 1000};
        enum os_policy policy = expected[i].policy;
        stream_insert(&stream, &budget, 2, slice_str("oooooo"), policy);
        unsigned flags = stream_insert(&stream, &budget, 0, slice_str("nnnnnnnnnn"), policy);
        assert_int_equal(flags, STREAM_STORED | STREAM_OVERLAP | STREAM_DIFFERS);
        stream_finish(&stream);
        assert_read(&stream, 0, 0, expected[i].text);
        stream_fini(&stream);
    }
    assert_true(overlap_new_wins(OS_SOLARIS, 0, 10, 5, 15));
    assert_false(overlap_new_wins(OS_WINDOWS, 0, 10, 5, 15));
    assert_true(overlap_new_wins(OS_OLD_LINUX, 0, 10, 0, 10));
    assert_false(overlap_new_wins(OS_LINUX, 0, 10, 0, 10));
}

static void equal_bytes_again_are_no_difference(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = 1000};
    put(&stream, &budget, 0, "abcdef");
    assert_int_equal(put(&stream, &budget, 2, "cd"), STREAM_OVERLAP);
    assert_int_equal(put(&stream, &budget, 2, "cX"), STREAM_OVERLAP | STREAM_DIFFERS);
    stream_fini(&stream);
}

static void depth_cuts_and_is_told_once(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = 8};
    assert_int_equal(put(&stream, &budget, 0, "0123456789"), STREAM_STORED | STREAM_DEPTH);
    assert_true(stream.depth_reached);
    assert_int_equal(put(&stream, &budget, 10, "abc"), 0);
    stream_acknowledge(&stream, 13);
    assert_false(stream.has_gap);
    assert_read(&stream, 0, 0, "01234567");
    stream_fini(&stream);
}

/* The room is for what is kept, not for all that has come. */
static void what_lies_behind_the_depth_is_not_written(void **state)
{
    (void)state;
    static const uint8_t bytes[5000];
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = 100};
    stream_insert(&stream, &budget, 0, slice_of(bytes, 64), OS_BSD);
    assert_int_equal(stream_insert(&stream, &budget, 64, slice_of(bytes, sizeof bytes), OS_BSD),
                     STREAM_STORED | STREAM_DEPTH);
    stream_finish(&stream);
    uint64_t at;
    assert_int_equal(stream_read(&stream, 0, &at).n, 100);
    assert_true(budget.used < 1024);
    stream_fini(&stream);
}

static void release_keeps_the_window_small(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = UINT64_MAX};
    uint8_t chunk[1000];
    for (uint64_t i = 0; i < 5000; i++) {
        memset(chunk, (int)(i & 0xff), sizeof chunk);
        uint64_t from = i * sizeof chunk;
        stream_insert(&stream, &budget, from, slice_of(chunk, sizeof chunk), OS_BSD);
        stream_acknowledge(&stream, from + sizeof chunk);
        uint64_t at;
        struct slice got = stream_read(&stream, from, &at);
        assert_int_equal(got.n, sizeof chunk);
        assert_memory_equal(got.p, chunk, sizeof chunk);
        stream_release(&stream, from + 500);
    }
    assert_true(budget.used < 16384);
    stream_fini(&stream);
}

static void memory_and_ranges_are_capped(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(4000);
    struct stream stream = {.depth = UINT64_MAX};
    static const uint8_t large[4000];
    assert_int_equal(put(&stream, &budget, 2 << 20, "past the window"), STREAM_MEMORY_FULL);
    assert_int_equal(stream_insert(&stream, &budget, 9, slice_of(large, sizeof large), OS_BSD),
                     STREAM_MEMORY_FULL);
    assert_int_equal(put(&stream, &budget, 0, "near"), STREAM_STORED);
    unsigned flags = 0;
    for (uint64_t i = 0; i < 100; i++)
        flags |= put(&stream, &budget, 10 + i * 2, "x");
    assert_true(flags & STREAM_RANGES_FULL);
    assert_true(stream.range_count <= 16);
    assert_true(budget.used <= budget.most);
    stream_fini(&stream);
    assert_int_equal(budget.used, 0);
}

/* Not the lists: what helps is another memcap. */
static void what_is_full_is_told(void **state)
{
    (void)state;
    struct stream stream = {.depth = UINT64_MAX};
    for (size_t most = 0; most < 300; most += 100) {
        struct stream_budget budget = budget_of(most);
        unsigned flags = 0;
        for (uint64_t i = 0; i < 8; i++)
            flags |= put(&stream, &budget, i * 1000, "x");
        assert_true(flags & STREAM_MEMORY_FULL);
        assert_false(flags & STREAM_RANGES_FULL);
        stream_fini(&stream);
        stream = (struct stream){.depth = UINT64_MAX};
    }
}

static void with_all_ranges_taken_the_edge_still_moves(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = UINT64_MAX};
    put(&stream, &budget, 0, "a");
    for (uint64_t i = 1; i < 16; i++)
        assert_int_equal(put(&stream, &budget, i * 1000, "x"), STREAM_STORED);
    assert_int_equal(put(&stream, &budget, 16000, "x"), STREAM_RANGES_FULL);
    assert_int_equal(put(&stream, &budget, 1, "b"), STREAM_STORED);
    stream_acknowledge(&stream, 2);
    assert_read(&stream, 0, 0, "ab");
    stream_fini(&stream);
}

static void memory_is_of_the_bytes_held_not_of_their_distance(void **state)
{
    (void)state;
    enum { STREAMS = 10000 };
    struct stream_budget budget = budget_of(256 << 20);
    struct stream *streams = calloc(STREAMS, sizeof *streams);
    assert_non_null(streams);
    for (int i = 0; i < STREAMS; i++) {
        streams[i].depth = 1 << 20;
        assert_int_equal(put(&streams[i], &budget, (1 << 20) - 1, "x"), STREAM_STORED);
    }
    assert_true(budget.used < STREAMS * 512);
    for (int i = 0; i < STREAMS; i++)
        stream_fini(&streams[i]);
    free(streams);
    assert_int_equal(budget.used, 0);
}

static void a_flood_that_is_gone_holds_no_memory(void **state)
{
    (void)state;
    struct stream_budget budget = {.most = 256 << 20, .most_window = 1 << 20, .most_ranges = 1024};
    struct stream stream = {.depth = UINT64_MAX};
    for (uint64_t i = 0; i < 1000; i++)
        assert_int_equal(put(&stream, &budget, 2 + i * 100, "x"), STREAM_STORED);
    stream_finish(&stream);
    stream_release(&stream, stream.inspectable);
    assert_true(budget.used < 4096);
    static const uint8_t large[1 << 20];
    stream_insert(&stream, &budget, stream.inspectable, slice_of(large, sizeof large), OS_BSD);
    assert_true(budget.used >= sizeof large);
    stream_finish(&stream);
    stream_release(&stream, stream.inspectable - 100);
    assert_true(budget.used < 16384);
    stream_stop(&stream);
    assert_int_equal(budget.used, 0);
    stream_fini(&stream);
}

/* Backwards, and from both ends to the middle: the memory stays in proportion, the bytes right. */
static void ranges_that_meet_are_one(void **state)
{
    (void)state;
    enum { LENGTH = 40000 };
    static uint8_t bytes[LENGTH];
    for (size_t i = 0; i < LENGTH; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    for (int order = 0; order < 3; order++) {
        struct stream_budget budget = {.most = 4 << 20, .most_window = 1 << 20, .most_ranges = 1024};
        struct stream stream = {.depth = UINT64_MAX};
        for (size_t i = 0; i < LENGTH / 10; i++) {
            size_t back = LENGTH / 10 - 1 - i, turn = i % 2 ? LENGTH / 10 - 1 - i / 2 : i / 2;
            size_t middle = i % 2 ? LENGTH / 20 - 1 - i / 2 : LENGTH / 20 + i / 2;
            size_t at = 10 * (order == 0 ? back : order == 1 ? turn : middle);
            assert_int_equal(stream_insert(&stream, &budget, at, slice_of(bytes + at, 10), OS_BSD),
                             STREAM_STORED);
        }
        assert_int_equal(stream.range_count, 1);
        uint64_t lists = stream.range_capacity * sizeof *stream.ranges +
                         stream.piece_capacity * sizeof(struct stream_piece);
        assert_true(budget.used - lists <= 3 * LENGTH + 64);
        stream_finish(&stream);
        uint64_t at;
        struct slice got = stream_read(&stream, 0, &at);
        assert_int_equal(got.n, LENGTH);
        assert_memory_equal(got.p, bytes, LENGTH);
        stream_fini(&stream);
        assert_int_equal(budget.used, 0);
    }
}

static void stop_drops_what_comes(void **state)
{
    (void)state;
    struct stream_budget budget = budget_of(1 << 20);
    struct stream stream = {.depth = 1000};
    put(&stream, &budget, 0, "abc");
    stream_stop(&stream);
    assert_int_equal(put(&stream, &budget, 3, "def"), 0);
    assert_int_equal(stream_acknowledge(&stream, 6), 0);
    assert_false(stream.has_gap);
    assert_read(&stream, 0, 0, "");
    stream_fini(&stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_read_once_acknowledged),
        cmocka_unit_test(trimming_gives_memory_back_and_no_byte),
        cmocka_unit_test(a_hole_below_the_acknowledgment_is_final),
        cmocka_unit_test(overlaps_follow_the_policy),
        cmocka_unit_test(equal_bytes_again_are_no_difference),
        cmocka_unit_test(depth_cuts_and_is_told_once),
        cmocka_unit_test(what_lies_behind_the_depth_is_not_written),
        cmocka_unit_test(release_keeps_the_window_small),
        cmocka_unit_test(memory_and_ranges_are_capped),
        cmocka_unit_test(what_is_full_is_told),
        cmocka_unit_test(with_all_ranges_taken_the_edge_still_moves),
        cmocka_unit_test(memory_is_of_the_bytes_held_not_of_their_distance),
        cmocka_unit_test(a_flood_that_is_gone_holds_no_memory),
        cmocka_unit_test(ranges_that_meet_are_one),
        cmocka_unit_test(stop_drops_what_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
