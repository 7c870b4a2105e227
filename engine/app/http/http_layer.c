#include "app/http/http_layer.h"

#include <stdlib.h>

#include "base/cursor.h"

enum {
    BELIEVED = 8192,      /* bytes put out by then */
    HELD_MOST = 64 << 10, /* bytes kept for another try */
    HEADER_MOST = 4096,   /* of gzip, with a name and a comment */
    PIECE = 8192,         /* that is put out at a time */
    LZMA_HEAD = 13,       /* properties, size of the dictionary, size of the data */
    LZMA_DICTIONARY_MOST = 1 << 20
};

/* Memory of the libraries, accounted: its size stands before it. */
struct piece_head {
    _Alignas(max_align_t) size_t size;
};

static void *account_alloc(void *opaque, size_t n)
{
    struct app_session *s = opaque;
    if (n > SIZE_MAX / 2 || !app_memory_take(s, n + sizeof(struct piece_head)))
        return NULL;
    struct piece_head *head = malloc(n + sizeof *head);
    if (!head) {
        app_memory_give(s, n + sizeof *head);
        return NULL;
    }
    head->size = n + sizeof *head;
    return head + 1;
}

static void account_free(void *opaque, void *p)
{
    if (!p)
        return;
    struct piece_head *head = (struct piece_head *)p - 1;
    app_memory_give(opaque, head->size);
    free(head);
}

static void *zlib_alloc(void *opaque, unsigned count, unsigned size)
{
    return account_alloc(opaque, (size_t)count * size);
}

static void *lzma_alloc(void *opaque, size_t count, size_t size)
{
    return size && count > SIZE_MAX / size ? NULL : account_alloc(opaque, count * size);
}

void http_layer_init(struct http_layer *layer, struct app_session *session, enum http_layer_kind kind)
{
    *layer = (struct http_layer){.session = session, .kind = (uint8_t)kind};
}

static void close_decoder(struct http_layer *layer)
{
    switch (layer->open) {
    case FORMAT_GZIP:
    case FORMAT_ZLIB:
    case FORMAT_DEFLATE:
        inflateEnd(&layer->zlib);
        break;
    case FORMAT_LZMA:
        lzma_end(&layer->lzma);
        break;
    case FORMAT_BROTLI:
        BrotliDecoderDestroyInstance(layer->brotli);
        break;
    default:
        break;
    }
    layer->open = FORMAT_PLAIN;
}

static void drop(struct http_layer *layer, struct buf *buf)
{
    app_memory_give(layer->session, buf->n);
    buf_fini(buf);
    *buf = (struct buf){0};
}

static bool keep(struct http_layer *layer, struct buf *buf, struct slice bytes)
{
    if (!app_memory_take(layer->session, bytes.n))
        return false;
    if (!buf_append(buf, bytes))
        return true;
    app_memory_give(layer->session, bytes.n);
    return false;
}

void http_layer_fini(struct http_layer *layer)
{
    close_decoder(layer);
    drop(layer, &layer->held);
    drop(layer, &layer->out);
}

/* RFC 1950, 2.2. */
static bool zlib_head(struct slice s)
{
    return s.n >= 2 && (s.p[0] & 0x0f) == 8 && (s.p[0] << 8 | s.p[1]) % 31 == 0 && !(s.p[1] & 0x20);
}

static void try_format(struct http_layer *layer, enum http_format format)
{
    layer->formats[layer->format_count++] = (uint8_t)format;
}

/* Which formats the first bytes may be in. False: more are needed. */
static bool pick(struct http_layer *layer, bool last)
{
    struct slice s = buf_slice(&layer->held);
    if (s.n < (layer->kind == HTTP_LAYER_LZMA ? LZMA_HEAD : 3) && !last)
        return false;
    layer->picked = true;
    if (layer->kind == HTTP_LAYER_LZMA) {
        if (s.n >= LZMA_HEAD)
            try_format(layer, FORMAT_LZMA);
    } else if (layer->kind == HTTP_LAYER_BROTLI) {
        try_format(layer, FORMAT_BROTLI);
    } else if (s.n >= 2 && s.p[0] == 0x1f && s.p[1] == 0x8b) {
        if (s.n < 3 || s.p[2] == Z_DEFLATED)
            try_format(layer, FORMAT_GZIP);
    } else {
        if (zlib_head(s))
            try_format(layer, FORMAT_ZLIB);
        try_format(layer, FORMAT_DEFLATE);
    }
    return true;
}

