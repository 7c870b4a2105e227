/* Any bytes as text of a record: jansson reads it, and reads what json_text and json_bytes make of them. */
#include "support/check.h"

#include <stdlib.h>

#include "output/json_line.h"

enum { LINES = 20000, LONGEST = 40 };

/* Mostly plain; what has to be escaped, UTF-8 and what is none come in between. */
static size_t any_bytes(uint8_t *bytes)
{
    static const char *const pieces[] = {"\"",           "\\",
                                         "\n",           "\x1f",
                                         "\x7f",         "\x80",
                                         "\xff",         "\xc3\xa4",
                                         "\xe2\x82\xac", "\xe2\x82",
                                         "\xed\xa0\x80", "\xf0\x9f\x98\x80",
                                         "\xc0\xaf",     "\xf4\x90\x80\x80"};
    size_t n = 0, end = (size_t)rand() % LONGEST;
    while (n < end) {
        const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];
        if (rand() % 6 || n + strlen(piece) > end) {
            bytes[n++] = (uint8_t)(' ' + rand() % 95);
        } else {
            memcpy(bytes + n, piece, strlen(piece));
            n += strlen(piece);
        }
    }
    return n;
}

static void expect(const json_t *object, const char *key, json_t *value)
{
    assert_non_null(value);
    assert_true(json_equal(json_object_get(object, key), value));
    json_decref(value);
}

static void test_reads_back(void **state)
{
    (void)state;
    srand(7);
    for (int i = 0; i < LINES; i++) {
        char *text = calloc(1, LONGEST + 1); /* the sanitizer watches both ends */
        assert_non_null(text);
        size_t n = any_bytes((uint8_t *)text);
        uint8_t *bytes = malloc(n + 1);
        assert_non_null(bytes);
        memcpy(bytes + 1, text, n);
        if (n && rand() % 8 == 0)
            bytes[1 + (size_t)rand() % n] = 0;
        struct buf out = {0};
        struct json_line l;
        line_begin(&l, &out);
        line_text(&l, "text", text);
        line_bytes(&l, "bytes", slice_of(bytes + 1, n));
        line_open_list(&l, "key");
        line_open(&l, NULL);
        line_bool(&l, text, false);
        line_close(&l);
        line_close_list(&l);
        assert_int_equal(line_end(&l), 0);
        json_t *read = json_loadb((const char *)out.p, out.n, JSON_ALLOW_NUL, NULL);
        assert_non_null(read);
        expect(read, "text", json_text(text));
        expect(read, "bytes", json_bytes(slice_of(bytes + 1, n)));
        json_t *key = json_text(text);
        const json_t *keyed = json_array_get(json_object_get(read, "key"), 0);
        assert_true(json_is_false(json_object_get(keyed, json_string_value(key))));
        json_decref(key);
        json_decref(read);
        buf_fini(&out);
        free(bytes);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
