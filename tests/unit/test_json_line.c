/* Records written straight as text: members and lists in their order, what is taken back, what is lost. */
#include "support/check.h"

#include <errno.h>
#include <stdlib.h>

#include "output/json_line.h"

static void expect(struct buf *out, const char *text)
{
    assert_int_equal(buf_append_byte(out, 0), 0);
    assert_string_equal((const char *)out->p, text);
    buf_fini(out);
}

static void test_members_and_lists(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json_line l;
    assert_int_equal(buf_append(&out, slice_str("before\n")), 0);
    line_begin(&l, &out);
    line_text(&l, "text", "a\"b");
    line_open(&l, "object");
    line_uint(&l, "big", UINT64_MAX);
    line_int(&l, "low", INT64_MIN);
    line_bool(&l, "yes", true);
    line_close(&l);
    line_open_list(&l, "list");
    line_uint(&l, NULL, 0);
    line_open(&l, NULL);
    line_close(&l);
    line_open_list(&l, NULL);
    line_close_list(&l);
    line_tree(&l, NULL, json_null());
    line_close_list(&l);
    line_time(&l, "time", 0);
    assert_int_equal(line_end(&l), 0);
    line_begin(&l, &out);
    assert_int_equal(line_end(&l), 0);
    expect(&out, "before\n"
                 "{\"text\":\"a\\\"b\",\"object\":{\"big\":9223372036854775807,\"low\":-9223372036854775808,"
                 "\"yes\":true},\"list\":[0,{},[],null],\"time\":\"1970-01-01T00:00:00.000000+0000\"}\n"
                 "{}\n");
}

static void test_taken_back(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json_line l;
    line_begin(&l, &out);
    struct line_mark mark = line_mark(&l);
    line_open(&l, "never");
    line_uint(&l, "n", 1);
    line_undo(&l, mark);
    line_uint(&l, "first", 1); /* no comma before it */
    mark = line_mark(&l);
    line_open_list(&l, "empty");
    line_close_filled(&l, mark);
    mark = line_mark(&l);
    line_open_list(&l, "filled");
    line_text(&l, NULL, "");
    line_close_filled(&l, mark);
    assert_int_equal(line_end(&l), 0);
    line_begin(&l, &out);
    line_uint(&l, "n", 1);
    assert_int_equal(line_drop(&l), 0);
    expect(&out, "{\"first\":1,\"filled\":[\"\"]}\n");
}

static void test_payloads(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {'a', 0, 0x1f, '\t', '\r', '\n', 0x7e, 0x7f, 0x80, 0xff, '"', '\\'};
    struct buf out = {0};
    struct json_line l;
    line_begin(&l, &out);
    line_printable(&l, "p", slice_of(bytes, sizeof bytes));
    line_printable(&l, "none", slice_of(NULL, 0));
    line_base64(&l, "b", slice_of(bytes, 2));
    line_base64(&l, "none64", slice_of(bytes, 0));
    assert_int_equal(line_end(&l), 0);
    expect(&out, "{\"p\":\"a...\\r\\n~...\\\"\\\\\",\"none\":\"\",\"b\":\"YQA=\",\"none64\":\"\"}\n");
}

static void test_keys_are_made_valid(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json_line l;
    line_begin(&l, &out);
    line_uint(&l, "\xff\"\n", 1);
    line_uint(&l, "\xc3\xa4", 2);
    assert_int_equal(line_end(&l), 0);
    expect(&out, "{\"\\\\xff\\\"\\n\":1,\"\xc3\xa4\":2}\n");
}

static void test_short_memory_loses_the_line_only(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json_line l;
    assert_int_equal(buf_append(&out, slice_str("before\n")), 0);
    line_begin(&l, &out);
    line_uint(&l, "n", 1);
    line_tree(&l, "tree", NULL);
    line_uint(&l, "m", 1);
    assert_int_equal(line_end(&l), -ENOMEM);
    line_begin(&l, &out);
    line_tree(&l, "tree", NULL);
    assert_int_equal(line_drop(&l), -ENOMEM);
    expect(&out, "before\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_and_lists),
        cmocka_unit_test(test_taken_back),
        cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_keys_are_made_valid),
        cmocka_unit_test(test_short_memory_loses_the_line_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
