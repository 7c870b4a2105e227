/*
 * Properties of our inflate, with zlib's as the model: on streams of all kinds, whole, cut short and damaged,
 * given in any pieces, the same bytes are put out after each piece, the same comes to an end or is refused,
 * and the same input is left then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define ZLIB_CONST
#include <zlib.h>

#include "app/inflate.h"

enum { STREAMS = 300, DAMAGES = 12, SHORT_ONES = 20000, PLAIN_MOST = 120000, CODED_MOST = 2 * PLAIN_MOST };

struct random {
    uint64_t state;
};

static unsigned below(struct random *random, unsigned n)
{
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random->state >> 33) % n;
}

static uint8_t plain[PLAIN_MOST], coded[CODED_MOST], damaged[CODED_MOST];
static uint8_t expected[INFLATE_PIECE];

/* Noise of an alphabet, runs, and copies of what came before, near and far. */
static size_t make_plain(struct random *r)
{
    size_t n = 0, most = below(r, 3) ? below(r, 3000) : below(r, PLAIN_MOST);
    unsigned letters = 1 + below(r, 256);
    while (n < most) {
        size_t part = 1 + below(r, below(r, 8) ? 40 : 2000);
        part = part < most - n ? part : most - n;
        unsigned kind = below(r, 4);
        size_t back = 1 + below(r, below(r, 2) ? 20 : 40000);
        for (size_t i = 0; i < part; i++, n++)
            plain[n] = kind < 2 && n >= back ? plain[n - back]
                       : kind == 2 && i      ? plain[n - 1]
                                             : (uint8_t)below(r, letters);
    }
    return n;
}

static size_t code(struct random *r, size_t n)
{
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
    static const int flushes[] = {Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_BLOCK, Z_PARTIAL_FLUSH};
    z_stream z = {0};
    assert_int_equal(
        deflateInit2(&z, (int)below(r, 10), Z_DEFLATED, -15, 1 + (int)below(r, 9), strategies[below(r, 5)]),
        Z_OK);
    z.next_in = plain;
    z.next_out = coded;
    z.avail_out = sizeof coded;
    while (n && below(r, 4)) {
        z.avail_in = 1 + below(r, (unsigned)n);
        n -= z.avail_in;
        deflate(&z, flushes[below(r, 5)]);
    }
    z.avail_in = (unsigned)n;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t made = sizeof coded - z.avail_out;
    deflateEnd(&z);
    while (below(r, 3) && made < sizeof coded) /* bytes behind it */
        coded[made++] = (uint8_t)below(r, 256);
    return made;
}

/* As app/http_layer.c would call it. */
static enum inflate_status model_run(z_stream *z, struct slice *in, struct slice *out)
{
    z->next_in = in->p;
    z->avail_in = (unsigned)in->n;
    z->next_out = expected;
    z->avail_out = sizeof expected;
    int said = inflate(z, Z_SYNC_FLUSH);
    *in = slice_from(*in, in->n - z->avail_in);
    *out = slice_of(expected, sizeof expected - z->avail_out);
    return said == Z_STREAM_END                  ? INFLATE_END
           : said == Z_OK || said == Z_BUF_ERROR ? INFLATE_MORE
                                                 : INFLATE_BAD;
}

struct both {
    z_stream z;
    struct inflate *ours;
    struct slice in, model_in;   /* what is left of the piece */
    struct slice out, model_out; /* what was put out and not compared */
    enum inflate_status said, model_said;
};

/* All of the piece, or to the end; what each puts out in one call may be less than the other does. */
static void run_piece(struct both *b, struct slice piece)
{
    b->in = b->model_in = piece;
    b->out = b->model_out = slice_of(NULL, 0);
    bool waits = false, model_waits = false;
    for (;;) {
        if (!b->out.n && b->said == INFLATE_MORE && !waits) {
            size_t before = b->in.n;
            b->said = inflate_run(b->ours, &b->in, &b->out);
            waits = !b->out.n && b->in.n == before;
        }
        if (!b->model_out.n && b->model_said == INFLATE_MORE && !model_waits) {
            size_t before = b->model_in.n;
            b->model_said = model_run(&b->z, &b->model_in, &b->model_out);
            model_waits = !b->model_out.n && b->model_in.n == before;
        }
        size_t n = b->out.n < b->model_out.n ? b->out.n : b->model_out.n;
        if (n)
            assert_memory_equal(b->out.p, b->model_out.p, n);
        b->out = slice_from(b->out, n);
        b->model_out = slice_from(b->model_out, n);
        bool done = !b->out.n && (b->said != INFLATE_MORE || waits);
        bool model_done = !b->model_out.n && (b->model_said != INFLATE_MORE || model_waits);
        if (done || model_done) {
            if (done && model_done)
                break;
            if ((done && b->model_out.n) || (model_done && b->out.n))
                fail_msg("one has put out more than the other");
        }
    }
    assert_int_equal(b->said, b->model_said);
    assert_int_equal(b->in.n, b->model_in.n);
}

