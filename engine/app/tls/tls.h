/*
 * A TLS session as rules and records see it: one transaction, filled by the handshake. What app/tls*.c and
 * output/eve_tls.c share.
 */
#ifndef SLUICE_APP_TLS_H
#define SLUICE_APP_TLS_H

#include "app/parser.h"
#include "app/tls/tls_certificate.h"
#include "app/tls/tls_hello.h"

enum { TLS_RANDOM = 32 };

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

/* The fingerprint of a hello; connections with the same one share it (tls_known.h). */
struct tls_ja3 {
    uint32_t references, n;
    uint64_t key; /* hash of the string */
    char hash[JA3_HASH_TEXT];
    char string[]; /* n bytes */
};

struct tls_side {
    bool heard; /* bytes of it, or its FIN */
    bool hello_seen, certificates_seen;
    uint8_t progress; /* enum tls_progress */
    uint16_t version; /* what this side speaks: of its hello, the newest that a client offers; 0: not known */
    uint8_t random[TLS_RANDOM];
    bool chain_stored;                   /* or tried to be */
    struct tls_certificate *certificate; /* NULL: none has come */
    struct tls_ja3 *ja3;                 /* JA3, JA3S: made when a rule asks for any, NULL else */
    struct buf alpn;                     /* names, each with its length in a byte before it */
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

/* Whether a certificate came that could be read. */
static inline bool tls_certificate_there(const struct tls_side *side)
{
    return side->certificate && side->certificate->parsed;
}

/* Whether rules ask for JA3 or JA3S; records show them then, as in Suricata's default. */
bool tls_ja3_wanted(const struct app_session *session);

/* Made at the first call; "" when there is none. */
const char *tls_tx_ja4(struct tls_tx *tx);

/* The index-th ALPN name; p is NULL past the last. */
struct slice tls_alpn(const struct tls_side *side, unsigned index);

enum buffer_answer tls_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
