/* Conditions on numbers: every value that satisfies one lies in its span, whose ends satisfy it. */
#include "support/check.h"

#include "rule/keyword.h"

enum { MOST = 300 };

static struct uint_condition parse(const char *text)
{
    struct uint_condition condition;
    struct err err;
    if (uint_condition_parse(slice_str(text), MOST, &condition, &err))
        fail_msg("refused: %s", text);
    return condition;
}

static void check_span(const char *text, uint64_t least, uint64_t most)
{
    struct uint_condition condition = parse(text);
    uint64_t from, to;
    uint_condition_span(&condition, &from, &to);
    assert_int_equal(from, least);
    assert_int_equal(to, most);
    for (uint64_t v = 0; v <= MOST; v++)
        if (uint_condition_holds(&condition, v) && (v < from || v > to))
            fail_msg("%s: %u is not in its span", text, (unsigned)v);
    if (to != UINT64_MAX)
        assert_true(uint_condition_holds(&condition, to));
    if (from)
        assert_true(uint_condition_holds(&condition, from));
}

static void test_spans(void **state)
{
    (void)state;
    check_span("5", 5, 5);
    check_span("=0", 0, 0);
    check_span("<5", 0, 4);
    check_span("<1", 0, 0);
    check_span("<=5", 0, 5);
    check_span(">5", 6, UINT64_MAX);
    check_span(">=5", 5, UINT64_MAX);
    check_span("5-9", 6, 8);
    check_span("!5", 0, UINT64_MAX);
    check_span("&6=4", 0, UINT64_MAX);
}

static bool inclusive(const char *text, struct uint_condition *out)
{
    struct err err;
    return !uint_condition_parse_inclusive(slice_str(text), UINT32_MAX, out, &err);
}

/* As nfs.version and nfs_procedure have it: both ends belong to a range. */
static void test_inclusive(void **state)
{
    (void)state;
    static const char *const ranges[] = {"3-4", "3<>4", " 3 - 4 "};
    static const char *const wrong[] = {"0-1",  "0<>4", "3-3", "4-3", "1-4294967295", "<0", ">=0",
                                        "&1=1", "3x",   "3-",  "-3"};
    struct uint_condition c;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        assert_true(inclusive(ranges[i], &c));
        for (uint64_t v = 0; v < 8; v++)
            assert_int_equal(uint_condition_holds(&c, v), v == 3 || v == 4);
    }
    assert_true(inclusive("!3-4", &c));
    for (uint64_t v = 0; v < 8; v++)
        assert_int_equal(uint_condition_holds(&c, v), v != 3 && v != 4);
    assert_true(inclusive("=4", &c) && uint_condition_holds(&c, 4) && !uint_condition_holds(&c, 3));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(inclusive(wrong[i], &c));
}

static void test_comparisons(void **state)
{
    (void)state;
    static const char *const texts[] = {"<", "<=", "=", "!=", "!", ">=", ">"};
    static const enum uint_compare compares[] = {UINT_LESS,      UINT_LESS_EQUAL, UINT_EQUAL,
                                                 UINT_NOT_EQUAL, UINT_NOT_EQUAL,  UINT_GREATER_EQUAL,
                                                 UINT_GREATER};
    static const char *const wrong[] = {"", "==", "<>", "=<", "<5", " <", "-"};
    enum uint_compare compare;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(uint_compare_parse(slice_str(texts[i]), &compare));
        assert_int_equal(compare, compares[i]);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(uint_compare_parse(slice_str(wrong[i]), &compare));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_inclusive),
        cmocka_unit_test(test_comparisons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
