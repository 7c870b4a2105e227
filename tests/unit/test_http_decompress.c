/* Content codings of HTTP/1 bodies: what a header says, what a body is, cut in any way; bombs; memory. */
#include "support/check.h"

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "app/engine_private.h"
#include "app/http/http_decompress.h"
#include "base/buf.h"

static const char text[] = "hello decompress world, this is the text of the body. ";

struct kit {
    struct app_config config;
    struct app_engine *engine;
    struct app_session session;
    struct growth growth;
    struct buf out;
    bool patient, wary;
};

static void kit_init(struct kit *kit, uint64_t memory)
{
    *kit = (struct kit){.config = {.memory = memory}};
    kit->engine = app_engine_new(&kit->config, &(struct app_hooks){0});
    assert_non_null(kit->engine);
    kit->session = (struct app_session){.engine = kit->engine, .config = &kit->config};
}

static void kit_fini(struct kit *kit)
{
    assert_int_equal(kit->session.memory, 0); /* all that was taken was given back */
    buf_fini(&kit->out);
    app_engine_free(kit->engine);
}

static void sink(void *ctx, struct slice bytes)
{
    assert_int_equal(buf_append(ctx, bytes), 0);
}

/* Decodes in pieces of `piece` bytes. */
static enum app_event decode(struct kit *kit, const char *field, struct slice body, size_t piece)
{
    struct http_codings codings = http_codings_read(slice_str(field), 2);
    struct http_decompress *d = http_decompress_new(&kit->session, &kit->growth, &codings);
    assert_non_null(d);
    if (kit->patient)
        http_decompress_be_patient(d);
    if (kit->wary)
        http_decompress_be_wary(d);
    enum app_event event = APP_EVENT_NONE;
    buf_clear(&kit->out);
    for (size_t at = 0; at < body.n; at += piece)
        event = http_decompress_feed(d, slice_first(slice_from(body, at), piece), sink, &kit->out);
    enum app_event last = http_decompress_end(d, sink, &kit->out);
    http_decompress_free(d);
    return event ? event : last;
}

/* zlib's window bits: 31 gzip, 15 zlib, -15 deflate. */
static void deflate_to(struct buf *out, struct slice in, int bits)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(buf_reserve(out, deflateBound(&z, (uLong)in.n)), 0);
    z.next_in = (void *)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = out->p + out->n;
    z.avail_out = (uInt)deflateBound(&z, (uLong)in.n);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->n += z.total_out;
    deflateEnd(&z);
}

static void lzma_to(struct buf *out, struct slice in)
{
    lzma_options_lzma options;
    lzma_stream z = LZMA_STREAM_INIT;
    assert_false(lzma_lzma_preset(&options, 6));
    assert_int_equal(lzma_alone_encoder(&z, &options), LZMA_OK);
    assert_int_equal(buf_reserve(out, in.n + 1024), 0);
    z.next_in = in.p;
    z.avail_in = in.n;
    z.next_out = out->p;
    z.avail_out = in.n + 1024;
    assert_int_equal(lzma_code(&z, LZMA_FINISH), LZMA_STREAM_END);
    out->n = z.total_out;
    lzma_end(&z);
}

static void check_any_cut(const char *field, struct slice body, struct slice want)
{
    static const size_t pieces[] = {1, 2, 3, 7, 13, 64, 1460, 1 << 20};
    struct kit kit;
    kit_init(&kit, 0);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        assert_int_equal(decode(&kit, field, body, pieces[i]), APP_EVENT_NONE);
        if (!slice_equal(buf_slice(&kit.out), want))
            fail_msg("%s in pieces of %zu: %zu bytes, expected %zu", field, pieces[i], kit.out.n, want.n);
    }
    kit_fini(&kit);
}

static struct slice long_text(struct buf *out, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        assert_int_equal(buf_printf(out, "%u %s", i * 2654435761u, text), 0);
    return buf_slice(out);
}

