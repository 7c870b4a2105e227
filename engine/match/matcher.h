/*
 * One worker's matching: from a packet, and what its stream has ready, to the alerts that it raises.
 *
 * Owns the Hyperscan scratch, the evaluation state, and flow->match_state of every flow that it saw. Order
 * within a packet: IP-only rules, then packet and stream rules in the ruleset's order. `pass` and `drop` act
 * on flow->flags as Suricata scopes them. No allocation per packet in the steady state. One thread.
 */
#ifndef SLUICE_MATCH_MATCHER_H
#define SLUICE_MATCH_MATCHER_H

#include "flow/direction.h"
#include "rule/header.h"

struct app_session;
struct app_tx;
struct flow;
struct match_probe;
struct rule;
struct ruleset;
struct shared_state;
struct view;

enum { ALERTS_PER_PACKET = 15 };
struct alert {
    const struct rule *rule;
    enum rule_action action; /* the rule's, or what a rate_filter made of it */
    bool from_stream;        /* matched in the stream, not in the packet */
    struct app_tx *tx;       /* that it matched in; NULL: none. Good until the queue is reset */
};

struct replacement { /* what a matching rule puts in the place of bytes of the packet's payload */
    size_t at;
    struct slice bytes; /* the rule's */
};

enum { REPLACEMENTS_PER_PACKET = 16 };

struct alert_queue { /* reset by matcher_packet */
    struct alert list[ALERTS_PER_PACKET];
    unsigned count;
    unsigned lost; /* matches past the cap */
    struct replacement replacements[REPLACEMENTS_PER_PACKET];
    unsigned replacement_count;
    struct alert drop; /* the first rule that drops the packet, alerted or not; NULL: none */
    uint8_t rejects;   /* 1 << enum reject_to, of rules that reject */
};

struct matcher_config {
    struct ruleset *ruleset; /* a reference is taken */
    struct shared_state *shared;
    bool rewrites;    /* inline: `replace` is carried out */
    bool inline_mode; /* chunks are packets: rules look at the window of the stream up to the packet's end */
    /* Before state across flows is touched: returns once all workers have passed every lower packet. */
    void (*wait_turn)(void *ctx); /* may be NULL */
    const uint64_t *until_ns;     /* borrowed: no such packet is later; NULL: there is no other worker */
    void *ctx;
    const struct match_probe *probe; /* probe.h; borrowed; NULL: nobody asks */
    bool profile;                    /* count what each rule costs: profile.h */
};

struct matcher_counters {
    uint64_t packets, prefilter_scans, prefilter_bytes, candidates, evaluations, matches, alerts, alerts_lost;
    uint64_t stream_chunks, streams_open_refused, no_memory;
    uint64_t spent, pending_lost; /* evaluations that met a limit; rules that a stream has too many of */
};

struct matcher;

struct matcher *matcher_new(const struct matcher_config *config);
void matcher_free(struct matcher *matcher);

/*
 * Evaluates the rules. `packet` is the packet's own view; `stream`, or NULL, a view of kind VIEW_STREAM over
 * the chunk of the packet's direction that has become ready: bytes from payload.new_from on are new, those
 * before are what was inspected already and is still there to look back at. A chunk follows the previous one
 * of its direction unless payload.first says that it starts anew (begin of stream, or after a gap).
 * `session`, or NULL: the flow's transactions, inspected in the packet's direction.
 */
void matcher_packet(struct matcher *matcher, const struct view *packet, const struct view *stream,
                    struct app_session *session, struct alert_queue *alerts);

/* The same for the transactions alone. */
void matcher_transactions(struct matcher *matcher, const struct view *packet, struct app_session *session,
                          struct alert_queue *alerts);

/* Whether some rule may still match this flow's stream in that direction: if not, it need not be kept. */
bool matcher_wants_stream(struct matcher *matcher, const struct flow *flow, enum direction direction);

/* The transaction ends: frees its match_state. */
void matcher_transaction_end(struct matcher *matcher, struct app_tx *tx);

/* It is silent (`over`: its streams have ended): what can be done without goes. */
void matcher_flow_rest(struct matcher *matcher, struct flow *flow, bool over);

/* The flow ends: frees its match_state. */
void matcher_flow_end(struct matcher *matcher, struct flow *flow);

const struct matcher_counters *matcher_counters(const struct matcher *matcher);

#endif
