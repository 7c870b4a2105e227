/*
 * A TLS session as rules and records see it: one transaction, filled by the handshake. What app/tls*.c and
 * output/eve_tls.c share.
 */
#ifndef SLUICE_APP_TLS_H
#define SLUICE_APP_TLS_H

#include "app/parser.h"
#include "app/tls/tls_hello.h"
#include "base/buf.h"

enum { TLS_CHAIN_MOST = 32, TLS_RANDOM = 32 };

enum tls_state { /* the last message of the handshake that ssl_state can ask for */
                 TLS_CLIENT_HELLO = 1 << 0,
                 TLS_SERVER_HELLO = 1 << 1,
                 TLS_CLIENT_KEYX = 1 << 2,
                 TLS_SERVER_KEYX = 1 << 3,
                 TLS_UNKNOWN = 1 << 4,
};

enum tls_progress { /* of one side; see tls_advance */
                    TLS_IN_PROGRESS,
                    TLS_HELLO_DONE,
                    TLS_CERTIFICATE_DONE,
                    TLS_SERVER_HELLO_DONE,
                    TLS_HANDSHAKE_DONE,
};

struct tls_span { /* in the buf that holds it */
    uint32_t at, n;
};

/*
 * A chain of certificates, and what the first of them that can be read says, as text. Fingerprint and names
 * are made by the functions below when they are asked for: few rules do.
 */
struct tls_certificate {
    struct buf chain; /* DER, one behind the other; the first TLS_CHAIN_MOST */
    struct tls_span certificates[TLS_CHAIN_MOST];
    uint32_t kept, count; /* of them in `chain`; that came, from the first that can be read on */
    bool parsed;          /* one of them could be read; nothing below counts without */
    struct buf subject, issuer, serial, fingerprint;
    bool fingerprint_made, names_made;
    struct tls_span names_from; /* in `chain`, whose first certificate is the one that was read */
    struct buf names;           /* alternative names */
    struct tls_span *name_spans;
    uint32_t name_count, name_capacity;
    int64_t not_before, not_after; /* seconds since 1970 */
};

struct tls_side {
    bool heard; /* bytes of it, or its FIN */
    bool hello_seen, certificates_seen;
    uint8_t progress; /* enum tls_progress */
    uint16_t version; /* what this side speaks: of its hello, the newest that a client offers; 0: not known */
    uint8_t random[TLS_RANDOM];
    bool chain_stored; /* or tried to be */
    struct tls_certificate certificate;
    struct buf alpn;             /* names, each with its length in a byte before it */
    char ja_hash[JA3_HASH_TEXT]; /* JA3 and JA3S: made when a rule asks for any, "" else */
    struct buf ja_string;
};

struct tls_tx {
    struct app_tx tx;
    bool is_frame, is_ssl2; /* not the session but one record of it, for the rules on frames: not shown */
    uint32_t frame_head, frame_length;
    struct buf frame;
    struct tls_side sides[DIRECTIONS];
    struct buf server_name;
    struct buf ja4_kept; /* what tls_tx_ja4 makes it of */
    char ja4[JA4_TEXT];
    uint8_t state, state_side; /* enum tls_state or 0; the enum direction that made it so */
};

/* "TLS 1.2", "SSLv3", the number for others. */
enum { TLS_VERSION_TEXT = 24 };
void tls_version_text(uint16_t version, char text[TLS_VERSION_TEXT]);

/* The SHA-1 of the certificate that was read, "0a:1b:2c"; empty without. */
struct slice tls_certificate_fingerprint(struct tls_certificate *certificate);

/* Its index-th alternative name; p is NULL past the last. */
struct slice tls_certificate_name(struct tls_certificate *certificate, uint32_t index);

/* Whether rules ask for JA3 or JA3S; records show them then, as in Suricata's default. */
bool tls_ja3_wanted(const struct app_session *session);

/* Made at the first call; "" when there is none. */
const char *tls_tx_ja4(struct tls_tx *tx);

/* The index-th ALPN name; p is NULL past the last. */
struct slice tls_alpn(const struct tls_side *side, unsigned index);

enum buffer_answer tls_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
