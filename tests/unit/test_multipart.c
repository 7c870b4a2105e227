/* Multipart bodies: which parts are files, under which names, with which bytes; the same however they are
 * cut. */
#include "support/check.h"

#include <stdio.h>

#include "app/http/multipart.h"

enum { SEEN = 4096 };

struct seen {
    char text[SEEN]; /* "name=data;" for each file, '!' for what was invalid */
    size_t n;
    bool open;
};

static void put(struct seen *seen, struct slice s)
{
    size_t n = s.n < SEEN - seen->n ? s.n : SEEN - seen->n;
    memcpy(seen->text + seen->n, s.p, n);
    seen->n += n;
}

static void begin(void *ctx, struct slice filename)
{
    struct seen *seen = ctx;
    assert_false(seen->open);
    seen->open = true;
    put(seen, filename);
    put(seen, slice_str("="));
}

static void data(void *ctx, struct slice bytes)
{
    assert_true(((struct seen *)ctx)->open);
    put(ctx, bytes);
}

static void end(void *ctx)
{
    struct seen *seen = ctx;
    assert_true(seen->open);
    seen->open = false;
    put(seen, slice_str(";"));
}

static void invalid(void *ctx)
{
    put(ctx, slice_str("!"));
}

/* In pieces of at most `most` bytes. */
static void check(const char *body, size_t n, const char *expected, size_t most)
{
    struct seen seen = {.n = 0};
    struct multipart_ops ops = {.begin = begin, .data = data, .end = end, .invalid = invalid, .ctx = &seen};
    struct multipart m;
    multipart_init(&m, slice_str("B"));
    uint32_t random = (uint32_t)most;
    for (size_t at = 0; at < n;) {
        random = random * 1664525u + 1013904223u;
        size_t piece = most > 2 ? 1 + (random >> 8) % most : most;
        piece = piece < n - at ? piece : n - at;
        multipart_feed(&m, slice_of(body + at, piece), &ops);
        at += piece;
    }
    multipart_end(&m, &ops);
    multipart_fini(&m);
    assert_false(seen.open);
    if (seen.n != strlen(expected) || memcmp(seen.text, expected, seen.n) != 0)
        fail_msg("%.*s, not %s (pieces of %zu)", (int)seen.n, seen.text, expected, most);
}

#define PART(header, bytes) "--B\r\n" header "\r\n\r\n" bytes "\r\n"
#define FILE_X              "Content-Disposition: form-data; name=\"f\"; filename=\"x\""

