/*
 * Headers of QUIC packets: RFC 9000 (17), RFC 9369 (3.2), the drafts before them, and Google's own QUIC
 * (public headers, and the long headers of Q046).
 *
 * What is not protected is read here; packet numbers are quic_crypto's. All slices are borrowed from the
 * datagram. Pure functions; any thread.
 */
#ifndef SLUICE_APP_QUIC_HEADER_H
#define SLUICE_APP_QUIC_HEADER_H

#include "base/cursor.h"

enum quic_type {
    QUIC_INITIAL,
    QUIC_0RTT,
    QUIC_HANDSHAKE,
    QUIC_RETRY,
    QUIC_NEGOTIATION, /* of versions */
    QUIC_SHORT,
    QUIC_PUBLIC, /* a public header with a version */
};

enum {
    QUIC_VERSION_1 = 0x00000001,
    QUIC_VERSION_2 = 0x6b3343cf, /* RFC 9369, 3.1 */
    QUIC_DRAFTS = 0xff0000,      /* without the last byte, the draft's number */
    QUIC_MVFST_2 = 0xfaceb002,
    QUIC_Q039 = 0x51303339,
    QUIC_Q043 = 0x51303433,
    QUIC_Q044 = 0x51303434,
    QUIC_Q045 = 0x51303435,
    QUIC_Q046 = 0x51303436,
    QUIC_Q050 = 0x51303530,
};

struct quic_header {
    enum quic_type type;
    uint32_t version; /* 0 in a short header */
    struct slice destination_id, source_id;
    size_t protected_at; /* the packet number begins here; of Google's plain packets the frames do */
    struct slice packet; /* from the first byte to the end of this packet; the datagram may hold more */
    bool plain;          /* the frames are not encrypted */
};

/* 0; -EBADMSG: no packet begins with these bytes, or the datagram ends before it does. */
int quic_header_parse(struct slice datagram, struct quic_header *out);

/* A variable-length integer (RFC 9000, 16). False, and nothing read, when too few bytes are left. */
bool quic_varint(struct cursor *c, uint64_t *value);

#endif