/* Short ones are decided at their end, long ones when enough was put out. */
static void names_and_formats(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        int bits;
    } cases[] = {
        {"gzip", 31},     {"x-gzip", 31},         {"GZip", 31},     {"deflate", -15}, {"x-deflate", -15},
        {"deflate", 15},  {"gzip", 15},           {"gzip", -15},    {"deflate", 31},  {"gzip;q=1", 31},
        {"xxgzip", 31},   {"identity, gzip", 31}, {"deflatex", 31}, {"\tgzip\t", 31}, {",gzip", 31},
        {"gzip, br", 31}, {"br, gzip", 31},
    };
    static const unsigned sizes[] = {1, 20, 3000};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        struct buf plain = {0};
        struct slice want = long_text(&plain, sizes[s]);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            struct buf body = {0};
            deflate_to(&body, want, cases[i].bits);
            check_any_cut(cases[i].field, buf_slice(&body), want);
            buf_fini(&body);
        }
        struct buf body = {0};
        lzma_to(&body, want);
        check_any_cut("lzma", buf_slice(&body), want);
        buf_fini(&body);
        buf_fini(&plain);
    }
}

static void brotli(void **state)
{
    (void)state;
    static const char body[] = "\x0b\x02\x80hello\x03";
    check_any_cut("br", slice_of(body, sizeof body - 1), slice_str("hello"));
}

static void layers(void **state)
{
    (void)state;
    struct buf inner = {0}, outer = {0};
    deflate_to(&inner, slice_str(text), -15);
    deflate_to(&outer, buf_slice(&inner), 31);
    check_any_cut("deflate, gzip", buf_slice(&outer), slice_str(text));
    check_any_cut("gzip, gzip, gzip", buf_slice(&outer), slice_str(text)); /* the third is not taken off */
    buf_fini(&inner);
    buf_fini(&outer);
}

/* What cannot be decoded is passed on, but for gzip's header; what follows the end is passed over. */
static void not_what_it_says(void **state)
{
    (void)state;
    struct buf gzip = {0}, cut = {0}, long_plain = {0};
    check_any_cut("gzip", slice_str(text), slice_str(text));
    check_any_cut("deflate", slice_str(text), slice_str(text));
    check_any_cut("lzma", slice_str(text), slice_str(text));
    check_any_cut("br", slice_str(text), slice_str(text));
    check_any_cut("lzma", slice_str("short"), slice_str("short"));
    struct slice many = long_text(&long_plain, 2000);
    check_any_cut("gzip", many, many);
    check_any_cut("gzip", slice_of("\x1f\x8b\x09rest of it", 14), slice_of("\x1f\x8b\x09rest of it", 14));
    check_any_cut("gzip", slice_of("\x1f\x8b\x08\0\0\0\0\0\0\0hello", 15), slice_str("hello"));
    deflate_to(&gzip, slice_str(text), 31);
    assert_int_equal(buf_append(&cut, buf_slice(&gzip)), 0);
    assert_int_equal(buf_append(&cut, slice_str("what follows")), 0);
    check_any_cut("gzip", buf_slice(&cut), slice_str(text));
    cut.n = gzip.n - 8; /* without its checksum */
    check_any_cut("gzip", buf_slice(&cut), slice_str(text));
    cut.n = 5;
    check_any_cut("gzip", buf_slice(&cut), slice_str(""));
    buf_fini(&gzip);
    buf_fini(&cut);
    buf_fini(&long_plain);
}

/* Damaged in the middle: the same bytes however they are cut, with what came before the damage. */
static void damaged(void **state)
{
    (void)state;
    static const size_t at[] = {15, 60, 400, 5000};
    struct buf plain = {0}, body = {0};
    struct kit kit;
    long_text(&plain, 1000);
    kit_init(&kit, 0);
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        struct buf first = {0};
        buf_clear(&body);
        deflate_to(&body, buf_slice(&plain), 31);
        assert_true(body.n > at[i] + 8);
        memset(body.p + at[i], 0xff, 8);
        decode(&kit, "gzip", buf_slice(&body), body.n);
        assert_int_equal(buf_append(&first, buf_slice(&kit.out)), 0);
        for (size_t piece = 1; piece < 300; piece += 37) {
            decode(&kit, "gzip", buf_slice(&body), piece);
            assert_true(slice_equal(buf_slice(&first), buf_slice(&kit.out)));
        }
        if (at[i] == 5000)
            assert_memory_equal(first.p, plain.p, 4000);
        buf_fini(&first);
    }
    kit_fini(&kit);
    buf_fini(&plain);
    buf_fini(&body);
}

