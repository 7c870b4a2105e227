/*
 * What one side of a QUIC connection sends in CRYPTO frames: put together from frames in any order, twice or
 * overlapping (what came last counts), up to 64 KiB, until it is a whole handshake message.
 *
 * Bytes are kept in pages, so that a frame takes memory where it lies only; the owner's session accounts for
 * them. One worker.
 */
#ifndef SLUICE_APP_QUIC_CRYPTO_STREAM_H
#define SLUICE_APP_QUIC_CRYPTO_STREAM_H

#include "app/session.h"
#include "base/buf.h"

enum { QUIC_CRYPTO_MOST = 65535, QUIC_PAGE = 2048, QUIC_PAGES = 32 };

struct quic_page;

struct quic_crypto_stream {
    struct quic_page *pages[QUIC_PAGES];
    uint32_t whole; /* bytes from the start on without a gap */
    bool changed;   /* since the last quic_crypto_message */
};

/* 0; -EMSGSIZE: it ends beyond the cap, and nothing was taken; -ENOMEM. */
int quic_crypto_put(struct app_session *session, struct quic_crypto_stream *stream, uint64_t offset,
                    struct slice data);

/*
 * The handshake message at the start, with its header of four bytes (RFC 8446, 4), appended to `out`. 0;
 * -EAGAIN: it is not whole yet, or as it was when last asked for; -ENOMEM.
 */
int quic_crypto_message(struct quic_crypto_stream *stream, struct buf *out);

/* Empty again, and its memory given back. */
void quic_crypto_reset(struct app_session *session, struct quic_crypto_stream *stream);

#endif
