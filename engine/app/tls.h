/*
 * A TLS session as rules and records see it: one transaction, filled by the handshake. Internal to app/tls*.c
 * and output/eve_tls.c.
 */
#ifndef SLUICE_APP_TLS_H
#define SLUICE_APP_TLS_H

#include "app/parser.h"
#include "app/tls_hello.h"
#include "base/buf.h"

enum { TLS_CHAIN_MOST = 32, TLS_NAMES_MOST = 1024, TLS_RANDOM = 32 };

enum tls_state_bit { /* what ssl_state asks for */
                     TLS_CLIENT_HELLO = 1 << 0,
                     TLS_SERVER_HELLO = 1 << 1,
                     TLS_CLIENT_KEYX = 1 << 2,
                     TLS_SERVER_KEYX = 1 << 3,
                     TLS_UNKNOWN = 1 << 4,
};

struct tls_span { /* in the buf that holds it */
    uint32_t at, n;
};

/* A chain of certificates, and what the first of them says, as text. */
struct tls_certificate {
    struct buf chain; /* DER, one behind the other */
    struct tls_span certificates[TLS_CHAIN_MOST];
    unsigned count;
    bool parsed;                                     /* the first one could be read */
    struct buf subject, issuer, serial, fingerprint; /* empty without */
    struct buf *alternative_names;
    unsigned alternative_name_count;
    int64_t not_before, not_after; /* seconds since 1970 */
};

struct tls_side {
    bool hello_seen, certificates_seen, done; /* done: what follows is encrypted */
    uint16_t version;                         /* of the hello: legacy_version */
    uint8_t random[TLS_RANDOM];
    struct tls_certificate certificate;
    struct buf alpn; /* names, each with its length in a byte before it */
    char ja_hash[JA3_HASH_TEXT];
    struct buf ja_string;
};

struct tls_tx {
    struct app_tx tx;
    struct tls_side sides[DIRECTIONS];
    uint16_t version;        /* negotiated; 0 as long as it is open */
    uint16_t record_version; /* of the first record */
    bool has_server_name;
    struct buf server_name;
    char ja4[JA4_TEXT];
    bool session_resumed;
    unsigned state; /* enum tls_state_bit */
};

/* "TLS 1.2", "SSLv3", "0x7f1c" for others. */
enum { TLS_VERSION_TEXT = 24 };
void tls_version_text(uint16_t version, char text[TLS_VERSION_TEXT]);

/* The index-th ALPN name; p is NULL past the last. */
struct slice tls_alpn(const struct tls_side *side, unsigned index);

enum buffer_answer tls_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

/* Reads the body of a Certificate message. 0, -EBADMSG, -ENOMEM. */
int tls_certificate_read(struct slice body, bool tls13, struct tls_certificate *out);
void tls_certificate_fini(struct tls_certificate *certificate);

#endif
