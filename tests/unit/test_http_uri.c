/* Targets of requests: taken apart and resolved; the answers are those that Suricata 8.0.8's rules see. */
#include "support/check.h"

#include "app/http/http_bestfit.h"
#include "app/http/http_uri.h"

static void assert_text(const struct buf *text, const char *expected)
{
    assert_true(slice_equal(buf_slice(text), slice_str(expected)));
}

static void test_paths(void **state)
{
    static const struct {
        const char *path, *resolved;
    } paths[] = {
        {"/", "/"},
        {"/a//b", "/a/b"},
        {"//a", "/a"},
        {"/a/./b/../c", "/a/c"},
        {"/../a", "/a"},
        {"/a/..", ""},
        {"/a/.", "/a"},
        {"/a/./", "/a"},
        {"/a/b/../", "/a"},
        {"//../", ""},
        {"/..", ""},
        {".", ""},
        {"./a", "a"},
        {"../a", "a"},
        {"a/../b", "/b"},
        {"/...", "/..."},
        {"/.a/..b", "/.a/..b"},
        {"/a/b/../../../c", "/c"},
        {"/a%2fb%5cc\\d", "/a/b/c/d"},
        {"/%2e%2e/a", "/a"},
        {"/%41%zz%4%", "/A%zz%4%"},
        {"/%25%34%31", "/%41"},
        {"/%u0041%U0041%uFF21%u12", "/AAA%u12"},
        {"/%u00e9a", "/?a"}, /* as a byte it is no UTF-8 */
        {"/%u2215a", "/a"},
        {"/%c3%a9", "/\xe9"},
        {"/\xc3\xa9", "/\xe9"},
        {"/\xe2\x82\xac", "/?"},
        {"/\xff", "/?"},
        {"/\xed\xa0\x80", "/???"},
        {"/\xc3", "/"},
        {"/a+b", "/a+b"},
        {"*", "*"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct buf out = {0};
        assert_int_equal(http_append_path(&out, slice_str(paths[i].path)), 0);
        assert_text(&out, paths[i].resolved);
        buf_fini(&out);
    }
}

static void test_zero_bytes(void **state)
{
    (void)state;
    struct buf out = {0};
    assert_int_equal(http_append_path(&out, slice_of("/%00a\0b", 7)), 0);
    assert_true(slice_equal(buf_slice(&out), slice_of("/\0a\0b", 5)));
    buf_fini(&out);
}

static void test_queries(void **state)
{
    (void)state;
    struct buf out = {0};
    assert_int_equal(http_append_unescaped(&out, slice_str("b%41+c%u0041\\..//%zz%4%")), 0);
    assert_text(&out, "bA+cA\\..//%zz%4%");
    buf_fini(&out);
}

/* Host, port, path, query and fragment of a target; the host resolved. */
static void test_parts(void **state)
{
    static const struct {
        const char *target, *host;
        int port; /* -1: it is none */
        const char *path, *query, *fragment;
    } targets[] = {
        {"/a?b#c", NULL, 0, "/a", "b", "c"},
        {"/a#b?c", NULL, 0, "/a", NULL, "b?c"},
        {"?x", NULL, 0, "", "x", NULL},
        {"http://h/a", "h", 0, "/a", NULL, NULL},
        {"http://h", "h", 0, "", NULL, NULL},
        {"http://h?x", "h", 0, "", "x", NULL},
        {"HTTP://u:p@H.Com.:80/a", "h.com", 80, "/a", NULL, NULL},
        {"http://h%41/c", "ha", 0, "/c", NULL, NULL},
        {"http://[::1]:8/a", "[::1]", 8, "/a", NULL, NULL},
        {"http://h:x/a", "h", -1, "/a", NULL, NULL},
        {"http://h:/a", "h", -1, "/a", NULL, NULL},
        {"http://h:0/", "h", -1, "/", NULL, NULL},
        {"http://h:65535/", "h", 65535, "/", NULL, NULL},
        {"http://h:65536/", "h", -1, "/", NULL, NULL},
        {"http://h: 80/a", "h", 80, "/a", NULL, NULL},
        {"http:///a", NULL, 0, "///a", NULL, NULL},
        {"http:h/a", NULL, 0, "h/a", NULL, NULL},
        {"//h/a", NULL, 0, "//h/a", NULL, NULL},
        {"h:1/a", NULL, 0, "1/a", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        struct http_uri uri = http_uri_read(slice_str(targets[i].target));
        struct buf host = {0};
        assert_int_equal(http_append_host(&host, uri.host), 0);
        assert_int_equal(uri.host.p != NULL, targets[i].host != NULL);
        assert_text(&host, targets[i].host ? targets[i].host : "");
        assert_int_equal(uri.odd_port ? -1 : uri.port, targets[i].port);
        assert_true(slice_equal(uri.path, slice_str(targets[i].path)));
        assert_int_equal(uri.query.p != NULL, targets[i].query != NULL);
        assert_true(slice_equal(uri.query, slice_str(targets[i].query ? targets[i].query : "")));
        assert_int_equal(uri.fragment.p != NULL, targets[i].fragment != NULL);
        assert_true(slice_equal(uri.fragment, slice_str(targets[i].fragment ? targets[i].fragment : "")));
        buf_fini(&host);
    }
}

#define TEN "aaaaaaaaaa"

static void test_hosts(void **state)
{
    static const char *const valid[] = {
        "a", "A.b", "a.", "a_b", "-", "1.2.3.4", "[::1]", "[::1", TEN TEN TEN TEN TEN TEN "aaa"};
    static const char *const invalid[] = {
        "", "a..b", ".a", "a b", "a,b", "\xff", "a@b", "[x]", "[]", "a/b", TEN TEN TEN TEN TEN TEN "aaaa"};
    (void)state;
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++)
        assert_true(http_host_is_valid(slice_str(valid[i])));
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        assert_false(http_host_is_valid(slice_str(invalid[i])));
}

static void test_bestfit(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= UINT8_MAX; c++)
        assert_int_equal(http_bestfit(c), c);
    assert_int_equal(http_bestfit(0x0100), 'A');
    assert_int_equal(http_bestfit(0x2044), '/');
    assert_int_equal(http_bestfit(0x3015), '?');
    assert_int_equal(http_bestfit(0xff01), '!');
    assert_int_equal(http_bestfit(0xff5e), '~');
    assert_int_equal(http_bestfit(0xff5f), '?');
    assert_int_equal(http_bestfit(0x10ffff), '?');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths), cmocka_unit_test(test_zero_bytes), cmocka_unit_test(test_queries),
        cmocka_unit_test(test_parts), cmocka_unit_test(test_hosts),      cmocka_unit_test(test_bestfit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
