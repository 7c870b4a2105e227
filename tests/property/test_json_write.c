/* Any value reads as jansson writes it: strings of any UTF-8, numbers of any size, members in their order. */
#include "support/check.h"

#include <stdlib.h>

#include "output/json.h"

enum { TREES = 3000, DEEP = 5 };

static json_t *any_string(void)
{
    static const char *const pieces[] = {"\"",
                                         "\\",
                                         "/",
                                         "\b",
                                         "\f",
                                         "\n",
                                         "\r",
                                         "\t",
                                         "\1",
                                         " ",
                                         "\x1f",
                                         "\x7f",
                                         "\xc3\xa4",
                                         "\xe2\x82\xac",
                                         "a",
                                         "text of some length that needs nothing",
                                         "\xf0\x9f\x98\x80"};
    struct buf text = {0};
    for (int n = rand() % 8; n > 0; n--)
        assert_int_equal(
            buf_append(&text, slice_str(pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)])), 0);
    if (rand() % 8 == 0)
        assert_int_equal(buf_append_byte(&text, 0), 0);
    json_t *value = json_stringn(text.p ? (const char *)text.p : "", text.n);
    assert_non_null(value);
    buf_fini(&text);
    return value;
}

static json_t *any_integer(void)
{
    static const json_int_t edges[] = {0, 1, -1, 9, 10, -10, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    return json_integer(rand() % 2 ? edges[(size_t)rand() % (sizeof edges / sizeof *edges)]
                                   : (json_int_t)rand() - rand());
}

static json_t *any_value(int deep)
{
    switch (rand() % (deep < DEEP ? 9 : 7)) {
    case 0:
        return json_true();
    case 1:
        return json_false();
    case 2:
        return json_null();
    case 3:
        return json_real((double)rand() / 7);
    case 4:
        return any_integer();
    case 5:
    case 6:
        return any_string();
    case 7: {
        json_t *array = json_array();
        for (int n = rand() % 5; n > 0; n--)
            json_array_append_new(array, any_value(deep + 1));
        return array;
    }
    default: {
        json_t *object = json_object();
        for (int n = rand() % 6; n > 0; n--) {
            json_t *key = any_string();
            json_object_set_new(object, json_string_value(key), any_value(deep + 1));
            json_decref(key);
        }
        return object;
    }
    }
}

static void test_as_jansson(void **state)
{
    (void)state;
    srand(7);
    for (int i = 0; i < TREES; i++) {
        json_t *value = any_value(0);
        struct buf out = {0};
        assert_int_equal(json_write(value, &out), 0);
        char *expected = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        assert_non_null(expected);
        assert_int_equal(out.n, strlen(expected));
        assert_memory_equal(out.p, expected, out.n);
        free(expected);
        buf_fini(&out);
        json_decref(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_jansson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
