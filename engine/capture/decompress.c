#include "capture/decompress.h"

#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { MEMORY_MOST = 256 << 20 }; /* bytes that a compressed file may make us use for its dictionary */

struct gzip {
    z_stream z;
    bool between; /* a member has ended; another may follow (RFC 1952, 2.2) */
};

static void *gzip_open(void)
{
    struct gzip *g = calloc(1, sizeof *g);
    if (g && inflateInit2(&g->z, 15 + 16) != Z_OK) {
        free(g);
        return NULL;
    }
    return g;
}

static int gzip_run(void *state, struct decompress_step *step)
{
    struct gzip *g = state;
    if (g->between) {
        if (step->in.n == 0)
            return step->in_ended ? 1 : 0;
        if (step->in.p[0] != 0x1f) /* padding after the last member, as tar and dd leave it */
            return 1;
        inflateReset(&g->z);
        g->between = false;
    }
    g->z.next_in = (Bytef *)(uintptr_t)step->in.p;
    g->z.avail_in = (uInt)step->in.n;
    g->z.next_out = step->out;
    g->z.avail_out = (uInt)step->room;
    int result = inflate(&g->z, Z_NO_FLUSH);
    step->in = slice_from(step->in, step->in.n - g->z.avail_in);
    step->out = g->z.next_out;
    step->room = g->z.avail_out;
    if (result == Z_STREAM_END)
        g->between = true;
    else if (result != Z_OK && result != Z_BUF_ERROR)
        return result == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
    return 0;
}

static void gzip_close(void *state)
{
    struct gzip *g = state;
    inflateEnd(&g->z);
    free(g);
}

static void *xz_open(void)
{
    lzma_stream *stream = calloc(1, sizeof *stream);
    if (stream && lzma_stream_decoder(stream, MEMORY_MOST, LZMA_CONCATENATED) != LZMA_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

static int xz_run(void *state, struct decompress_step *step)
{
    lzma_stream *stream = state;
    stream->next_in = step->in.p;
    stream->avail_in = step->in.n;
    stream->next_out = step->out;
    stream->avail_out = step->room;
    lzma_ret result = lzma_code(stream, step->in_ended ? LZMA_FINISH : LZMA_RUN);
    step->in = slice_from(step->in, step->in.n - stream->avail_in);
    step->out = stream->next_out;
    step->room = stream->avail_out;
    if (result == LZMA_STREAM_END)
        return 1;
    if (result == LZMA_MEMLIMIT_ERROR)
        return -E2BIG;
    if (result == LZMA_MEM_ERROR)
        return -ENOMEM;
    return result == LZMA_OK || result == LZMA_BUF_ERROR ? 0 : -EBADMSG;
}

static void xz_close(void *state)
{
    lzma_end(state);
    free(state);
}

struct zstd {
    ZSTD_DStream *stream;
    bool between; /* a frame has ended; another may follow (RFC 8878, 3.1) */
};

static void *zstd_open(void)
{
    struct zstd *z = calloc(1, sizeof *z);
    if (!z)
        return NULL;
    z->stream = ZSTD_createDStream();
    if (!z->stream) {
        free(z);
        return NULL;
    }
    ZSTD_DCtx_setParameter(z->stream, ZSTD_d_windowLogMax, 28);
    return z;
}

static int zstd_run(void *state, struct decompress_step *step)
{
    struct zstd *z = state;
    if (z->between && step->in.n == 0)
        return step->in_ended ? 1 : 0;
    ZSTD_inBuffer in = {.src = step->in.p, .size = step->in.n};
    ZSTD_outBuffer out = {.dst = step->out, .size = step->room};
    size_t result = ZSTD_decompressStream(z->stream, &out, &in);
    step->in = slice_from(step->in, in.pos);
    step->out += out.pos;
    step->room -= out.pos;
    if (ZSTD_isError(result))
        switch (ZSTD_getErrorCode(result)) {
        case ZSTD_error_frameParameter_windowTooLarge:
            return -E2BIG;
        case ZSTD_error_memory_allocation:
            return -ENOMEM;
        default:
            return -EBADMSG;
        }
    z->between = result == 0;
    return 0;
}

static void zstd_close(void *state)
{
    struct zstd *z = state;
    ZSTD_freeDStream(z->stream);
    free(z);
}

static const struct decompressor decompressors[] = {
    {"gzip", {0x1f, 0x8b}, 2, gzip_open, gzip_run, gzip_close},
    {"xz", {0xfd, '7', 'z', 'X', 'Z', 0}, 6, xz_open, xz_run, xz_close},
    {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_open, zstd_run, zstd_close},
};

const struct decompressor *decompressor_for(struct slice head)
{
    for (size_t i = 0; i < sizeof decompressors / sizeof decompressors[0]; i++) {
        const struct decompressor *d = &decompressors[i];
        if (head.n >= d->magic_size && memcmp(head.p, d->magic, d->magic_size) == 0)
            return d;
    }
    return NULL;
}
