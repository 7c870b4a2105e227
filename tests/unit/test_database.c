/* Literals of zeros, which Hyperscan is not asked for, and the ends of literals that it is. */
#include "support/check.h"

#include <stdlib.h>

#include "match/database.h"
#include "match/fast_pattern.h"

static const uint8_t zeros[FAST_PATTERN_MOST];

static struct database *database_of(bool streaming, const struct literal *literals, uint32_t count)
{
    struct database *database = database_new(streaming);
    struct err err;
    assert_non_null(database);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(database_add(database, &literals[i]), 0);
    assert_int_equal(database_compile(database, NULL, &err), 0);
    return database;
}

static const struct literal mixed[] = {
    {.bytes = zeros, .length = 5, .rule = 0},
    {.bytes = (const uint8_t *)"abc", .length = 3, .rule = 1},
    {.bytes = zeros, .length = 2, .rule = 2},
    {.bytes = zeros, .length = 5, .rule = 3, .nocase = true},
    {.bytes = (const uint8_t *)"\0\0\1", .length = 3, .rule = 4},
};

static void test_zeros_come_last(void **state)
{
    (void)state;
    struct database *database = database_of(false, mixed, 5);
    assert_int_equal(database->count, 4);
    assert_int_equal(database->zeros, 2);
    assert_int_equal(database->start[2] + 1, database->start[3]);
    assert_int_equal(database->rules[database->start[2]], 2);
    assert_int_equal(database->start[3] + 2, database->start[4]);
    assert_int_equal(database->rules[database->start[3]], 0);
    assert_int_equal(database->rules[database->start[3] + 1], 3);
    database_free(database);
}

static void test_zeros_are_found(void **state)
{
    (void)state;
    static const char bytes[] = "a\0b\0\0c\0\0\0\0d\0\0\0\0\0";
    struct database *database = database_of(false, mixed, 5);
    static const struct {
        size_t n;
        uint32_t found;
    } cases[] = {{0, 0}, {1, 0}, {4, 0}, {5, 1}, {11, 1}, {15, 1}, {16, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *exact = malloc(cases[i].n + !cases[i].n);
        assert_non_null(exact);
        memcpy(exact, bytes, cases[i].n);
        assert_int_equal(database_zeros(database, slice_of(exact, cases[i].n)), cases[i].found);
        free(exact);
    }
    database_free(database);
}

/* In a stream a run may go on in the next chunk; and Hyperscan takes no empty database. */
static void test_zeros_that_stay(void **state)
{
    (void)state;
    struct database *streaming = database_of(true, mixed, 5), *alone = database_of(false, mixed, 1);
    assert_int_equal(streaming->zeros, 0);
    assert_int_equal(alone->zeros, 0);
    assert_int_equal(database_zeros(alone, slice_of(zeros, sizeof zeros)), 0);
    database_free(streaming);
    database_free(alone);
}

static size_t end_of(const char *text)
{
    return fast_pattern_in_body(slice_of(text, strlen(text))).n;
}

static void test_ends_are_rare(void **state)
{
    (void)state;
    assert_int_equal(end_of(""), 0);
    assert_int_equal(end_of("ab"), 2);
    assert_int_equal(end_of("e~~~~eee"), 8);                  /* too short to choose */
    assert_int_equal(end_of("xx~{~{~{~ the rest of it"), 9);  /* not below what is enough */
    assert_int_equal(end_of("the start of it {~{~{~{~"), 24); /* what is last is the rarest */
    assert_int_equal(end_of("the start ~Q~Q~Q~Q and more of it"), 18);
    assert_int_equal(end_of("eeeeeeeeeeeeeeee"), 16); /* all the same: nothing is left out */
}

/* Of five or seven bytes the rarer four or six. */
static void test_short_ones_have_few_lengths(void **state)
{
    (void)state;
    struct slice last = fast_pattern_in_body(slice_of("e%PDF", 5)),
                 first = fast_pattern_in_body(slice_of("~{~{~{e", 7));
    assert_int_equal(last.n, 4);
    assert_memory_equal(last.p, "%PDF", 4);
    assert_int_equal(first.n, 6);
    assert_memory_equal(first.p, "~{~{~{", 6);
    assert_int_equal(end_of("~{~"), 3);
    assert_int_equal(end_of("~{~{"), 4);
    assert_int_equal(end_of("~{~{~{"), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeros_come_last),
        cmocka_unit_test(test_zeros_are_found),
        cmocka_unit_test(test_zeros_that_stay),
        cmocka_unit_test(test_ends_are_rare),
        cmocka_unit_test(test_short_ones_have_few_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