static void test_bodies(void **state)
{
    static const struct {
        const char *body, *files;
    } bodies[] = {
        {PART(FILE_X, "data") "--B--\r\n", "x=data;"},
        {PART(FILE_X, "data") "--B--", "x=data;"},
        {PART(FILE_X, "data"), "x=data;"},
        {"\r\n" PART(FILE_X, "data") "--B--\r\n", "x=data;"},
        {"preamble\r\n" PART(FILE_X, "data") "--B--\r\nepilogue\r\n" PART(FILE_X, "no"), "x=data;"},
        {PART("Content-Disposition: form-data; name=\"v\"", "value") PART(FILE_X, "1")
             PART(FILE_X, "2") "--B--",
         "x=1;x=2;"},
        {PART(FILE_X, "") "--B--", "x=;"},
        {PART(FILE_X, "\r\n\r\ndata\r\n") "--B--", "x=\r\n\r\ndata\r\n;"},
        {PART(FILE_X, "da--Bta") "--B--", "x=da--Bta;"},
        {PART(FILE_X, "da\r\n--\r\n-- B") "--B--", "x=da\r\n--\r\n-- B;"},
        {"--B  \t\r\n" FILE_X "\r\n\r\ndata\r\n--B--", "x=data;"},
        {"--B\r\n\r\nno header\r\n" PART(FILE_X, "data") "--B--", "x=data;"},
        {PART("Content-Type: a/b\r\n" FILE_X, "data") "--B--", "x=data;"},
        {PART(FILE_X "\r\nContent-Disposition: form-data; filename=y", "data") "--B--", "y=data;"},
        {PART("Content-Disposition: form-data; name=\"f\";\r\n filename=\"x\"", "data") "--B--", "!"},
        {PART("content-disposition:FORM-DATA;FileName = \"x\"", "data") "--B--", "x=data;"},
        {"--B\r\n" FILE_X, ""},
        {"no delimiter at all", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        for (size_t most = 1; most <= 512; most = most < 8 ? most + 1 : most * 4)
            check(bodies[i].body, strlen(bodies[i].body), bodies[i].files, most);
}

/* A header that never ends is not kept, and the part is no file; the next one is. */
static void test_long_header(void **state)
{
    (void)state;
    static char body[3 * MULTIPART_HEADER_MOST];
    size_t n = (size_t)snprintf(body, sizeof body, "--B\r\n%s; x=", FILE_X);
    memset(body + n, 'a', 2 * MULTIPART_HEADER_MOST);
    n += 2 * MULTIPART_HEADER_MOST;
    n += (size_t)snprintf(body + n, sizeof body - n, "\r\n\r\nlost\r\n" PART(FILE_X, "data") "--B--");
    check(body, n, "!x=data;", 1);
    check(body, n, "!x=data;", 100);
    check(body, n, "!x=data;", sizeof body);
}

static void test_boundary(void **state)
{
    static const struct {
        const char *type, *boundary; /* NULL: none */
    } types[] = {
        {"multipart/form-data; boundary=B", "B"},
        {"multipart/form-data; boundary=\"a b\"", "a b"},
        {"multipart/form-data; boundary=\"B", "B"},
        {"multipart/mixed; charset=x; boundary=B; a=b", "B"},
        {"Multipart/Related;BOUNDARY = B ", "B"},
        {"multipart/form-data", NULL},
        {"multipart/form-data; boundary=", NULL},
        {"multipart/form-data; boundary=\"\"", NULL},
        {"multipart/form-data; xboundary=B", NULL},
        {"text/plain; boundary=B", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct slice boundary;
        bool found = multipart_boundary(slice_str(types[i].type), &boundary);
        assert_int_equal(found, types[i].boundary != NULL);
        if (found)
            assert_true(slice_equal(boundary, slice_str(types[i].boundary)));
    }
    char longest[MULTIPART_BOUNDARY_MOST + 64];
    struct slice boundary;
    int n = snprintf(longest, sizeof longest, "multipart/x; boundary=");
    memset(longest + n, 'b', MULTIPART_BOUNDARY_MOST + 1);
    assert_true(multipart_boundary(slice_of(longest, (size_t)n + MULTIPART_BOUNDARY_MOST), &boundary));
    assert_false(multipart_boundary(slice_of(longest, (size_t)n + MULTIPART_BOUNDARY_MOST + 1), &boundary));
}

static void test_filename(void **state)
{
    static const struct {
        const char *value, *name; /* NULL: none */
    } values[] = {
        {"attachment; filename=a.txt", "a.txt"},
        {"attachment; filename=\"a b.txt\"; size=3", "a b.txt"},
        {"attachment; filename=\"a\\\"b\\\\c\"", "a\"b\\c"},
        {"attachment; filename=\"open", "open"},
        {"attachment; filename=\"x;filename=y\"", "x;filename=y"},
        {"attachment; FILENAME = a", "a"},
        {"attachment; filename*=UTF-8''a%20b%zz", "a b%zz"},
        {"attachment; filename*=UTF-8''b; filename=a", "a"},
        {"attachment; filename*=nothing", NULL},
        {"attachment; filename=", NULL},
        {"attachment; filename=\"\"", NULL},
        {"attachment; xfilename=a", NULL},
        {"attachment", NULL},
        {"", NULL},
    };
    struct buf name = {0};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        bool found = disposition_filename(slice_str(values[i].value), &name);
        assert_int_equal(found, values[i].name != NULL);
        if (found && !slice_equal(buf_slice(&name), slice_str(values[i].name)))
            fail_msg("%s: %.*s", values[i].value, (int)name.n, (const char *)name.p);
    }
    buf_fini(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_long_header),
        cmocka_unit_test(test_boundary),
        cmocka_unit_test(test_filename),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
