/*
 * The inside of a ruleset, shared by the files of this folder only: rules in their order of evaluation, what
 * each is inspected against, and the structures that name candidates.
 *
 * Built by ruleset.c, const from then on; any thread may read. Rules are named by their place in the order
 * of evaluation everywhere below.
 */
#ifndef SLUICE_MATCH_COMPILED_H
#define SLUICE_MATCH_COMPILED_H

#include <stdatomic.h>

#include "match/database.h"
#include "match/fast_pattern.h"
#include "match/ip_only.h"
#include "match/lineage.h"
#include "match/ruleset.h"
#include "match/space.h"
#include "match/state_names.h"
#include "match/transaction_plan.h"

enum compiled_flag {
    COMPILED_IP_ONLY = 1 << 0,     /* addresses, ports, protocol: once a flow and direction */
    COMPILED_EVENT_ONLY = 1 << 1,  /* decode events of packets that are broken as well */
    COMPILED_PACKET = 1 << 2,      /* inspects every packet */
    COMPILED_STREAM = 1 << 3,      /* inspects the stream, and packets that are not part of it */
    COMPILED_PAYLOAD = 1 << 4,     /* looks at the payload: nothing to do without one */
    COMPILED_REAL_PACKET = 1 << 5, /* not on the packet that stands for a flow's end */
    COMPILED_ONLY_STREAM = 1 << 6, /* not even packets outside of the stream */
    COMPILED_FLOW_SCOPE = 1 << 7,  /* pass and drop act on the flow */
    COMPILED_LOOK_BACK =
        1 << 8, /* may match across the edges of chunks; of a transaction: sees what is before this one */
    COMPILED_TRANSACTION = 1 << 9, /* inspects transactions, and nothing else */
    COMPILED_CHAINS = 1 << 10,     /* looks into some buffer */
    COMPILED_TOGETHER = 1 << 11, /* a chain reads what another one makes: all are looked at anew each time */
    COMPILED_BOTH_SIDES = 1 << 13,   /* => : a request and its answer */
    COMPILED_STREAM_FIRST = 1 << 14, /* of a transaction: named by the stream, whose chunk is remembered */
    COMPILED_AGAIN = 1 << 12,        /* of a transaction's stage: alerts as often as the rules look there */
};

/* One cache line: most candidates are turned away by what is copied here from the rule. */
struct compiled_rule {
    const struct rule *rule;
    uint64_t apps; /* as in the rule */
    uint32_t id;   /* lineage.h: what is remembered across rulesets names rules by it */
    uint32_t flags;
    uint32_t rule_flags; /* rule->flags */
    uint16_t layers;     /* the packet must have one of these; 0: no demand */
    struct fast_pattern fast;
};
_Static_assert(sizeof(struct compiled_rule) == 64, "struct compiled_rule is not a cache line");

struct ends_table; /* ends.h */
struct rule_gate;  /* gate.h */

struct ruleset {
    atomic_uint users;
    struct rule_list *list;
    struct ruleset_stats stats;
    struct compiled_rule *rules;
    struct rule_gate *gates; /* by place in the order of evaluation, as `rules` */
    struct ends_table *ends;
    uint32_t count, database_count, header_count, space_count, space_capacity;
    uint32_t pattern_most, plan_spaces_most; /* of the largest database; of the largest plan */
    bool no_prefilter, has_stream;
    uint64_t payload_apps; /* 1 << enum app_proto: a rule about transactions looks at the raw stream too */
    struct ip_only *ip_only;
    struct state_names state_names;
    struct space packets[CLASSES][DIRECTIONS]; /* TCP: what is inspected beside the stream */
    struct space loose[DIRECTIONS];            /* TCP: packets that are not part of a stream, for all rules */
    struct space streams[DIRECTIONS];
    struct header_space headers[BUFFER_COUNT];
    struct buffer_space *spaces;
    struct transaction_plan plans[APP_PROTO_COUNT][DIRECTIONS];
    struct lineage lineage;
    uint32_t *event_start, *event_rules; /* rules of event e: [start[e], start[e + 1]) */
};

#endif