static void gzip_headers(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
    } heads[] = {
        {"\x1f\x8b\x08\x08\0\0\0\0\0\x03name.txt\0", 19},
        {"\x1f\x8b\x08\x04\0\0\0\0\0\x03\x04\0abcd", 16},
        {"\x1f\x8b\x08\x10\0\0\0\0\0\x03"
         "comment\0",
         18},
        {"\x1f\x8b\x08\x02\0\0\0\0\0\x03\0\0", 12},
        {"\x1f\x8b\x08\x1e\0\0\0\0\0\x03\x02\0xxn\0c\0hc", 20},
        {"\x1f\x8b\x08\xe0\0\0\0\0\0\x03", 10},
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct buf body = {0};
        assert_int_equal(buf_append(&body, slice_of(heads[i].bytes, heads[i].n)), 0);
        deflate_to(&body, slice_str(text), -15);
        check_any_cut("gzip", buf_slice(&body), slice_str(text));
        buf_fini(&body);
    }
}

struct wary {
    struct http_decompress *decompress;
    size_t out, from;
    bool stop;
};

static void wary_sink(void *ctx, struct slice bytes)
{
    struct wary *w = ctx;
    w->out += bytes.n;
    if (w->out >= w->from && w->stop)
        http_decompress_stop(w->decompress);
    else if (w->out >= w->from)
        http_decompress_be_wary(w->decompress);
}

/* Told to from within: it stops, or calls it a bomb, with the piece at hand. */
static void check_wary(struct kit *kit, struct slice body)
{
    enum { FROM = 200 << 10, PIECE = 64 << 10 };
    kit->growth = (struct growth){0};
    kit->patient = false;
    struct http_codings codings = http_codings_read(slice_str("gzip, gzip"), 2);
    for (int stop = 0; stop < 2; stop++) {
        struct wary w = {http_decompress_new(&kit->session, &kit->growth, &codings), 0, FROM, stop};
        enum app_event event =
            http_decompress_feed(w.decompress, slice_first(body, body.n / 2), wary_sink, &w);
        if (!event)
            event = http_decompress_feed(w.decompress, slice_from(body, body.n / 2), wary_sink, &w);
        assert_int_equal(event, stop ? APP_EVENT_NONE : APP_EVENT_HTTP_COMPRESSION_BOMB);
        assert_in_range(w.out, FROM, stop ? FROM + PIECE : 1 << 20);
        http_decompress_free(w.decompress);
    }
}

/* Two layers of zeros: out of all proportion. One layer cannot be: its ratio is at most 1032. */
static void bombs(void **state)
{
    (void)state;
    struct buf zeros = {0}, inner = {0}, outer = {0};
    struct kit kit;
    kit_init(&kit, 0);
    assert_int_equal(buf_reserve(&zeros, 8 << 20), 0);
    zeros.n = 8 << 20;
    memset(zeros.p, 0, zeros.n);
    deflate_to(&inner, buf_slice(&zeros), 31);
    kit.patient = true;
    assert_int_equal(decode(&kit, "gzip", buf_slice(&inner), 1000), APP_EVENT_NONE);
    assert_int_equal(kit.out.n, zeros.n);
    deflate_to(&outer, buf_slice(&inner), 31);
    assert_int_equal(decode(&kit, "gzip, gzip", buf_slice(&outer), 1000), APP_EVENT_HTTP_COMPRESSION_BOMB);
    assert_true(kit.out.n <= 1 << 20);
    assert_true(kit.out.n > 1 << 19);
    check_wary(&kit, buf_slice(&outer));
    kit_fini(&kit);
    buf_fini(&zeros);
    buf_fini(&inner);
    buf_fini(&outer);
}

