/*
 * One coding of a body: zlib, liblzma or brotli behind one function. Internal to app/http/http_decompress.c.
 *
 * A layer looks at its first bytes, picks the format that they look like, and falls back on the others when
 * that fails. One thread; memory is accounted to the session.
 */
#ifndef SLUICE_APP_HTTP_LAYER_H
#define SLUICE_APP_HTTP_LAYER_H

#define ZLIB_CONST
#include <brotli/decode.h>
#include <lzma.h>
#include <zlib.h>

#include "app/http/http_decompress.h"
#include "base/buf.h"

enum http_format { FORMAT_PLAIN, FORMAT_GZIP, FORMAT_ZLIB, FORMAT_DEFLATE, FORMAT_LZMA, FORMAT_BROTLI };

enum { FORMATS_MOST = 3 };

struct http_layer {
    struct app_session *session;
    uint8_t kind;                  /* enum http_layer_kind: as the header calls it */
    uint8_t formats[FORMATS_MOST]; /* to be tried, in that order; then it is plain */
    uint8_t format_count, attempt;
    uint8_t open;    /* enum http_format whose decoder is set up; FORMAT_PLAIN: none */
    bool picked;     /* formats[] is set */
    bool believed;   /* it has put out enough, or there is nothing else to try: nothing is kept any more */
    bool over;       /* the coded data have ended: what follows is passed over */
    struct buf held; /* what came in, until it is believed */
    size_t skipped;  /* bytes of a header at its begin */
    size_t used;     /* bytes of `held` that were decoded */
    struct buf out;  /* what was put out, until it is believed */
    z_stream zlib;
    lzma_stream lzma;
    lzma_allocator allocator;
    BrotliDecoderState *brotli;
};

/* False: no more is wanted. */
typedef bool http_layer_sink(void *ctx, struct slice bytes);

void http_layer_init(struct http_layer *layer, struct app_session *session, enum http_layer_kind kind);
void http_layer_fini(struct http_layer *layer);

/* `last`: nothing follows. False when the sink said so. */
bool http_layer_feed(struct http_layer *layer, struct slice bytes, bool last, http_layer_sink *sink,
                     void *ctx);

#endif
