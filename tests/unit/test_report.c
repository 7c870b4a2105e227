/* What a report's page is made of: text that stays text, counts by key, the bars over time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/utf8.h"
#include "report/html.h"
#include "report/refusals.h"
#include "report/tally.h"
#include "report/timeline.h"

static void assert_written(const char *text, const char *html)
{
    struct html h = {0};
    html_text(&h, text);
    assert_false(h.failed);
    assert_int_equal(h.out.n, strlen(html));
    assert_memory_equal(h.out.p ? h.out.p : (const uint8_t *)"", html, h.out.n);
    buf_fini(&h.out);
}

static void test_escapes(void **state)
{
    (void)state;
    assert_written("", "");
    assert_written("plain", "plain");
    assert_written("</script><b a=\"1\" b='2'>&amp;`",
                   "&lt;/script&gt;&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;&#96;");
    assert_written("\x1b[31m\n\t\x7f", "\\x1b[31m\\x0a\\x09\\x7f");
    assert_written("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
    assert_written("\xc2\x9b\xc2\xa0\xc2\xad", "\\u{9b}\\u{a0}\\u{ad}");
    assert_written("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf",
                   "\\u{202e}\\u{2066}\\u{200b}\\u{feff}");
    assert_written("\xf3\xa0\x80\x81", "\\u{e0001}");
    /* not UTF-8: overlong, a surrogate, past the end, cut */
    assert_written("\xc0\xbc"
                   "a",
                   "\\xc0\\xbca");
    assert_written("\xed\xa0\x80", "\\xed\\xa0\\x80");
    assert_written("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
    assert_written("\xe2\x82<", "\\xe2\\x82&lt;");
}

static void test_cut(void **state)
{
    (void)state;
    struct html h = {0};
    html_cut(&h,
             slice_str("ab\xe2\x82\xac"
                       "c"),
             4); /* not inside the character */
    html_put(&h, "|");
    html_cut(&h, slice_str("abc"), 3);
    html_put(&h, "|");
    html_number(&h, 0);
    html_number(&h, 1234567);
    html_number(&h, 999);
    const char *want = "ab...|abc|01,234,567999";
    assert_int_equal(h.out.n, strlen(want));
    assert_memory_equal(h.out.p, want, h.out.n);
    buf_fini(&h.out);
}

/* Any bytes at all: what is written is UTF-8 without markup or controls. */
static void test_any_bytes(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[24];
        struct html h = {0};
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] =
                (uint8_t)(rand_r(&seed) % 3 ? rand_r(&seed) : "<>&\"'\xe2\x80\xae\xf0"[rand_r(&seed) % 9]);
        html_cut(&h, slice_of(bytes, sizeof bytes), (size_t)rand_r(&seed) % 30);
        assert_true(utf8_valid(buf_slice(&h.out)));
        for (size_t i = 0; i < h.out.n; i++) {
            assert_true(h.out.p[i] >= 0x20 && h.out.p[i] != 0x7f);
            assert_null(memchr("<>\"'`", h.out.p[i], 5));
        }
        buf_fini(&h.out);
    }
}

struct counted {
    struct tally_key key;
    uint64_t n;
};

static void add(void *into, void *from)
{
    ((struct counted *)into)->n += ((struct counted *)from)->n;
}

static int by_n(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    return (x->n < y->n) - (x->n > y->n);
}

static void count(struct tally *t, uint32_t key, uint64_t n)
{
    struct counted *item = tally_get(t, slice_of(&key, sizeof key));
    if (item)
        item->n += n;
}

static void test_tally(void **state)
{
    (void)state;
    struct tally a = {.item_size = sizeof(struct counted), .most = 1000}, b = a;
    for (uint32_t i = 0; i < 5000; i++)
        count(i % 2 ? &a : &b, i % 900, i % 900);
    tally_merge(&a, &b, add);
    assert_int_equal(a.count, 900);
    assert_int_equal(a.lost, 0);
    tally_sort(&a, by_n);
    const struct counted *first = tally_item(&a, 0);
    assert_int_equal(first->n, 5 * 899);
    for (uint32_t i = 900; i < 1100; i++)
        count(&b, i, 1);
    assert_int_equal(b.count, 450 + 200);
    for (uint32_t i = 2000; i < 3000; i++)
        count(&b, i, 1);
    assert_int_equal(b.count, 1000); /* and no more */
    assert_int_equal(b.lost, 650);
    count(&b, 900, 4);
    uint32_t key = 900;
    const struct counted *known = tally_get(&b, slice_of(&key, sizeof key));
    assert_int_equal(known->n, 5);
    tally_fini(&a);
    tally_fini(&b);
}

static uint64_t sum_of(const struct timeline *t)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < t->count; i++)
        for (unsigned s = 0; s < SEVERITIES; s++)
            sum += t->bars[i][s];
    return sum;
}

/* In any order and in any parts: the same bars, none lost. */
static void test_timeline_order(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 300; round++) {
        enum { TIMES = 200 };
        uint64_t times[TIMES];
        unsigned shift = (unsigned)rand_r(&seed) % 62;
        for (int i = 0; i < TIMES; i++)
            times[i] = (((uint64_t)rand_r(&seed) << 33) ^ ((uint64_t)rand_r(&seed) << 12)) >> shift;
        struct timeline forward = {0}, backward = {0}, parts[3] = {{0}};
        for (unsigned i = 0; i < TIMES; i++) {
            timeline_add(&forward, times[i], i % SEVERITIES, 1);
            timeline_add(&parts[(unsigned)rand_r(&seed) % 3], times[i], i % SEVERITIES, 1);
        }
        for (unsigned i = TIMES; i-- > 0;)
            timeline_add(&backward, times[i], i % SEVERITIES, 1);
        timeline_merge(&parts[2], &parts[0]);
        timeline_merge(&parts[2], &parts[1]);
        assert_int_equal(sum_of(&forward), TIMES);
        assert_true(forward.count <= TIMELINE_BARS);
        assert_memory_equal(&forward, &backward, sizeof forward);
        assert_memory_equal(&forward, &parts[2], sizeof forward);
    }
}

static void test_timeline_ends(void **state)
{
    (void)state;
    struct timeline t = {0};
    timeline_add(&t, 0, 0, 1);
    timeline_add(&t, UINT64_MAX, 1, 2);
    assert_int_equal(sum_of(&t), 3);
    assert_int_equal(severity_of(-5), 0);
    assert_int_equal(severity_of(1), 0);
    assert_int_equal(severity_of(3), 2);
    assert_int_equal(severity_of(255), 3);
}

static void test_refusals(void **state)
{
    (void)state;
    struct refusals r = {0};
    for (unsigned i = 0; i < 300; i++) {
        struct sluice_refusal refusal = {
            .message = i % 3 ? "needs the x parser" : "wrong", .report = "a:1\n", .unsupported = i % 3};
        refusals_add(&r, &refusal);
    }
    refusals_sort(&r);
    assert_int_equal(r.wrong, 100);
    assert_int_equal(r.unsupported, 200);
    assert_int_equal(r.reason_count, 2);
    assert_string_equal(r.reasons[0].text, "needs the x parser");
    assert_int_equal(r.reasons[0].count, 200);
    assert_int_equal(r.shown_count, 100);
    refusals_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes),        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_any_bytes),      cmocka_unit_test(test_tally),
        cmocka_unit_test(test_timeline_order), cmocka_unit_test(test_timeline_ends),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
