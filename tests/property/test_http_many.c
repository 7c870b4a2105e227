/*
 * Messages of many fields are what libhtp alone makes of them (app/http/http_many.h): the same conversation,
 * cut the same way, with and without. Names are new ones, ones that come again, ones that libhtp asks for,
 * and such as are none; lines are folded and end in every way.
 */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/http/http_session.h"
#include "app/parser_list.h"
#include "support/app_driver.h"

enum { ROUNDS = 80, EXCHANGES = 3, FIELDS_MOST = 2000, SEGMENT_MOST = 1460 };

enum how { SORTED, UNSORTED, ALONE };

static uint32_t seed, oddness;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static const char *one_of(const char *const *words, uint32_t count)
{
    return words[random_below(count)];
}

#define ONE_OF(words) one_of(words, sizeof words / sizeof words[0])

static void put(struct buf *out, const char *text)
{
    assert_int_equal(buf_append(out, slice_str(text)), 0);
}

static void put_name(struct buf *out, bool odd)
{
    static const char *const known[] = {"Host",   "Content-Type", "Cookie", "Set-Cookie", "Authorization",
                                        "Accept", "Expect",       "Server", "Upgrade",    "content-encoding"};
    switch (random_below(odd ? 30 : 5)) {
    default:
        buf_printf(out, "X-%u", random_below(100000));
        break;
    case 2:
        buf_printf(out, "%c%u", random_below(2) ? 'A' : 'a', random_below(300));
        break;
    case 3:
        put(out, ONE_OF(known));
        break;
    case 5:
        buf_append(out, slice_of("Ho\0st", 5));
        break;
    case 6:
        buf_printf(out, "a b%u ", random_below(20));
        break;
    case 7:
        buf_append(out, slice_of("Content\0-Length", 15));
        break;
    }
}

/* Now and then another way to end a line, or a line without a colon, or a folded one. */
static void put_field(struct buf *out, bool odd)
{
    static const char *const ends[] = {"\r\n", "\n", "\r\n", "\r\n ", "\r\n\tb\r\n", "\r", "\n\r"};
    put_name(out, odd);
    if (!odd || random_below(40))
        put(out, random_below(2) ? ": " : ":");
    buf_printf(out, "%u", random_below(1000));
    put(out, odd ? ONE_OF(ends) : random_below(9) ? "\r\n" : "\r\n folded\r\n");
}

static void put_fields(struct buf *out)
{
    static const uint32_t most[] = {10, 60, 130, FIELDS_MOST};
    bool odd = random_below(3) < oddness;
    for (uint32_t i = 0, n = random_below(most[random_below(4)]); i < n; i++)
        put_field(out, odd);
}

/* The rest of a message, from the fields on. */
static void put_message(struct buf *out)
{
    bool length = random_below(3) == 0, chunked = !length && random_below(2);
    put_fields(out);
    for (uint32_t i = 0; length && i <= random_below(2); i++)
        put(out, random_below(20) ? "Content-Length: 5\r\n" : "Content-Length: 6\r\n");
    if (chunked)
        put(out, "Transfer-Encoding: chunked\r\n");
    if (!length && !chunked)
        put(out, "Content-Length: 0\r\n");
    put_fields(out);
    put(out, "\r\n");
    if (length)
        put(out, "a\nb\nc");
    if (!chunked)
        return;
    for (uint32_t i = 0, n = random_below(60); i < n; i++)
        put(out, random_below(2) ? "1\r\n\n\r\n" : "3\r\na\nb\r\n");
    put(out, "0\r\n");
    put_fields(out);
    put(out, "\r\n");
}

