#include "app/coding.h"

#include <brotli/decode.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <zlib.h>

enum {
    PIECE = 16 << 10,
    ZLIB_MEMORY = 44 << 10,
    BROTLI_MEMORY = 128 << 10,
};

struct coding {
    enum coding_kind kind;
    int status; /* 1: the end was reached; below 0: what coding_decode has said */
    struct growth *connection, body;
    z_stream zlib;
    BrotliDecoderState *brotli;
    uint8_t piece[PIECE];
};

enum coding_kind coding_by_name(struct slice name)
{
    static const struct {
        const char *name;
        enum coding_kind kind;
    } names[] = {{"gzip", CODING_GZIP}, {"deflate", CODING_DEFLATE}, {"br", CODING_BROTLI}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (name.n == strlen(names[i].name) && strncasecmp((const char *)name.p, names[i].name, name.n) == 0)
            return names[i].kind;
    return CODING_NONE;
}

size_t coding_memory(enum coding_kind kind)
{
    return kind == CODING_NONE
               ? 0
               : sizeof(struct coding) + (kind == CODING_BROTLI ? BROTLI_MEMORY : ZLIB_MEMORY);
}

struct coding *coding_new(enum coding_kind kind, struct growth *connection)
{
    if (kind == CODING_NONE)
        return NULL;
    struct coding *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->kind = kind;
    c->connection = connection;
    bool made;
    if (kind == CODING_BROTLI) {
        c->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
        made = c->brotli;
    } else {
        made = inflateInit2(&c->zlib, kind == CODING_GZIP ? 16 + MAX_WBITS : -MAX_WBITS) == Z_OK;
    }
    if (made)
        return c;
    free(c);
    return NULL;
}

void coding_free(struct coding *c)
{
    if (!c)
        return;
    if (c->kind == CODING_BROTLI)
        BrotliDecoderDestroyInstance(c->brotli);
    else
        inflateEnd(&c->zlib);
    free(c);
}

bool coding_ended(const struct coding *c)
{
    return c->status > 0;
}

/* One piece of output from what is left of `coded`. 0: there may be more; 1: the end; or an error. */
static int zlib_piece(struct coding *c, struct slice *coded, size_t *made)
{
    c->zlib.next_in = (Bytef *)(uintptr_t)coded->p; /* zlib's prototype lacks the const */
    c->zlib.avail_in = (uInt)coded->n;
    c->zlib.next_out = c->piece;
    c->zlib.avail_out = PIECE;
    int rc = inflate(&c->zlib, Z_SYNC_FLUSH);
    *coded = slice_from(*coded, coded->n - c->zlib.avail_in);
    *made = PIECE - c->zlib.avail_out;
    if (rc == Z_STREAM_END)
        return 1;
    if (rc == Z_MEM_ERROR)
        return -ENOMEM;
    return rc == Z_OK || rc == Z_BUF_ERROR ? 0 : -EBADMSG;
}

static int brotli_piece(struct coding *c, struct slice *coded, size_t *made)
{
    const uint8_t *in = coded->p;
    size_t left = coded->n, room = PIECE;
    uint8_t *out = c->piece;
    BrotliDecoderResult rc = BrotliDecoderDecompressStream(c->brotli, &left, &in, &room, &out, NULL);
    *coded = slice_from(*coded, coded->n - left);
    *made = PIECE - room;
    if (rc == BROTLI_DECODER_RESULT_SUCCESS)
        return 1;
    return rc == BROTLI_DECODER_RESULT_ERROR ? -EBADMSG : 0;
}

int coding_decode(struct coding *c, struct slice coded, coding_sink *sink, void *ctx)
{
    growth_in(c->connection, &c->body, coded.n);
    for (;;) {
        if (c->status)
            return c->status < 0 ? c->status : 0;
        size_t made;
        c->status = c->kind == CODING_BROTLI ? brotli_piece(c, &coded, &made) : zlib_piece(c, &coded, &made);
        growth_out(c->connection, &c->body, made);
        if (made)
            sink(ctx, slice_of(c->piece, made));
        if (!c->status && growth_is_spent(c->connection, &c->body))
            c->status = -EFBIG;
        if (!c->status && made < PIECE && !coded.n)
            return 0;
        if (!c->status && !made && coded.n) /* no headway: cannot be, and must not be waited for */
            c->status = -EBADMSG;
    }
}
