/*
 * The inside of a matcher, shared by the files of this folder only. One worker's own; nothing in it is seen
 * by another thread but the ruleset, which is const, and the shared state, which locks itself.
 */
#ifndef SLUICE_MATCH_WORKER_H
#define SLUICE_MATCH_WORKER_H

#include "base/pool.h"
#include "match/candidates.h"
#include "match/chunk_names.h"
#include "match/compiled.h"
#include "match/flow_match.h"
#include "match/matcher.h"
#include "match/probe.h"
#include "packet/packet.h"

struct match { /* a rule that matched, before thresholds and actions */
    uint32_t rule;
    bool from_stream;
    bool flow_scope;   /* its action holds for the flow */
    struct app_tx *tx; /* NULL: of the packet or the stream */
};

struct ends_memo;         /* ends.h */
struct transaction_match; /* transaction_memory.h */

struct known_buffer {         /* the first instance of a buffer, as asked for in one look at a transaction */
    uint64_t look, next_look; /* in which what follows was asked for */
    uint64_t renewed;         /* the look in which a buffer of one instance was there once more */
    enum buffer_answer answer;
    bool more_may_come; /* there is no second instance, but it may come */
    struct view_buffer buffer;
};

struct matcher_rules { /* renew.h: what goes with a ruleset */
    struct ruleset *ruleset;
    hs_scratch_t *scratch;
    struct candidates candidates;
    struct ends_memo *ends;
    uint32_t *pattern_seen; /* by pattern: the number of the scan that found it last */
    uint32_t scan_number;
    struct idle_streams *idle; /* by database */
    struct scan_memo *memo;    /* scan_memo.h */
};

struct matcher {
    struct matcher_config config;
    struct matcher_rules rules;
    struct ruleset *ruleset; /* rules.ruleset */
    struct eval *eval;
    struct pool flow_matches;
    struct match *matches; /* of this packet */
    uint32_t match_count, match_capacity, spare_transaction_count;
    struct transaction_match *spare_transactions; /* to be used again, through `next` */
    struct known_buffer known[BUFFER_COUNT];
    uint64_t changes;         /* of the bits and counters of flows */
    uint64_t look, twin_look; /* at a transaction, from 1 on; in which prefilter_twin has scanned last */
    struct slice twin_bytes;  /* ... and what */
    struct chunk_names chunk_names;
    struct buf transformed[2], named[2], passed, identity; /* transaction.c's own, and look_memo.c's */
    bool waited, watched; /* for its turn, for this packet; a probe asks, or there is a profile */
    enum rule_fit fit;    /* of rule_fits: what it said last, and of which test or state operation */
    uint32_t unfit_index;
    struct match_profile *profile; /* NULL: nobody asks */
    uint64_t waiting_ticks;        /* with a profile: what it waited for its turn so far */
    struct matcher_counters counters;
};

/* renew.c. 0 or -ENOMEM: fini is due either way. */
int matcher_rules_init(struct matcher_rules *rules, struct ruleset *ruleset);
void matcher_rules_fini(struct matcher_rules *rules);

/* prefilter.c: add to the candidates. */
void prefilter_packet(struct matcher *m, const struct view *view, bool stream);
void prefilter_stream(struct matcher *m, const struct view *view, struct stream_scan *scan);
void prefilter_events(struct matcher *m, const struct packet *packet);
void prefilter_ip_only(struct matcher *m, const struct packet *packet, uint32_t since /* from this id on */);
void prefilter_twin(struct matcher *m, const struct database *database, struct slice bytes); /* once a look */

/* matcher.c: the rule has matched; its changes to state are made. */
void matcher_add_match(struct matcher *m, uint32_t rule, const struct view *view, struct app_tx *tx);

/* evaluate.c: whether the rule matches; *index as struct evaluation has it. */
enum rule_fit rule_fit(struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                       uint32_t *index);
bool rule_fits(struct matcher *m, const struct compiled_rule *compiled, const struct view *view);
bool rule_chains_match(struct matcher *m, const struct compiled_rule *compiled, const struct view *view);
bool rule_matches_stream(struct matcher *m, uint32_t rule, const struct view *stream,
                         struct stream_scan *scan);
void rule_changes(struct matcher *m, const struct compiled_rule *compiled, const struct view *view);

/* probe.c: tells it, when it asks. */
void probe_evaluation(struct matcher *m, const struct compiled_rule *compiled, const struct view *view);
void probe_headers(struct matcher *m, const struct view *packet);

/* verdict.c: thresholds, the scope of actions, and the alerts that are kept. */
void verdict(struct matcher *m, const struct view *packet, const struct view *stream,
             struct alert_queue *alerts);

#endif