/* A zero-ended text of the gzip header. */
static bool skip_text(struct cursor *c)
{
    uint8_t byte;
    do {
        if (!cursor_u8(c, &byte))
            return false;
    } while (byte);
    return true;
}

/* RFC 1952, 2.3: how long the header is; 0 when it is not all there. */
static size_t gzip_head(struct slice s)
{
    enum { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16 };
    struct cursor c = cursor_of(s);
    struct slice fixed, extra;
    uint8_t length[2];
    if (!cursor_bytes(&c, 10, &fixed))
        return 0;
    uint8_t flags = fixed.p[3];
    if (flags & FEXTRA && (!cursor_u8(&c, &length[0]) || !cursor_u8(&c, &length[1]) ||
                           !cursor_bytes(&c, (size_t)(length[0] | length[1] << 8), &extra)))
        return 0;
    if ((flags & FNAME && !skip_text(&c)) || (flags & FCOMMENT && !skip_text(&c)))
        return 0;
    if (flags & FHCRC && !cursor_bytes(&c, 2, &extra))
        return 0;
    return s.n - cursor_left(&c);
}

enum layer_step { LAYER_MORE, LAYER_END, LAYER_BAD };

static bool open_zlib(struct http_layer *layer)
{
    layer->zlib = (z_stream){.zalloc = zlib_alloc, .zfree = account_free, .opaque = layer->session};
    return inflateInit2(&layer->zlib, -MAX_WBITS) == Z_OK;
}

/*
 * The dictionary of an .lzma file is as large as its header says; no more is needed than what can come before
 * a bomb is called one, so a smaller one is announced.
 */
static bool open_lzma(struct http_layer *layer)
{
    uint8_t head[LZMA_HEAD];
    memcpy(head, layer->held.p, sizeof head);
    uint32_t dictionary =
        head[1] | (uint32_t)head[2] << 8 | (uint32_t)head[3] << 16 | (uint32_t)head[4] << 24;
    if (dictionary > LZMA_DICTIONARY_MOST) {
        dictionary = LZMA_DICTIONARY_MOST;
        for (unsigned i = 0; i < 4; i++)
            head[1 + i] = (uint8_t)(dictionary >> 8 * i);
    }
    layer->allocator = (lzma_allocator){.alloc = lzma_alloc, .free = account_free, .opaque = layer->session};
    layer->lzma = (lzma_stream){.allocator = &layer->allocator};
    if (lzma_alone_decoder(&layer->lzma, UINT64_MAX) != LZMA_OK)
        return false;
    layer->lzma.next_in = head;
    layer->lzma.avail_in = sizeof head;
    uint8_t nothing; /* the header alone puts nothing out, but without room it is not read */
    layer->lzma.next_out = &nothing;
    layer->lzma.avail_out = 1;
    lzma_ret said = lzma_code(&layer->lzma, LZMA_RUN);
    if (said != LZMA_OK || layer->lzma.avail_in) {
        lzma_end(&layer->lzma);
        return false;
    }
    return true;
}

static bool open_decoder(struct http_layer *layer)
{
    uint8_t format = layer->formats[layer->attempt];
    bool opened = false;
    switch (format) {
    case FORMAT_GZIP:
    case FORMAT_ZLIB:
    case FORMAT_DEFLATE:
        opened = open_zlib(layer);
        break;
    case FORMAT_LZMA:
        opened = open_lzma(layer);
        break;
    case FORMAT_BROTLI:
        layer->brotli = BrotliDecoderCreateInstance(account_alloc, account_free, layer->session);
        opened = layer->brotli != NULL;
        break;
    default:
        break;
    }
    if (opened)
        layer->open = format;
    return opened;
}

