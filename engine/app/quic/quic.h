/*
 * What a QUIC packet with a long header (or one of Google's public headers) has told: one transaction each,
 * until the hello of its direction has been seen.
 *
 * For the parser itself and for what writes records. Everything belongs to the transaction; one worker.
 */
#ifndef SLUICE_APP_QUIC_H
#define SLUICE_APP_QUIC_H

#include "app/quic/gquic.h"
#include "app/session.h"
#include "app/tls/tls_hello.h"

enum { QUIC_CYU_MOST = 8, QUIC_VERSION_TEXT = 12 };

struct quic_hello {
    struct buf message; /* the handshake message that `tls` borrows from */
    struct tls_hello tls;
    bool made; /* what follows: when first asked for */
    struct buf ja3;
    char ja3_hash[JA3_HASH_TEXT], ja4[JA4_TEXT];
};

struct quic_cyu {
    struct buf string;
    char hash[GQUIC_HASH_TEXT];
};

struct quic_tx {
    struct app_tx tx;
    uint32_t version;
    uint8_t version_bytes[4]; /* as in the packet */
    bool long_header;
    enum direction direction;
    struct quic_hello *hello;           /* of TLS; NULL without one */
    struct buf server_name, user_agent; /* of Google's hello */
    bool has_server_name, has_user_agent;
    struct quic_cyu *cyu; /* QUIC_CYU_MOST of them, or NULL */
    unsigned cyu_count;
};

/* By either hello. False when none was told. */
bool quic_tx_server_name(const struct quic_tx *tx, struct slice *out);

/* JA3 of a client's hello or JA3S of a server's, and JA4. False without a hello or memory. */
bool quic_tx_fingerprints(const struct quic_tx *tx);

/* "1", "v2", "Q046", or hexadecimal digits. */
void quic_version_text(uint32_t version, char text[QUIC_VERSION_TEXT]);

#endif
