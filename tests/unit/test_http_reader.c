/* Lines of HTTP/1 however they are cut, lines that are read again, and bodies. */
#include "support/check.h"

#include "app/http/http_reader.h"

static void give(struct http_reader *r, const char *bytes)
{
    assert_int_equal(r->at, r->in.n);
    r->in = slice_str(bytes);
    r->at = 0;
}

static void assert_line(struct http_reader *r, bool cr_ends, const char *expected)
{
    struct slice line;
    enum http_read read = cr_ends ? http_reader_line_or_cr(r, &line) : http_reader_line(r, &line);
    if (!expected) {
        assert_int_equal(read, HTTP_READ_LATER);
        return;
    }
    assert_int_equal(read, HTTP_READ);
    assert_true(slice_equal(line, slice_str(expected)));
}

static void test_lines(void **state)
{
    (void)state;
    struct http_reader r = {0};
    give(&r, "a\r\nb\n\nc");
    assert_line(&r, false, "a\r\n");
    assert_line(&r, false, "b\n");
    assert_line(&r, false, "\n");
    assert_line(&r, false, NULL);
    give(&r, "d");
    assert_line(&r, false, NULL);
    give(&r, "\ne\rf\n");
    assert_line(&r, false, "cd\n");
    assert_line(&r, false, "e\rf\n");
    assert_line(&r, false, NULL);
    http_reader_fini(&r);
}

static void test_cr(void **state)
{
    (void)state;
    struct http_reader r = {0};
    give(&r, "a\rb\r\r\nc\r");
    assert_line(&r, true, "a\r");
    assert_line(&r, true, "b\r");
    assert_line(&r, true, "\r\n");
    assert_line(&r, true, NULL); /* a LF may follow */
    give(&r, "\nd\r");
    assert_line(&r, true, "c\r\n");
    assert_line(&r, true, NULL);
    give(&r, "e\n");
    assert_line(&r, true, "d\r");
    assert_line(&r, true, "e\n");
    http_reader_fini(&r);
}

static void test_again(void **state)
{
    (void)state;
    struct http_reader r = {0};
    give(&r, "a\rb\nc");
    assert_line(&r, false, "a\rb\n");
    http_reader_unread(&r);
    assert_int_equal(http_reader_left(&r), 5);
    assert_int_equal(http_reader_peek(&r), 'a');
    assert_line(&r, true, "a\r"); /* now in two */
    assert_line(&r, true, "b\n");
    assert_int_equal(http_reader_peek(&r), 'c');
    assert_line(&r, false, NULL);
    give(&r, "d\ne");
    assert_line(&r, false, "cd\n");
    http_reader_unread(&r);
    assert_true(slice_equal(http_reader_bytes(&r, 2), slice_str("cd")));
    assert_true(slice_equal(http_reader_bytes(&r, 9), slice_str("\n")));
    assert_true(slice_equal(http_reader_bytes(&r, 9), slice_str("e")));
    assert_int_equal(http_reader_bytes(&r, 9).n, 0);
    http_reader_fini(&r);
}

static void test_rest(void **state)
{
    (void)state;
    struct http_reader r = {0};
    give(&r, "ab");
    assert_line(&r, false, NULL);
    assert_true(slice_equal(http_reader_rest(&r), slice_str("ab")));
    assert_int_equal(http_reader_rest(&r).n, 0);
    give(&r, "c\nxx\nd");
    assert_line(&r, false, "c\n");
    assert_true(http_reader_skip_line(&r));
    assert_false(http_reader_skip_line(&r));
    assert_int_equal(http_reader_peek(&r), -1);
    http_reader_fini(&r);
}

static void test_too_long(void **state)
{
    (void)state;
    static char text[HTTP_LINE_MOST + 2];
    struct http_reader r = {0};
    struct slice line;
    memset(text, 'a', HTTP_LINE_MOST);
    give(&r, text);
    assert_int_equal(http_reader_line(&r, &line), HTTP_READ_LATER);
    r.in = slice_str("\n");
    r.at = 0;
    assert_int_equal(http_reader_line(&r, &line), HTTP_READ_TOO_LONG);
    http_reader_fini(&r);
    r = (struct http_reader){0};
    text[HTTP_LINE_MOST] = '\n';
    r.in = slice_str(text);
    assert_int_equal(http_reader_line(&r, &line), HTTP_READ_TOO_LONG);
    http_reader_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines), cmocka_unit_test(test_cr),       cmocka_unit_test(test_again),
        cmocka_unit_test(test_rest),  cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