static void check(struct random *r, struct slice bytes)
{
    struct both b = {.ours = malloc(inflate_size())};
    assert_non_null(b.ours);
    assert_int_equal(inflateInit2(&b.z, -15), Z_OK);
    memset(b.ours, 0xa5, inflate_size());
    inflate_begin(b.ours);
    static const unsigned sizes[] = {1, 3, 30, 1460, 20000, CODED_MOST};
    unsigned size = sizes[below(r, 6)];
    while (bytes.n && b.said == INFLATE_MORE) {
        struct slice piece = slice_first(bytes, 1 + below(r, size));
        uint8_t *alone = malloc(piece.n); /* so that no byte beyond is read unnoticed */
        assert_non_null(alone);
        memcpy(alone, piece.p, piece.n);
        run_piece(&b, slice_of(alone, piece.n));
        free(alone);
        bytes = slice_from(bytes, piece.n);
    }
    inflateEnd(&b.z);
    free(b.ours);
}

static void damage(struct random *r, size_t n)
{
    memcpy(damaged, coded, n);
    for (unsigned times = 1 + below(r, 3); times && n; times--) {
        size_t at = below(r, 2) ? below(r, n < 120 ? (unsigned)n : 120) : below(r, (unsigned)n);
        if (below(r, 3))
            damaged[at] ^= (uint8_t)(1u << below(r, 8));
        else
            damaged[at] = (uint8_t)below(r, 256);
    }
}

static void test_streams(void **state)
{
    (void)state;
    struct random r = {1};
    for (int i = 0; i < STREAMS; i++) {
        size_t n = code(&r, make_plain(&r));
        check(&r, slice_of(coded, n));
        check(&r, slice_of(coded, below(&r, (unsigned)n + 1)));
        for (int d = 0; d < DAMAGES; d++) {
            damage(&r, n);
            check(&r, slice_of(damaged, n));
        }
    }
}

struct bits {
    uint64_t at;
};

static void put(struct bits *b, unsigned n, unsigned value)
{
    for (; n; n--, value >>= 1, b->at++)
        coded[b->at / 8] = (uint8_t)(coded[b->at / 8] | (value & 1) << b->at % 8);
}

/* Headers that no encoder writes: any lengths of any codes, of which some are complete by chance or made so.
 */
static size_t make_header(struct random *r)
{
    static const uint8_t few[] = {0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7};
    struct bits b = {0};
    unsigned codes = below(r, 16);
    memset(coded, 0, 1000);
    put(&b, 3, 4 | below(r, 2));
    put(&b, 5, below(r, 4) ? below(r, 4) : below(r, 32));
    put(&b, 5, below(r, 2) ? 0 : below(r, 32));
    put(&b, 4, codes);
    unsigned kind = below(r, 5);
    for (unsigned i = 0; i < codes + 4; i++)
        put(&b, 3,
            kind == 0   ? few[below(r, 11)]
            : kind == 1 ? (i == 3 || i == 17)
            : kind == 2 ? (i >= 2 && i < 6) * 2
            : kind == 3 ? 0
                        : below(r, 8));
    size_t n = b.at / 8 + 1, end = n + 20 + below(r, 300);
    unsigned shape = below(r, 3);
    for (; n < end; n++)
        coded[n] = shape == 0 ? 0 : shape == 1 ? 0xff : (uint8_t)below(r, 256);
    if (below(r, 2))
        for (unsigned i = 0; i < 8; i++)
            coded[b.at / 8 + 1 + below(r, 40)] = (uint8_t)below(r, 256);
    return end;
}

static void test_odd_headers(void **state)
{
    (void)state;
    struct random r = {2};
    for (int i = 0; i < SHORT_ONES; i++) {
        size_t n = make_header(&r);
        check(&r, slice_of(coded, n));
    }
}