static void put_exchange(struct buf *request, struct buf *response)
{
    static const char *const requests[] = {"GET /a HTTP/1.1\r\n", "POST /b HTTP/1.1\r\n", "GET /\n"};
    put(request, one_of(requests, oddness ? 3 : 2));
    put_message(request);
    for (uint32_t i = random_below(oddness ? 3 : 1); i > 1; i--) {
        put(response, "HTTP/1.1 100 Continue\r\n");
        put_fields(response);
        put(response, "\r\n");
    }
    put(response, !oddness || random_below(8) ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 204 None\r\n");
    put_message(response);
    if (oddness && random_below(6) == 0)
        put(response, "what nobody asked for\r\n\r\n");
}

struct seen {
    const struct http *http;
    struct buf text;
    unsigned large; /* buffers of many fields */
    bool capped;    /* no further values are joined; which one is left out may differ, see join() */
};

static void saw(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                unsigned index, const struct view_buffer *buffer)
{
    struct seen *seen = ctx;
    bool raw =
        id == BUFFER_HTTP_HEADER_RAW || id == BUFFER_HTTP1_FRAME_REQUEST || id == BUFFER_HTTP1_FRAME_RESPONSE;
    if (raw && seen->http->broken)
        return; /* of what came with an error libhtp tells no raw bytes */
    buf_printf(&seen->text, "%u %d %d %u %d %llu:", (unsigned)tx->id, direction, id, index, buffer->last,
               (unsigned long long)buffer->number);
    buf_append(&seen->text, buffer->bytes);
    for (unsigned i = 0; i < tx->event_count; i++)
        buf_printf(&seen->text, " %u", tx->events[i]);
    buf_append_byte(&seen->text, '\n');
    const htp_tx_t *htp = ((const struct http_tx *)tx)->htp;
    seen->capped |= htp && (htp->req_header_repetitions == HTP_MAX_HEADERS_REPETITIONS ||
                            htp->res_header_repetitions == HTP_MAX_HEADERS_REPETITIONS);
    seen->large += id == BUFFER_HTTP_HEADER && buffer->bytes.n > 4096;
}

static void converse(struct slice request, struct slice response, uint32_t cuts, uint32_t fields_few,
                     enum how how, struct seen *seen)
{
    struct app_driver driver;
    struct slice rest[DIRECTIONS] = {[TO_SERVER] = request, [TO_CLIENT] = response};
    assert_true(app_driver_open(&driver, &http_parser, false));
    struct http *http = driver.session->state;
    http->fields_few = how == ALONE ? 1 << 30 : fields_few;
    http->fields_unsorted = how == UNSORTED;
    driver.saw = saw;
    driver.ctx = seen;
    seen->http = http;
    seed = cuts;
    while (rest[TO_SERVER].n || rest[TO_CLIENT].n) {
        bool up = rest[TO_SERVER].n && (!oddness || random_below(3) || !rest[TO_CLIENT].n);
        enum direction direction = up ? TO_SERVER : TO_CLIENT;
        size_t n = 1 + random_below(random_below(3) ? SEGMENT_MOST : 30);
        if (n > rest[direction].n)
            n = rest[direction].n;
        app_driver_feed(&driver, direction, slice_first(rest[direction], n));
        rest[direction] = slice_from(rest[direction], n);
    }
    for (const struct app_tx *tx = driver.session->first; tx; tx = tx->next)
        for (unsigned i = 0; i < tx->event_count; i++)
            buf_printf(&seen->text, "event %u\n", tx->events[i]);
    if (random_below(2))
        app_driver_end(&driver, TO_SERVER);
    if (random_below(2))
        app_driver_end(&driver, TO_CLIENT);
    app_driver_close(&driver);
}

static void assert_the_same(enum how how, uint32_t few_in_some)
{
    unsigned large = 0, unlike = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct buf request = {0}, response = {0};
        struct seen sorted = {0}, other = {0};
        uint32_t fields_few = round % 3 ? 0 : few_in_some;
        seed = 1000 + round;
        for (int i = 0; i < EXCHANGES; i++)
            put_exchange(&request, &response);
        uint32_t cuts = seed;
        converse(buf_slice(&request), buf_slice(&response), cuts, fields_few, SORTED, &sorted);
        converse(buf_slice(&request), buf_slice(&response), cuts, fields_few, how, &other);
        bool same = slice_equal(buf_slice(&sorted.text), buf_slice(&other.text));
        if (!same && !sorted.capped)
            fail_msg("round %u", round);
        unlike += !same;
        large += sorted.large;
        buf_fini(&request);
        buf_fini(&response);
        buf_fini(&sorted.text);
        buf_fini(&other.text);
    }
    assert_true(large > ROUNDS);
    assert_in_range(unlike, 0, ROUNDS / 10);
}

/* In the same pieces: values, events, and what an error leaves behind. */
static void test_sorting(void **state)
{
    (void)state;
    oddness = 1;
    assert_the_same(UNSORTED, 4);
}

/* Pieces are cut where nothing depends on it. */
static void test_pieces(void **state)
{
    (void)state;
    oddness = 0;
    assert_the_same(ALONE, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pieces), cmocka_unit_test(test_sorting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