static enum layer_step run_zlib(struct http_layer *layer, struct slice *in, uint8_t *out, size_t *made)
{
    size_t n = in->n < UINT32_MAX ? in->n : UINT32_MAX;
    layer->zlib.next_in = in->p;
    layer->zlib.avail_in = (uInt)n;
    layer->zlib.next_out = out;
    layer->zlib.avail_out = PIECE;
    int said = inflate(&layer->zlib, Z_SYNC_FLUSH);
    *in = slice_from(*in, n - layer->zlib.avail_in);
    *made = PIECE - layer->zlib.avail_out;
    return said == Z_STREAM_END ? LAYER_END : said == Z_OK || said == Z_BUF_ERROR ? LAYER_MORE : LAYER_BAD;
}

static enum layer_step run_lzma(struct http_layer *layer, struct slice *in, uint8_t *out, size_t *made)
{
    layer->lzma.next_in = in->p;
    layer->lzma.avail_in = in->n;
    layer->lzma.next_out = out;
    layer->lzma.avail_out = PIECE;
    lzma_ret said = lzma_code(&layer->lzma, LZMA_RUN);
    *in = slice_from(*in, in->n - layer->lzma.avail_in);
    *made = PIECE - layer->lzma.avail_out;
    return said == LZMA_STREAM_END                     ? LAYER_END
           : said == LZMA_OK || said == LZMA_BUF_ERROR ? LAYER_MORE
                                                       : LAYER_BAD;
}

static enum layer_step run_brotli(struct http_layer *layer, struct slice *in, uint8_t *out, size_t *made)
{
    size_t left = in->n, room = PIECE;
    const uint8_t *from = in->p;
    BrotliDecoderResult said = BrotliDecoderDecompressStream(layer->brotli, &left, &from, &room, &out, NULL);
    *in = slice_from(*in, in->n - left);
    *made = PIECE - room;
    return said == BROTLI_DECODER_RESULT_SUCCESS ? LAYER_END
           : said == BROTLI_DECODER_RESULT_ERROR ? LAYER_BAD
                                                 : LAYER_MORE;
}

/* Decodes into `out`, which has PIECE bytes, and takes what it used from *in. */
static enum layer_step run(struct http_layer *layer, struct slice *in, uint8_t *out, size_t *made)
{
    *made = 0;
    switch (layer->open) {
    case FORMAT_LZMA:
        return run_lzma(layer, in, out, made);
    case FORMAT_BROTLI:
        return run_brotli(layer, in, out, made);
    case FORMAT_PLAIN:
        return LAYER_BAD;
    default:
        return run_zlib(layer, in, out, made);
    }
}

static bool plain(struct slice bytes, http_layer_sink *sink, void *ctx)
{
    return !bytes.n || sink(ctx, bytes);
}

/* The coded data have ended, or cannot be decoded: what becomes of the bytes behind. */
static bool leave(struct http_layer *layer, enum layer_step step, struct slice rest, http_layer_sink *sink,
                  void *ctx)
{
    /* Without a header it may have been something else all along. */
    bool guessed = layer->open == FORMAT_DEFLATE && layer->kind == HTTP_LAYER_GZIP;
    close_decoder(layer);
    if (step == LAYER_END && !guessed) {
        layer->over = true;
        return true;
    }
    return plain(rest, sink, ctx);
}

/* Nothing is kept any more. */
static bool stream(struct http_layer *layer, struct slice in, http_layer_sink *sink, void *ctx)
{
    uint8_t out[PIECE];
    while (layer->open != FORMAT_PLAIN) {
        size_t before = in.n, made;
        enum layer_step step = run(layer, &in, out, &made);
        if (made && !sink(ctx, slice_of(out, made)))
            return false;
        if (step != LAYER_MORE)
            return leave(layer, step, in, sink, ctx);
        if (!made && in.n == before)
            return true;
    }
    return plain(in, sink, ctx);
}

