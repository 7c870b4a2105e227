/*
 * Which application protocol a flow speaks: told by the first bytes of either direction, with ports as a hint
 * for the protocols that have no telling pattern.
 *
 * detect_pattern_list.h names the patterns, detect_probe_list.h the probing functions. Each direction is
 * detected for itself (flow->app_direction); the first that is told is the flow's (flow->app). One worker;
 * the state of an undecided flow is in the flow itself (flow->app_detect).
 */
#ifndef SLUICE_APP_DETECT_H
#define SLUICE_APP_DETECT_H

#include "flow/flow.h"

enum {
    DETECT_MOST = 100000
}; /* bytes of a stream after which it is given up, whatever the other side says */

enum detect_answer {
    DETECT_CERTAIN,
    DETECT_TURNED, /* of a datagram: certain, and client and server are the other way round */
    DETECT_UNSURE, /* more bytes may tell */
    DETECT_NO,
};

/* Bits of flow->app_detect, one for each direction: shifted left by it. */
enum detect_bit {
    DETECT_EXHAUSTED = 1 << 0, /* no bytes to come can tell the protocol */
    DETECT_DONE = 1 << 2,      /* this direction's own bytes have decided it */
    DETECT_TOLD = 1 << 4,      /* a packet has carried the news to the rules */
    DETECT_FIRST = 1 << 6,     /* this direction spoke first */
};

/*
 * Looks at the first bytes of one direction: of a stream from its start, as many as there are; of a datagram,
 * its payload. Cheap once decided. Of APP_PROTOS_OFF none is told. True: the flow was turned round, and the
 * datagram goes the other way.
 */
bool app_detect(struct flow *flow, enum direction direction, struct slice start);

/* The same; of the protocols in `off` (bits 1 << enum app_proto) none is told. */
bool app_detect_but(struct flow *flow, enum direction direction, struct slice start, uint64_t off);

/* Whether a server's port is one where the protocol is looked for; those that tell themselves are on any. */
bool app_detect_port(enum app_proto proto, uint16_t port);

/* The flow changes its protocol at flow->app_start: what it speaks from there on is open again. */
void app_detect_anew(struct flow *flow);

/* ... or known: news for the rules, once each direction was heard in it. */
void app_detect_changed(struct flow *flow, enum app_proto proto);
void app_detect_expected(struct flow *flow, enum app_proto proto); /* it was announced */
void app_detect_heard(struct flow *flow, enum direction direction);

/* The start of a stream is lost: its bytes tell nothing. */
void app_detect_lost(struct flow *flow, enum direction direction);

/* A stream has ended: what it was too short to tell is taken from the other side. */
void app_detect_end(struct flow *flow, enum direction direction);

/* So many bytes of a stream were seen: when its protocol is still open after DETECT_MOST, the flow has
 * failed. */
void app_detect_seen(struct flow *flow, enum direction direction, uint64_t bytes);

/* Whether it is open still what this direction speaks. */
bool app_detect_open(const struct flow *flow, enum direction direction);

/*
 * Whether app_detect wants a look at this direction: at bytes that are new, or at the old ones again because
 * the other side has been told since.
 */
bool app_detect_wants(const struct flow *flow, enum direction direction);

/*
 * Whether a packet of this direction is the one that carries the news: the first after its detection was
 * complete, `before` being flow->app_detect before the packet was looked at. Of datagrams also the one itself
 * that completed it.
 */
bool app_detect_news(struct flow *flow, enum direction direction, uint8_t before);

#endif