/* A connection has a megabyte free; then what grows far is left where nobody looks, unless all of it is
 * wanted. */
static void growing(void **state)
{
    (void)state;
    enum { SIZE = 300 << 10, RANDOM = 1 << 10, FREE_ONES = 5 }; /* it grows some 220-fold */
    struct buf body = {0}, bomb = {0}, twice = {0}, plain = {0};
    struct kit kit;
    kit_init(&kit, 0);
    assert_int_equal(buf_reserve(&body, SIZE), 0);
    body.n = SIZE;
    memset(body.p, 0, body.n);
    for (uint32_t i = 0, r = 1; i < RANDOM; i++, r = r * 1664525 + 1013904223)
        body.p[i] = (uint8_t)(r >> 24);
    deflate_to(&bomb, buf_slice(&body), 31);
    deflate_to(&twice, buf_slice(&bomb), 31);
    deflate_to(&plain, slice_str(text), 31);
    assert_in_range(SIZE / bomb.n, 70, 250);
    for (int i = 0; i < 10; i++) {
        bool whole = i < FREE_ONES;
        kit.wary = true;
        assert_int_equal(decode(&kit, "gzip", buf_slice(&bomb), 100),
                         whole ? APP_EVENT_NONE : APP_EVENT_HTTP_COMPRESSION_BOMB);
        assert_true(whole == (kit.out.n == SIZE));
        assert_int_equal(decode(&kit, "gzip", buf_slice(&plain), 10), APP_EVENT_NONE);
        assert_true(slice_equal(buf_slice(&kit.out), slice_str(text)));
    }
    kit.wary = false;
    assert_int_equal(decode(&kit, "gzip, gzip", buf_slice(&twice), 100), APP_EVENT_HTTP_COMPRESSION_BOMB);
    assert_int_equal(decode(&kit, "gzip", buf_slice(&bomb), 100), APP_EVENT_NONE); /* rules look at it */
    assert_int_equal(kit.out.n, SIZE);
    kit.wary = kit.patient = true;
    assert_int_equal(decode(&kit, "gzip", buf_slice(&bomb), 100), APP_EVENT_NONE);
    assert_int_equal(kit.out.n, SIZE);
    kit_fini(&kit);
    buf_fini(&body);
    buf_fini(&bomb);
    buf_fini(&twice);
    buf_fini(&plain);
}

/* What follows the end of an inner layer is passed over, so it is not decoded. */
static void behind_the_end(void **state)
{
    (void)state;
    struct buf inner = {0}, outer = {0};
    struct kit kit;
    kit_init(&kit, 0);
    deflate_to(&inner, slice_str(text), 31);
    assert_int_equal(buf_reserve(&inner, 8 << 20), 0);
    memset(inner.p + inner.n, 'a', (8 << 20) - inner.n);
    inner.n = 8 << 20;
    deflate_to(&outer, buf_slice(&inner), 31);
    assert_int_equal(decode(&kit, "gzip, gzip", buf_slice(&outer), 1000), APP_EVENT_NONE);
    assert_true(slice_equal(buf_slice(&kit.out), slice_str(text)));
    assert_in_range(kit.growth.out, 1, 100000);
    kit_fini(&kit);
    buf_fini(&inner);
    buf_fini(&outer);
}

/* At the cap of memory a body is passed on as it is, or not at all; nothing is lost track of. */
static void memory(void **state)
{
    (void)state;
    struct buf body = {0};
    deflate_to(&body, slice_str(text), 31);
    for (uint64_t most = 100; most < 100000; most += 997) {
        struct kit kit;
        kit_init(&kit, most);
        struct http_codings codings = http_codings_read(slice_str("gzip"), 2);
        struct http_decompress *d = http_decompress_new(&kit.session, &kit.growth, &codings);
        if (d) {
            http_decompress_feed(d, buf_slice(&body), sink, &kit.out);
            http_decompress_end(d, sink, &kit.out);
            http_decompress_free(d);
            struct slice rest = buf_slice(&kit.out);
            if (slice_equal(slice_first(rest, sizeof text - 1), slice_str(text)))
                rest = slice_from(rest, sizeof text - 1); /* its trailer may be left */
            if (rest.n > body.n || !slice_equal(rest, slice_from(buf_slice(&body), body.n - rest.n)))
                fail_msg("%zu bytes at %zu of memory", kit.out.n, (size_t)most);
        }
        kit_fini(&kit);
    }
    buf_fini(&body);
}