/* Goes on with what is held; stops where it may be believed. */
static enum layer_step gather(struct http_layer *layer)
{
    uint8_t out[PIECE];
    for (;;) {
        struct slice in = slice_from(buf_slice(&layer->held), layer->used);
        size_t before = in.n, made;
        enum layer_step step = run(layer, &in, out, &made);
        layer->used += before - in.n;
        if (made && !keep(layer, &layer->out, slice_of(out, made)))
            return LAYER_BAD;
        if (step != LAYER_MORE || layer->out.n >= BELIEVED || (!made && in.n == before))
            return step;
    }
}

/* Sets the decoder of this attempt up, behind the format's header. LAYER_MORE: its header is not all there.
 */
static enum layer_step begin(struct http_layer *layer, bool last)
{
    struct slice held = buf_slice(&layer->held);
    switch (layer->formats[layer->attempt]) {
    case FORMAT_GZIP:
        layer->skipped = gzip_head(held);
        if (!layer->skipped && !last && held.n < HEADER_MOST)
            return LAYER_MORE;
        if (!layer->skipped) {
            layer->skipped = last ? held.n : 0;
            return LAYER_BAD;
        }
        break;
    case FORMAT_ZLIB:
        layer->skipped = 2;
        break;
    case FORMAT_LZMA:
        layer->skipped = LZMA_HEAD;
        break;
    default:
        layer->skipped = 0;
        break;
    }
    layer->used = layer->skipped;
    return open_decoder(layer) ? LAYER_END : LAYER_BAD;
}

static void next_attempt(struct http_layer *layer, uint8_t attempt)
{
    close_decoder(layer);
    drop(layer, &layer->out);
    layer->attempt = attempt;
}

/* One format: LAYER_MORE when it goes well so far. */
static enum layer_step attempt(struct http_layer *layer, bool last)
{
    if (layer->open == FORMAT_PLAIN) {
        enum layer_step step = begin(layer, last);
        if (step != LAYER_END)
            return step;
    }
    return gather(layer);
}

/* From here on its output counts, and nothing is kept. */
static bool believe(struct http_layer *layer, enum layer_step step, http_layer_sink *sink, void *ctx)
{
    struct slice held = buf_slice(&layer->held);
    bool goes_on = !layer->out.n || sink(ctx, buf_slice(&layer->out));
    size_t from = layer->used;
    /* When no format fits, it is plain: but for the header of one that it has. */
    if (step == LAYER_BAD && !layer->out.n)
        from = layer->formats[0] == FORMAT_GZIP && layer->format_count ? layer->skipped : 0;
    struct slice rest = slice_from(held, from);
    layer->believed = true;
    if (goes_on)
        goes_on = step == LAYER_MORE ? stream(layer, rest, sink, ctx) : leave(layer, step, rest, sink, ctx);
    drop(layer, &layer->held);
    drop(layer, &layer->out);
    return goes_on;
}

bool http_layer_feed(struct http_layer *layer, struct slice bytes, bool last, http_layer_sink *sink,
                     void *ctx)
{
    if (layer->over)
        return true;
    if (layer->believed)
        return stream(layer, bytes, sink, ctx);
    if (bytes.n && !keep(layer, &layer->held, bytes)) /* no memory: as it is */
        return believe(layer, LAYER_BAD, sink, ctx) && plain(bytes, sink, ctx);
    if (!layer->picked && !pick(layer, last))
        return true;
    enum layer_step step = LAYER_BAD;
    while (layer->format_count && (step = attempt(layer, last)) == LAYER_BAD) {
        if (layer->attempt + 1u < layer->format_count) {
            next_attempt(layer, layer->attempt + 1);
            continue;
        }
        if (layer->attempt == 0)
            break;
        /* None fits: as far as the first went. */
        next_attempt(layer, 0);
        layer->format_count = 1;
    }
    bool wait = step == LAYER_MORE && !last && layer->out.n < BELIEVED && layer->held.n < HELD_MOST;
    return wait || believe(layer, step, sink, ctx);
}
