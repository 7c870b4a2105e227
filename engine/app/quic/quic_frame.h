/*
 * Frames of QUIC's Initial packets (RFC 9000, 12.4 and 19), and the stream frames of Google's first versions:
 * what carries the handshake is handed out, the rest is passed over.
 *
 * Slices are borrowed from the packet. Pure functions; any thread.
 */
#ifndef SLUICE_APP_QUIC_FRAME_H
#define SLUICE_APP_QUIC_FRAME_H

#include "base/cursor.h"

enum quic_frame_kind {
    QUIC_FRAME_END,    /* of the packet, or of what can be told apart in it */
    QUIC_FRAME_BAD,    /* cut short */
    QUIC_FRAME_CRYPTO, /* of the TLS handshake */
    QUIC_FRAME_GOOGLE, /* the same of Google's handshake: a whole message, or a part of one */
};

struct quic_frame {
    uint64_t offset;
    struct slice data;
};

/* The next frame of the handshake. `plain`: of a packet of Google's before Q050. */
enum quic_frame_kind quic_frame_next(struct cursor *c, bool plain, struct quic_frame *out);

#endif