/* When the rest may be left: not before it is believed, nor behind its end, nor where an event may come. */
static void may_stop(void **state)
{
    static const struct {
        const char *field;
        bool yes;
    } cases[] = {{"gzip", true}, {"deflate", true}, {"gzip, gzip", false}, {"br", false}, {"lzma", false}};
    enum { PLAIN = 60000 };
    (void)state;
    struct buf plain = {0}, once = {0}, twice = {0};
    for (uint32_t i = 0; i < PLAIN; i++)
        assert_int_equal(buf_append_byte(&plain, (uint8_t)(i * 2654435761u >> 24)), 0);
    deflate_to(&once, buf_slice(&plain), 31);
    deflate_to(&twice, buf_slice(&once), 31);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kit kit;
        kit_init(&kit, 0);
        struct http_codings codings = http_codings_read(slice_str(cases[i].field), 2);
        struct http_decompress *d = http_decompress_new(&kit.session, &kit.growth, &codings);
        assert_non_null(d);
        struct slice body = buf_slice(codings.count == 2 ? &twice : &once);
        http_decompress_feed(d, slice_first(body, 100), sink, &kit.out);
        assert_false(http_decompress_may_stop(d));
        http_decompress_feed(d, slice_from(slice_first(body, body.n - 100), 100), sink, &kit.out);
        assert_int_equal(http_decompress_may_stop(d), cases[i].yes);
        http_decompress_feed(d, slice_from(body, body.n - 100), sink, &kit.out);
        if (cases[i].yes && i == 0)
            assert_false(http_decompress_may_stop(d));
        http_decompress_free(d);
        kit_fini(&kit);
    }
    buf_fini(&plain);
    buf_fini(&once);
    buf_fini(&twice);
}

static void codings(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        unsigned count;
        bool odd, too_many;
    } cases[] = {
        {"gzip", 1, false, false},
        {"identity", 0, false, false},
        {"", 0, false, false},
        {"none", 0, false, false},
        {"inflate", 0, false, false},
        {"foo", 0, true, false},
        {"gzipfoo", 1, true, false},
        {"gzip gzip", 2, false, false},
        {"gzip, deflate", 2, false, false},
        {"gzip, gzip, gzip", 2, false, true},
        {"compress, gzip", 1, true, false},
        {"br", 1, false, false},
        {"br, gzip", 2, true, false},
        {"x-gzip,x-deflate", 2, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_codings got = http_codings_read(slice_str(cases[i].field), 2);
        if (got.count != cases[i].count || got.odd != cases[i].odd || got.too_many != cases[i].too_many)
            fail_msg("%s: %u %d %d", cases[i].field, got.count, got.odd, got.too_many);
    }
    struct http_codings zero = http_codings_read(slice_of("def\0late", 8), 2);
    assert_int_equal(zero.count, 1);
    assert_int_equal(zero.kinds[0], HTTP_LAYER_DEFLATE);
    struct http_codings order = http_codings_read(slice_str("deflate, gzip"), 2);
    assert_int_equal(order.kinds[0], HTTP_LAYER_GZIP);
    assert_int_equal(order.kinds[1], HTTP_LAYER_DEFLATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codings),
        cmocka_unit_test(names_and_formats),
        cmocka_unit_test(brotli),
        cmocka_unit_test(layers),
        cmocka_unit_test(not_what_it_says),
        cmocka_unit_test(damaged),
        cmocka_unit_test(bombs),
        cmocka_unit_test(growing),
        cmocka_unit_test(behind_the_end),
        cmocka_unit_test(gzip_headers),
        cmocka_unit_test(memory),
        cmocka_unit_test(may_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
