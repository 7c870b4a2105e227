/*
 * Content codings of HTTP/1 bodies (RFC 9110, 8.4): gzip, deflate, lzma and br, several on top of each other,
 * decoded as the bytes come.
 *
 * As forgiving as Suricata: what a body is called and what it is may differ (a zlib stream or a gzip file
 * called deflate, a plain text called gzip), checksums are not looked at, and what cannot be decoded is
 * passed on as it is. How the bytes are cut makes no difference: until a layer has put out enough to be
 * believed, it keeps what came in and can begin again.
 *
 * A decoder belongs to one direction of a transaction; its memory is accounted to the session. Limits are by
 * bytes, never by time.
 */
#ifndef SLUICE_APP_HTTP_DECOMPRESS_H
#define SLUICE_APP_HTTP_DECOMPRESS_H

#include "app/growth.h"
#include "app/session.h"
#include "base/app_event.h"

enum { HTTP_LAYERS_MOST = 4 };

enum http_layer_kind {
    HTTP_LAYER_NONE,
    HTTP_LAYER_GZIP,
    HTTP_LAYER_DEFLATE,
    HTTP_LAYER_LZMA,
    HTTP_LAYER_BROTLI
};

/* What a Content-Encoding field says. */
struct http_codings {
    uint8_t kinds[HTTP_LAYERS_MOST]; /* enum http_layer_kind, in the order in which they are taken off */
    unsigned count;
    bool odd;      /* a coding that is not known, or not spelt as it should be */
    bool too_many; /* more than `most`: the others are not taken off */
};

struct http_codings http_codings_read(struct slice field, unsigned most);

struct http_decompress;

typedef void http_decompress_sink(void *ctx, struct slice decoded);

/* NULL when memory is short (counted), or there is nothing to take off. `connection` is kept. */
struct http_decompress *http_decompress_new(struct app_session *session, struct growth *connection,
                                            const struct http_codings *codings);
void http_decompress_free(struct http_decompress *decompress);

/*
 * Whether the body can be left undecoded from here on: something has been put out, and whatever follows, it
 * is no bomb.
 */
bool http_decompress_may_stop(const struct http_decompress *decompress);

/* From within the sink: no more of what is being fed is wanted, nor will anything be fed again. */
void http_decompress_stop(struct http_decompress *decompress);

/* What has been put out so far is all that anybody looks at: a bomb is told sooner. */
void http_decompress_be_wary(struct http_decompress *decompress);

/* All of it is wanted, whatever it costs. */
void http_decompress_be_patient(struct http_decompress *decompress);

/*
 * The next bytes of the body; the sink is called with what they decode to, in pieces. An event once the
 * output is out of all proportion to the input, or too much by itself: nothing is decoded any more. Else
 * APP_EVENT_NONE.
 */
enum app_event http_decompress_feed(struct http_decompress *decompress, struct slice bytes,
                                    http_decompress_sink *sink, void *ctx);

/* The body is over: what was held back comes. Same result. */
enum app_event http_decompress_end(struct http_decompress *decompress, http_decompress_sink *sink, void *ctx);

#endif
