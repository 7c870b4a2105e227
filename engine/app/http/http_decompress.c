#include "app/http/http_decompress.h"

#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#include "app/http/http_layer.h"
#include "app/http/http_word.h"

enum {
    BOMB_LEAST = 1 << 20, /* so many bytes put out before anything is called a bomb */
    BOMB_RATIO = 2048,    /* bytes put out for each that came in */
    WARY_RATIO = 256,     /* ... of which nobody sees any */
    OUT_MOST = 512 << 20, /* bytes of one body */
    DEFLATE_RATIO = 1032  /* that deflate cannot exceed: 258 bytes by two bits */
};

struct http_decompress {
    struct app_session *session;
    unsigned count;
    struct growth *connection, body;
    uint64_t out; /* of the last layer */
    enum app_event stopped;
    bool enough, wary, patient; /* http_decompress_stop, _be_wary, _be_patient */
    http_decompress_sink *sink;
    void *ctx;
    struct http_layer layers[];
};

static bool contains(struct slice s, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i + n <= s.n; i++)
        if (strncasecmp((const char *)s.p + i, name, n) == 0)
            return true;
    return false;
}

static bool separator(uint8_t c)
{
    return c == ' ' || c == ',' || c == '\t';
}

/* The next token of a list; false at its end. */
static bool token(struct slice *rest, struct slice *out)
{
    size_t from = 0;
    while (from < rest->n && separator(rest->p[from]))
        from++;
    size_t to = from;
    while (to < rest->n && !separator(rest->p[to]))
        to++;
    *out = slice_first(slice_from(*rest, from), to - from);
    *rest = slice_from(*rest, to);
    return to > from;
}

/* `alone`: it is the only one. Suricata looks for gzip and deflate inside of longer words too. */
static enum http_layer_kind kind_of(struct slice name, bool alone, bool *odd)
{
    if (http_word_is(name, "gzip") || http_word_is(name, "x-gzip"))
        return HTTP_LAYER_GZIP;
    if (http_word_is(name, "deflate") || http_word_is(name, "x-deflate"))
        return HTTP_LAYER_DEFLATE;
    if (http_word_is(name, "lzma"))
        return HTTP_LAYER_LZMA;
    if (http_word_is(name, "br")) {
        *odd |= !alone;
        return HTTP_LAYER_BROTLI;
    }
    if (http_word_is(name, "identity") || http_word_is(name, "none") || http_word_is(name, "inflate"))
        return HTTP_LAYER_NONE;
    *odd = true;
    return contains(name, "gzip")      ? HTTP_LAYER_GZIP
           : contains(name, "deflate") ? HTTP_LAYER_DEFLATE
                                       : HTTP_LAYER_NONE;
}

struct http_codings http_codings_read(struct slice field, unsigned most)
{
    struct http_codings codings = {0};
    struct slice rest = field, name, after;
    uint8_t kinds[HTTP_LAYERS_MOST] = {0};
    if (most > HTTP_LAYERS_MOST)
        most = HTTP_LAYERS_MOST;
    for (bool first = true; token(&rest, &name); first = false) {
        struct slice look = rest;
        enum http_layer_kind kind = kind_of(name, first && !token(&look, &after), &codings.odd);
        if (kind == HTTP_LAYER_NONE)
            continue;
        if (codings.count == most) {
            codings.too_many = true;
            break;
        }
        kinds[codings.count++] = (uint8_t)kind;
    }
    /* RFC 9110, 8.4: they are listed in the order in which they were applied. */
    for (unsigned i = 0; i < codings.count && codings.count <= HTTP_LAYERS_MOST; i++)
        codings.kinds[i] = kinds[codings.count - 1 - i];
    return codings;
}

struct http_decompress *http_decompress_new(struct app_session *s, struct growth *connection,
                                            const struct http_codings *codings)
{
    size_t size = sizeof(struct http_decompress) + codings->count * sizeof(struct http_layer);
    if (!codings->count || !app_memory_take(s, size))
        return NULL;
    struct http_decompress *d = calloc(1, size);
    if (!d) {
        app_memory_give(s, size);
        return NULL;
    }
    d->session = s;
    d->connection = connection;
    d->count = codings->count;
    for (unsigned i = 0; i < d->count; i++)
        http_layer_init(&d->layers[i], s, codings->kinds[i]);
    return d;
}

void http_decompress_free(struct http_decompress *d)
{
    if (!d)
        return;
    for (unsigned i = 0; i < d->count; i++)
        http_layer_fini(&d->layers[i]);
    app_memory_give(d->session, sizeof *d + d->count * sizeof(struct http_layer));
    free(d);
}

struct hop {
    struct http_decompress *decompress;
    unsigned layer;
};

static bool is_bomb(const struct http_decompress *d)
{
    if (d->out > BOMB_LEAST && d->out / BOMB_RATIO > d->body.in)
        return true;
    if (d->patient)
        return false;
    if (d->wary && d->body.out / WARY_RATIO > d->body.in)
        return true;
    /* What rules look at is decoded whatever came before it; what grows between layers they do not see. */
    return (d->wary || d->count > 1) && growth_is_spent(d->connection, &d->body);
}

/* What a layer put out, and the layer to which it goes. At most HTTP_LAYERS_MOST deep. */
static bool hop(void *ctx, struct slice bytes)
{
    const struct hop *at = ctx;
    struct http_decompress *d = at->decompress;
    struct hop next = {d, at->layer + 1};
    bool last = at->layer == d->count;
    growth_out(d->connection, &d->body, bytes.n);
    d->out += last ? bytes.n : 0;
    if (is_bomb(d))
        d->stopped = APP_EVENT_HTTP_COMPRESSION_BOMB;
    else if (d->out > OUT_MOST)
        d->stopped = APP_EVENT_HTTP_COMPRESSION_BOMB_LIMIT_REACHED;
    else if (last)
        d->sink(d->ctx, bytes);
    else if (d->layers[at->layer].over)
        d->enough = true; /* all of it is passed over */
    else
        return http_layer_feed(&d->layers[at->layer], bytes, false, hop, &next);
    return d->stopped == APP_EVENT_NONE && !d->enough;
}

static_assert((int)DEFLATE_RATIO < (int)BOMB_RATIO, "one layer of deflate is no bomb");

bool http_decompress_may_stop(const struct http_decompress *d)
{
    const struct http_layer *layer = &d->layers[0];
    bool deflate = layer->kind == HTTP_LAYER_GZIP || layer->kind == HTTP_LAYER_DEFLATE;
    return d->count == 1 && deflate && d->out && !layer->over;
}

void http_decompress_stop(struct http_decompress *d)
{
    d->enough = true;
}

void http_decompress_be_wary(struct http_decompress *d)
{
    d->wary = true;
}

void http_decompress_be_patient(struct http_decompress *d)
{
    d->patient = true;
}

enum app_event http_decompress_feed(struct http_decompress *d, struct slice bytes, http_decompress_sink *sink,
                                    void *ctx)
{
    if (d->stopped || d->enough)
        return d->stopped;
    struct hop first = {d, 0};
    d->sink = sink;
    d->ctx = ctx;
    growth_in(d->connection, &d->body, bytes.n);
    hop(&first, bytes);
    return d->stopped;
}

enum app_event http_decompress_end(struct http_decompress *d, http_decompress_sink *sink, void *ctx)
{
    d->sink = sink;
    d->ctx = ctx;
    for (unsigned i = 0; i < d->count && !d->stopped; i++) {
        struct hop next = {d, i + 1};
        http_layer_feed(&d->layers[i], slice_of(NULL, 0), true, hop, &next);
    }
    return d->stopped;
}