/* A complete code for some of the symbols, or one that is nearly so. */
static void make_lengths(struct random *r, uint8_t *lengths, unsigned symbols)
{
    enum { CODE_MOST = 15 };
    uint8_t leaves[64] = {0};
    unsigned count = 1, wanted = below(r, 4) ? below(r, 5) : below(r, 64);
    while (count < wanted && count < symbols) {
        unsigned at = below(r, 3) ? count - 1 : below(r, count);
        if (leaves[at] == CODE_MOST)
            break;
        leaves[count++] = ++leaves[at];
    }
    if (count == 1)
        leaves[0] = (uint8_t)below(r, 3);
    if (!below(r, 3))
        leaves[below(r, count)] = (uint8_t)below(r, CODE_MOST + 1);
    memset(lengths, 0, symbols);
    for (unsigned i = 0; i < count; i++)
        lengths[below(r, symbols)] = leaves[i];
}

/* A header that says them, each by itself: 13 codes of four bits, 6 of five. */
static void put_lengths(struct bits *b, const uint8_t *lengths, unsigned symbols)
{
    for (unsigned i = 0; i < symbols; i++) {
        unsigned code = lengths[i] < 13 ? lengths[i] : 26 + lengths[i] - 13u, n = lengths[i] < 13 ? 4 : 5;
        while (n--)
            put(b, 1, code >> n & 1);
    }
}

static void test_odd_codes(void **state)
{
    static const uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    (void)state;
    struct random r = {4};
    for (int i = 0; i < SHORT_ONES; i++) {
        struct bits b = {0};
        uint8_t lengths[286], distances[30];
        unsigned length_count = 258 + below(&r, 29), distance_count = 1 + below(&r, 30);
        memset(coded, 0, 1000);
        put(&b, 3, 4 | below(&r, 2));
        put(&b, 5, length_count - 257);
        put(&b, 5, distance_count - 1);
        put(&b, 4, 15);
        for (unsigned k = 0; k < sizeof order; k++)
            put(&b, 3, order[k] < 13 ? 4 : 5);
        make_lengths(&r, lengths, length_count);
        make_lengths(&r, distances, distance_count);
        if (below(&r, 8))
            lengths[256] = lengths[256] ? lengths[256] : (uint8_t)(1 + below(&r, 4));
        if (below(&r, 2)) { /* at least these are taken */
            memset(lengths, 0, length_count);
            lengths[256] = lengths[below(&r, 256)] = 2;
            lengths[257] = 1;
        }
        put_lengths(&b, lengths, length_count);
        put_lengths(&b, distances, distance_count);
        for (unsigned k = 0; k < 100; k++)
            put(&b, 8, below(&r, 4) ? below(&r, 256) : 0);
        check(&r, slice_of(coded, b.at / 8));
    }
}

static void put_code(struct bits *b, unsigned n, unsigned code)
{
    while (n--)
        put(b, 1, code >> n & 1);
}

/* As far back as can be said, which zlib's own encoder never does: within what was put out, and beyond. */
static void test_far(void **state)
{
    (void)state;
    struct random r = {5};
    for (int i = 0; i < 300; i++) {
        size_t at = 0;
        memset(coded, 0, sizeof coded);
        for (unsigned blocks = 1 + below(&r, 3); blocks; blocks--) {
            unsigned n = below(&r, 2) ? 32768 - below(&r, 3) : below(&r, 65536);
            uint8_t head[] = {0, (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)~n, (uint8_t)(~n >> 8)};
            memcpy(coded + at, head, sizeof head);
            at += sizeof head;
            for (; n; n--)
                coded[at++] = (uint8_t)below(&r, 256);
        }
        struct bits b = {8 * at};
        put(&b, 3, 3); /* the last one, fixed codes */
        for (unsigned k = below(&r, 200); k; k--) {
            put_code(&b, 8, 0xc5); /* 258 bytes */
            put_code(&b, 5, 29);
            put(&b, 13, below(&r, 3) ? 8191 : below(&r, 8192));
        }
        put_code(&b, 7, 0);
        check(&r, slice_of(coded, b.at / 8 + 1));
    }
}

static void test_noise(void **state)
{
    (void)state;
    struct random r = {3};
    for (int i = 0; i < SHORT_ONES; i++) {
        size_t n = 1 + below(&r, 400);
        for (size_t k = 0; k < n; k++)
            coded[k] = (uint8_t)below(&r, 256);
        check(&r, slice_of(coded, n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams), cmocka_unit_test(test_odd_headers), cmocka_unit_test(test_odd_codes),
        cmocka_unit_test(test_far),     cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
