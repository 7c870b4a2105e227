/* engine/base: cursors never leave their slice, buffers and arrays grow and fail cleanly, pools keep their
 * cap. */
#include "support/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/app_proto.h"
#include "base/buf.h"
#include "base/buffer_id.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/grow.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/utf8.h"

static void test_slices(void **state)
{
    (void)state;
    struct slice s = slice_str("abcdef");
    assert_int_equal(slice_from(s, 2).n, 4);
    assert_int_equal(slice_from(s, 2).p[0], 'c');
    assert_int_equal(slice_from(s, 6).n, 0);
    assert_int_equal(slice_from(s, SIZE_MAX).n, 0);
    assert_int_equal(slice_first(s, 100).n, 6);
    assert_true(slice_equal(slice_first(s, 3), slice_str("abc")));
    assert_false(slice_equal(slice_first(s, 3), slice_str("abd")));
    assert_true(slice_equal(slice_of(NULL, 0), slice_str("")));
}

static void test_cursor_reads_to_the_end_and_no_further(void **state)
{
    (void)state;
    uint8_t *exact = malloc(15); /* the sanitizer sees a read past it */
    for (int i = 0; i < 15; i++)
        exact[i] = (uint8_t)(i + 1);
    struct cursor c = cursor_of(slice_of(exact, 15));
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    assert_true(cursor_u8(&c, &u8) && u8 == 1);
    assert_true(cursor_be16(&c, &u16) && u16 == 0x0203);
    assert_true(cursor_be32(&c, &u32) && u32 == 0x04050607);
    assert_int_equal(cursor_left(&c), 8);
    assert_true(cursor_be64(&c, &u64) && u64 == 0x08090a0b0c0d0e0full);
    assert_false(cursor_u8(&c, &u8));
    c.at = 13;
    assert_false(cursor_be32(&c, &u32));
    assert_int_equal(c.at, 13); /* where it was */
    assert_false(cursor_skip(&c, SIZE_MAX));
    struct slice two;
    assert_true(cursor_bytes(&c, 2, &two) && two.p == exact + 13);
    free(exact);
}

static void test_buf(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_int_equal(buf_printf(&b, "%s-%d", "x", 7), 0);
    assert_int_equal(buf_append(&b, slice_of(NULL, 0)), 0);
    assert_int_equal(buf_append_byte(&b, '!'), 0);
    assert_true(slice_equal(buf_slice(&b), slice_str("x-7!")));
    for (int i = 0; i < 1000; i++)
        assert_int_equal(buf_append(&b, slice_str("0123456789")), 0);
    assert_int_equal(b.n, 10004);
    assert_int_equal(buf_reserve(&b, SIZE_MAX - 5), -ENOMEM);
    assert_int_equal(b.n, 10004);
    buf_fini(&b);
    assert_null(b.p);
}

static void test_grow(void **state)
{
    (void)state;
    uint32_t *list = NULL, capacity = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(grow_array(&list, i, &capacity), 0);
        list[i] = i;
    }
    assert_int_equal(list[999], 999);
    uint32_t full = UINT32_MAX - 1;
    assert_int_equal(grow_array(&list, full, &full), -ENOMEM);
    free(list);
}

static void test_pool_keeps_its_cap_and_reuses(void **state)
{
    (void)state;
    struct pool pool;
    pool_init(&pool, 24, 100);
    void *objects[100];
    for (int i = 0; i < 100; i++) {
        objects[i] = pool_get(&pool);
        assert_non_null(objects[i]);
        assert_int_equal((uintptr_t)objects[i] % 16, 0);
        memset(objects[i], i, 24);
    }
    assert_null(pool_get(&pool));
    assert_int_equal(pool.refused, 1);
    for (int i = 0; i < 100; i++)
        assert_int_equal(((uint8_t *)objects[i])[23], i); /* none overlaps another */
    pool_put(&pool, objects[42]);
    assert_ptr_equal(pool_get(&pool), objects[42]);
    assert_int_equal(pool.out, 100);
    pool_put(&pool, NULL);
    pool_fini(&pool);
}

static void remember(void *ctx, enum log_level level, const char *message)
{
    char *text = ctx;
    text[0] = (char)('0' + level);
    strncpy(text + 1, message, 62);
}

static void test_err_and_log(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(err_set(&e, -EINVAL, "expected %s", "a number"), -EINVAL);
    err_hint(&e, "try %d", 5);
    err_at(&e, "x.rules", 3, 9);
    err_at(&e, NULL, 4, 10);
    assert_string_equal(e.message, "expected a number");
    assert_string_equal(e.hint, "try 5");
    assert_string_equal(e.file, "x.rules");
    assert_int_equal(e.line, 4);
    assert_int_equal(err_set(NULL, -ENOMEM, "nobody listens"), -ENOMEM);

    char text[64] = "";
    struct log log = {.write = remember, .ctx = text, .most = LOG_NOTICE};
    log_warning(&log, "cut at byte %d", 12);
    assert_string_equal(text, "1cut at byte 12");
    log_info(&log, "not wanted");
    assert_string_equal(text, "1cut at byte 12");
    log_error(NULL, "nobody listens");
}

static void test_names(void **state)
{
    (void)state;
    for (int i = APP_FAILED + 1; i < APP_PROTO_COUNT; i++)
        assert_int_equal(app_proto_by_name(slice_str(app_proto_name((enum app_proto)i))), i);
    assert_int_equal(app_proto_by_name(slice_str("gopher")), APP_UNKNOWN);
    assert_true(app_proto_over_udp(APP_DNS) && app_proto_over_tcp(APP_DNS) && !app_proto_over_udp(APP_SSH));
    assert_string_equal(buffer_name(BUFFER_TCP_HDR), "tcp.hdr");
    assert_true(hash_slice(slice_str("a"), 1) != hash_slice(slice_str("a"), 2));
}

static void cleaned(const char *text, const char *clean)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%s", text);
    utf8_clean(copy);
    assert_string_equal(copy, clean);
}

static void test_texts_are_made_clean(void **state)
{
    (void)state;
    cleaned("", "");
    cleaned("plain\ttext\n", "plain\ttext\n");
    cleaned("\xc3\xa9t\xc3\xa9 \xe2\x82\xac", "\xc3\xa9t\xc3\xa9 \xe2\x82\xac");
    cleaned("\xe9t\xe9", ".t.");
    cleaned("\033[2J\x7f\r", ".[2J..");
    cleaned("cut \xe2\x82", "cut ..");
    struct err err;
    err_fill(&err, "unknown \"%s\"", "\033\xff");
    err_hint(&err, "%s", "\xff");
    assert_string_equal(err.message, "unknown \"..\"");
    assert_string_equal(err.hint, ".");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slices),
        cmocka_unit_test(test_cursor_reads_to_the_end_and_no_further),
        cmocka_unit_test(test_buf),
        cmocka_unit_test(test_grow),
        cmocka_unit_test(test_pool_keeps_its_cap_and_reuses),
        cmocka_unit_test(test_err_and_log),
        cmocka_unit_test(test_texts_are_made_clean),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
