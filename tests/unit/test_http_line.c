/* First lines of HTTP/1, odd ones as Suricata 8.0.8 takes them. */
#include "support/check.h"

#include "app/http/http_line.h"

static void assert_slice(struct slice slice, const char *text)
{
    if (!text)
        assert_null(slice.p);
    else
        assert_true(slice_equal(slice, slice_str(text)));
}

static void test_requests(void **state)
{
    enum { LEADING = 1, METHOD_END = 2, TARGET_END = 4 };
    static const struct {
        const char *line, *method, *target, *protocol;
        int odd;
    } lines[] = {
        {"GET / HTTP/1.1", "GET", "/", "HTTP/1.1", 0},
        {"GET /", "GET", "/", NULL, 0},
        {"GET / ", "GET", "/ ", NULL, 0},
        {"GET", "GET", NULL, NULL, 0},
        {"GET ", "GET", NULL, NULL, 0},
        {" GET / HTTP/1.1", "GET", "/", "HTTP/1.1", LEADING},
        {"\rGET / HTTP/1.1", "GET", "/", "HTTP/1.1", LEADING},
        {" ", "", NULL, NULL, LEADING},
        {"", "", NULL, NULL, 0},
        {"GET  / HTTP/1.1", "GET", "/", "HTTP/1.1", 0},
        {"GET\t/ HTTP/1.1", "GET", "/", "HTTP/1.1", METHOD_END},
        {"GET /  HTTP/1.1", "GET", "/ ", "HTTP/1.1", 0},
        {"GET /\tHTTP/1.1", "GET", "/", "HTTP/1.1", TARGET_END},
        {"GET / \t HTTP/1.1", "GET", "/ \t", "HTTP/1.1", TARGET_END},
        {"GET /a \tHTTP/1.1", "GET", "/a", "HTTP/1.1", 0},
        {"GET /a\t HTTP/1.1", "GET", "/a\t", "HTTP/1.1", TARGET_END},
        {"GET /a b HTTP/1.1", "GET", "/a b", "HTTP/1.1", 0},
        {"GET /a b\tc HTTP/1.1", "GET", "/a b\tc", "HTTP/1.1", TARGET_END},
        {"GET /a b\tHTTP/1.1", "GET", "/a", "b\tHTTP/1.1", 0},
        {"GET /a b", "GET", "/a", "b", 0},
        {"GET /\tb", "GET", "/", "b", TARGET_END},
        {"GET /\t", "GET", "/\t", NULL, 0},
        {"GET / HTTP/1.1 \t", "GET", "/", "HTTP/1.1 \t", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct http_request_line read = http_request_line_read(slice_str(lines[i].line));
        assert_slice(read.method, lines[i].method);
        assert_slice(read.target, lines[i].target);
        assert_slice(read.protocol, lines[i].protocol);
        assert_int_equal((read.leading_blank ? LEADING : 0) | (read.odd_method_end ? METHOD_END : 0) |
                             (read.odd_target_end ? TARGET_END : 0),
                         lines[i].odd);
    }
}

static void test_kinds(void **state)
{
    (void)state;
    assert_int_equal(http_method_named(slice_str("CONNECT")), HTTP_CONNECT);
    assert_int_equal(http_method_named(slice_str("HEAD")), HTTP_HEAD);
    assert_int_equal(http_method_named(slice_str("POST")), HTTP_POST);
    assert_int_equal(http_method_named(slice_str("PUT")), HTTP_PUT);
    assert_int_equal(http_method_named(slice_str("PROPFIND")), HTTP_METHOD_KNOWN);
    assert_int_equal(http_method_named(slice_str("get")), HTTP_METHOD_UNKNOWN);
    assert_int_equal(http_method_named(slice_str("GETX")), HTTP_METHOD_UNKNOWN);
    assert_int_equal(http_method_named(slice_str("")), HTTP_METHOD_UNKNOWN);
    assert_int_equal(http_version_of(slice_str("HTTP/0.9")), HTTP_VERSION_0_9);
    assert_int_equal(http_version_of(slice_str("HTTP/1.0")), HTTP_VERSION_1_0);
    assert_int_equal(http_version_of(slice_str("HTTP/1.1")), HTTP_VERSION_1_1);
    assert_int_equal(http_version_of(slice_str("http/1.1")), HTTP_VERSION_NONE);
    assert_int_equal(http_version_of(slice_str("HTTP/1.2")), HTTP_VERSION_NONE);
    assert_int_equal(http_version_of(slice_str("HTTP/11")), HTTP_VERSION_NONE);
}

static void test_statuses(void **state)
{
    static const struct {
        const char *line, *protocol, *status, *message;
        int number;
    } lines[] = {
        {"HTTP/1.1 200 OK", "HTTP/1.1", "200", "OK", 200},
        {"HTTP/1.1 404 Not Found", "HTTP/1.1", "404", "Not Found", 404},
        {"HTTP/1.1\t200\t OK ", "HTTP/1.1", "200", "OK ", 200},
        {"HTTP/1.1 200", "HTTP/1.1", "200", NULL, 200},
        {"HTTP/1.1 200 ", "HTTP/1.1", "200", NULL, 200},
        {"HTTP/1.1", "HTTP/1.1", NULL, NULL, -1},
        {"HTTP/1.1 20 x", "HTTP/1.1", "20", "x", -1},
        {"HTTP/1.1 2000 x", "HTTP/1.1", "2000", "x", -1},
        {"HTTP/1.1 2a0 x", "HTTP/1.1", "2a0", "x", -1},
        {"HTTP/1.1 99999999999999999999 x", "HTTP/1.1", "99999999999999999999", "x", -1},
        {"HTTP/1.1 200\vOK", "HTTP/1.1", "200", "OK", 200},
        {"", NULL, NULL, NULL, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct http_status_line read = http_status_line_read(slice_str(lines[i].line));
        assert_slice(read.protocol, lines[i].protocol);
        assert_slice(read.status, lines[i].status);
        assert_slice(read.message, lines[i].message);
        assert_int_equal(read.number, lines[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_statuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
