/*
 * What the language server stands on: lines that are edited equal a plain text that is, characters and bytes,
 * whole messages from any pieces, URIs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "lsp/frame.h"
#include "lsp/position.h"
#include "lsp/text.h"
#include "lsp/uri.h"

static uint32_t random_below(uint32_t *state, uint32_t most)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % most;
}

static void whole(const struct text *text, struct buf *out)
{
    buf_clear(out);
    for (uint32_t i = 0; i < text->count; i++) {
        assert_int_equal(i ? buf_append_byte(out, '\n') : 0, 0);
        assert_int_equal(buf_append(out, slice_of(text->lines[i].p, text->lines[i].n)), 0);
    }
}

static struct spot spot_of(struct slice s, size_t at)
{
    struct spot spot = {0};
    for (size_t i = 0; i < at; i++) {
        spot.byte++;
        if (s.p[i] == '\n')
            spot = (struct spot){spot.line + 1, 0};
    }
    return spot;
}

static void is_text(const struct text *text, const struct buf *plain)
{
    struct buf now = {0};
    whole(text, &now);
    assert_true(slice_equal(buf_slice(&now), buf_slice(plain)));
    assert_int_equal(text->bytes, plain->n + 1);
    buf_fini(&now);
}

static void test_edits_equal_those_of_a_plain_text(void **state)
{
    (void)state;
    static const char *const pieces[] = {"", "a", "\n", "ab\ncd", "\n\n", "x\r\ny", "\xc3\xa9"};
    uint32_t seed = 7, added;
    struct text text;
    struct buf plain = {0};
    assert_int_equal(text_init(&text), 0);
    for (int i = 0; i < 2000; i++) {
        size_t from = random_below(&seed, (uint32_t)plain.n + 1);
        size_t to = from + random_below(&seed, (uint32_t)(plain.n - from < 9 ? plain.n - from : 9) + 1);
        struct slice with = slice_str(pieces[random_below(&seed, 7)]), old = buf_slice(&plain);
        struct range range = {spot_of(old, from), spot_of(old, to)};
        struct buf next = {0};
        assert_int_equal(buf_append(&next, slice_first(old, from)), 0);
        assert_int_equal(buf_append(&next, with), 0);
        assert_int_equal(buf_append(&next, slice_from(old, to)), 0);
        assert_int_equal(text_replace(&text, range, with, &added), 0);
        buf_fini(&plain);
        plain = next;
        is_text(&text, &plain);
    }
    text_fini(&text);
    buf_fini(&plain);
}

static void test_a_difference_makes_the_other_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"",       "\n",        "a",         "a\n",     "a\nb",
                                        "a\nb\n", "b\na\nb\n", "a\na\na\n", "a\n\n\nb"};
    enum { TEXTS = sizeof texts / sizeof *texts };
    for (unsigned i = 0; i < TEXTS * TEXTS; i++) {
        struct text text;
        struct slice with;
        struct buf wanted = {0};
        uint32_t added;
        assert_int_equal(text_init(&text), 0);
        struct range all = {{0, 0}, {0, 0}};
        assert_int_equal(text_replace(&text, all, slice_str(texts[i / TEXTS]), &added), 0);
        struct range range = text_difference(&text, slice_str(texts[i % TEXTS]), &with);
        assert_int_equal(text_replace(&text, range, with, &added), 0);
        assert_int_equal(buf_append(&wanted, slice_str(texts[i % TEXTS])), 0);
        is_text(&text, &wanted);
        buf_fini(&wanted);
        text_fini(&text);
    }
}

static void test_characters_and_bytes(void **state)
{
    (void)state;
    struct slice line =
        slice_str("a\xc3\xa9\xf0\x9f\x98\x80z\xff!"); /* a, two bytes, four bytes, z, no character */
    static const uint32_t utf16[] = {0, 1, 3, 3, 7, 8, 9, 10}, utf32[] = {0, 1, 3, 7, 8, 9, 10};
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(position_byte(line, i, ENCODING_UTF16), utf16[i]);
    for (uint32_t i = 0; i < 7; i++)
        assert_int_equal(position_byte(line, i, ENCODING_UTF32), utf32[i]);
    assert_int_equal(position_byte(line, UINT64_MAX, ENCODING_UTF16), line.n);
    assert_int_equal(position_byte(line, UINT64_MAX, ENCODING_UTF8), line.n);
    assert_int_equal(position_character(line, 7, ENCODING_UTF16), 4);
    assert_int_equal(position_character(line, 7, ENCODING_UTF32), 3);
    assert_int_equal(position_character(line, 7, ENCODING_UTF8), 7);
    assert_int_equal(position_character(line, 99, ENCODING_UTF16), 7);
}

static void test_messages_come_in_any_pieces(void **state)
{
    (void)state;
    static const char stream[] = "Content-Length: 2\r\n\r\n{}content-length:3\nX: y\n\n[1]";
    struct frame_reader reader = {0};
    struct slice body;
    unsigned count = 0;
    for (size_t i = 0; i < sizeof stream - 1; i++) {
        assert_int_equal(frame_reader_feed(&reader, slice_of(stream + i, 1)), 0);
        if (frame_reader_next(&reader, &body) == 1)
            assert_true(slice_equal(body, slice_str(count++ ? "[1]" : "{}")));
    }
    assert_int_equal(count, 2);
    assert_int_equal(frame_reader_next(&reader, &body), 0);
    assert_int_equal(frame_reader_feed(&reader, slice_str("hello\n")), 0);
    assert_true(frame_reader_next(&reader, &body) < 0);
    frame_reader_fini(&reader);
}

static void test_uris(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"file:///a/b%20c.rules", "/a/b c.rules"},
                                           {"file://host/a", "/a"},
                                           {"file:///%zz%00", "/%zz%00"},
                                           {"untitled:Untitled-1", "untitled:Untitled-1"}};
    for (size_t i = 0; i < 4; i++) {
        char *path = uri_path(pairs[i][0]);
        assert_string_equal(path, pairs[i][1]);
        free(path);
    }
    char *uri = uri_of_path("/a b/\xc3\xa9%.rules");
    assert_string_equal(uri, "file:///a%20b/%C3%A9%25.rules");
    free(uri);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edits_equal_those_of_a_plain_text),
        cmocka_unit_test(test_a_difference_makes_the_other_text),
        cmocka_unit_test(test_characters_and_bytes),
        cmocka_unit_test(test_messages_come_in_any_pieces),
        cmocka_unit_test(test_uris),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
