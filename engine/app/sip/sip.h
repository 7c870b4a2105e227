/*
 * SIP (RFC 3261): a transaction is a message, of one direction; either side may ask and answer. Internal to
 * app/sip and output/eve_sip.c; what a transaction has lies in its copy of the message.
 */
#ifndef SLUICE_APP_SIP_H
#define SLUICE_APP_SIP_H

#include "app/parser.h"
#include "app/sip/sip_message.h"
#include "base/buf.h"

struct app_session;

enum {
    SIP_HEAD_MOST = 64 << 10, /* bytes of a head that are waited for */
    SIP_BODY_MOST = 64 << 10, /* ... of a body over TCP that are kept */
};

struct sip_place {
    uint32_t at, n; /* in the message */
};

struct sip_tx {
    struct app_tx tx;
    bool frame_only; /* a datagram that is no message: for rules about frames */
    struct buf bytes;
    struct sip_message message;
    struct sip_place *places; /* of the parts: those of one kind after each other */
    uint32_t ends[SIP_PARTS]; /* in `places`, of each kind */
    size_t memory;            /* accounted */
};

/* The index-th part of its kind. */
bool sip_part_at(const struct sip_tx *tx, enum sip_part part, size_t index, struct slice *out);

bool sip_frames_wanted(const struct app_session *session);

enum buffer_answer sip_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
