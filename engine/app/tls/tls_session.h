/* What a TLS session keeps beside its transaction, and how its parts work together. For app/tls*.c only. */
#ifndef SLUICE_APP_TLS_SESSION_H
#define SLUICE_APP_TLS_SESSION_H

#include "app/tls/tls.h"

struct tls {
    struct tls_tx *tx;
    struct buf handshake[DIRECTIONS]; /* of a message that is not complete yet */
    bool changed[DIRECTIONS];         /* a ChangeCipherSpec was seen: what follows is encrypted */
    bool over;                        /* a fatal alert was sent */
    bool certified;                   /* the server's certificates were read: see tls_advance */
    bool beat;                        /* a HeartbeatRequest waits for its response */
    uint8_t beat_side;                /* enum direction that asked */
    uint16_t beat_size;               /* of its record when it was encrypted, else 0 */
    uint16_t skip[DIRECTIONS];        /* bytes of the record at hand that are passed over */
    struct tls_tx *frame[DIRECTIONS]; /* the record at hand, while rules ask for frames */
    bool frames_only;                 /* nothing more is read but those */
};

/*
 * Progress only goes up. As in Suricata a side's handshake is done with the server's certificates (both
 * sides, once no record waits for the rest of it), the client's ChangeCipherSpec (client), or application
 * data (its side). Tells the rules.
 */
void tls_advance(struct app_session *session, enum direction direction, enum tls_progress progress);

/* The fragment of a handshake record: messages, or parts of them. PARSE_BAD: a part of no known message. */
enum parse_status tls_handshake(struct app_session *session, enum direction direction, struct slice fragment);

/* SSL 3.0 to TLS 1.3, and the latter's drafts. */
bool tls_version_known(uint16_t version);

void tls_event(struct app_session *s, enum direction direction, enum app_event which);

#endif
