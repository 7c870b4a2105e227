/*
 * However the segments of a conversation are cut, its transactions come to the same: lines, fields (folded,
 * repeated, many of them), bodies of known length and in chunks, trailers, interim answers, events.
 */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/http/http.h"
#include "app/parser_list.h"
#include "support/app_driver.h"

enum { ROUNDS = 300, CUTS = 4, SEGMENT_MOST = 700 };

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void put(struct buf *out, const char *text)
{
    assert_int_equal(buf_append(out, slice_str(text)), 0);
}

static void put_one(struct buf *out, const char *const *texts, uint32_t n)
{
    put(out, texts[random_below(n)]);
}
#define PUT_ONE(out, texts) put_one(out, texts, sizeof texts / sizeof texts[0])

static void put_fields(struct buf *out, uint32_t most)
{
    static const char *const names[] = {"Host",   "Cookie",  "Accept", "x-a", "X-A",
                                        "Server", "Referer", "",       "a b"};
    static const char *const values[] = {": a",      ":b",    ": c  ", " : d", ": a\r\n folded",
                                         ":\r\n\tx", ": a\0b"};
    static const char *const ends[] = {"\r\n", "\r\n", "\r\n", "\n"};
    for (uint32_t i = random_below(most); i; i--) {
        if (random_below(3))
            PUT_ONE(out, names);
        else
            buf_printf(out, "X-%u", random_below(2000));
        PUT_ONE(out, values);
        PUT_ONE(out, ends);
    }
}

static void put_chunks(struct buf *out)
{
    static const char *const chunks[] = {"1\r\na\r\n", "3;x=y\r\nb\nc\r\n", "0A\r\n0123456789\r\n",
                                         "2\n\r\n\n"};
    put(out, "Transfer-Encoding: chunked\r\n\r\n");
    for (uint32_t i = random_below(6); i; i--)
        PUT_ONE(out, chunks);
    put(out, "0\r\n");
    put_fields(out, random_below(3) ? 1 : 4);
    put(out, "\r\n");
}

static void put_message(struct buf *out)
{
    put_fields(out, random_below(10) ? 12 : 300);
    switch (random_below(3)) {
    case 0:
        put(out, "Content-Length: 9\r\n\r\nHTTP/1.\n\r");
        break;
    case 1:
        put_chunks(out);
        break;
    default:
        put(out, "Content-Length: 0\r\n\r\n");
    }
}

static void put_request(struct buf *out)
{
    static const char *const lines[] = {"GET /a%20b?c=%41#d HTTP/1.1\r\n", "POST http://h:80/x HTTP/1.0\n",
                                        "PUT  /a b\tHTTP/1.1\r\n", "DELETE * HTTP/1.1\r\r\n"};
    PUT_ONE(out, lines);
    put_message(out);
}

static void put_response(struct buf *out)
{
    static const char *const lines[] = {"HTTP/1.1 200 OK\r\n", "HTTP/1.0 404 Not Found\n",
                                        "HTTP/1.1 201\r\n"};
    for (uint32_t i = random_below(8); i > 6; i--)
        put(out, "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n");
    PUT_ONE(out, lines);
    put_message(out);
}

static void tell_side(struct buf *out, struct http_tx *tx, enum direction d)
{
    const struct http_side *side = &tx->sides[d];
    struct slice line = http_line_part(tx, d, side->line);
    buf_append(out, line);
    buf_printf(out, " %d %d %lld body %llu:", side->headers, side->came, (long long)side->length,
               (unsigned long long)side->body.total);
    for (unsigned i = 0; i < side->head.count; i++) {
        buf_append(out, http_head_name(&side->head, &side->head.headers[i]));
        buf_append(out, slice_str("="));
        buf_append(out, http_head_value(&side->head, &side->head.headers[i]));
        buf_append(out, slice_str(";"));
    }
    buf_append(out, http_head_raw(&side->head));
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void tell(struct buf *out, struct app_session *s)
{
    for (struct app_tx *tx = s->first; tx; tx = tx->next) {
        int events[APP_TX_EVENTS] = {0};
        for (unsigned i = 0; i < tx->event_count; i++)
            events[i] = tx->events[i] * 2 + tx->event_side[i];
        qsort(events, APP_TX_EVENTS, sizeof events[0], compare);
        for (int d = 0; d < DIRECTIONS; d++)
            tell_side(out, (struct http_tx *)tx, (enum direction)d);
        for (unsigned i = 0; i < APP_TX_EVENTS; i++)
            buf_printf(out, " %d", events[i]);
    }
}

/* Nothing is looked at on the way, so that all transactions are there at the end. */
static void converse(struct slice request, struct slice response, bool cut, struct buf *out)
{
    struct app_driver d;
    struct slice rest[DIRECTIONS] = {[TO_SERVER] = request, [TO_CLIENT] = response};
    assert_true(app_driver_open(&d, &http_parser, false));
    for (int side = 0; side < DIRECTIONS; side++) {
        struct buf pending = {0};
        while (rest[side].n) {
            size_t n = cut ? 1 + random_below(random_below(3) ? SEGMENT_MOST : 5) : rest[side].n;
            n = n < rest[side].n ? n : rest[side].n;
            buf_append(&pending, slice_first(rest[side], n));
            rest[side] = slice_from(rest[side], n);
            struct app_input in = {.direction = (enum direction)side, .bytes = buf_slice(&pending)};
            struct app_taken taken = {0};
            assert_int_equal(http_parser.parse(d.session, &in, &taken), PARSE_OK);
            memmove(pending.p, pending.p + taken.bytes, pending.n - taken.bytes);
            pending.n -= taken.bytes;
        }
        assert_int_equal(pending.n, 0);
        buf_fini(&pending);
    }
    tell(out, d.session);
    app_driver_close(&d);
}

static void test_cuts(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct buf request = {0}, response = {0}, whole = {0};
        seed = 90 + round;
        for (uint32_t i = 1 + random_below(4); i; i--) {
            put_request(&request);
            put_response(&response);
        }
        converse(buf_slice(&request), buf_slice(&response), false, &whole);
        assert_true(whole.n > 0);
        for (int i = 0; i < CUTS; i++) {
            struct buf cut = {0};
            converse(buf_slice(&request), buf_slice(&response), true, &cut);
            if (!slice_equal(buf_slice(&cut), buf_slice(&whole)))
                fail_msg("round %u", round);
            buf_fini(&cut);
        }
        buf_fini(&request);
        buf_fini(&response);
        buf_fini(&whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cuts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
