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
    COMPILED_LOOK_BACK = 1 << 8,   /* may match across the edges of chunks */
    COMPILED_TRANSACTION = 1 << 9, /* inspects transactions, and nothing else */
};

struct compiled_rule {
    const struct rule *rule;
    uint32_t id; /* lineage.h: what is remembered across rulesets names rules by it */
    uint32_t flags;
    uint16_t layers; /* the packet must have one of these; 0: no demand */
    struct fast_pattern fast;
};

enum transport_class { CLASS_TCP, CLASS_UDP, CLASS_ICMP, CLASS_OTHER, CLASSES };

struct unkeyed_rule { /* without a literal, and what the packet must have to be worth a look */
    uint32_t rule;
    const struct port_set *server_ports; /* NULL: no demand */
    uint32_t payload_min, payload_max;
    uint32_t hint_layers; /* one of these as well; 0: no demand */
    uint16_t layers;
    int16_t ip_protocol;
    uint8_t tcp_set, tcp_clear;
};

struct group {
    struct database *database; /* of literals anywhere in the payload; NULL without any */
    struct database *near;     /* of those that lie within its first NEAR_BYTES, also of a stream's chunk */
    struct unkeyed_rule *unkeyed;
    uint32_t unkeyed_count, unkeyed_capacity;
};

enum { NEAR_BYTES = 64 }; /* most rules that inspect single packets want their literal there */

enum { GROUPS_MOST = 8 }; /* of one space: each port group compiles the rules for any port again */

/* The rules for one transport, direction and kind of inspection, split by the server's port. */
struct space {
    struct group groups[GROUPS_MOST]; /* 0: all ports that have no group of their own */
    uint16_t ports[GROUPS_MOST];
    uint32_t count;
};

struct header_space { /* of the packet's headers: one database for all literals */
    enum buffer_id buffer;
    struct database *database;
};

struct ruleset {
    atomic_uint users;
    struct rule_list *list;
    struct ruleset_stats stats;
    struct compiled_rule *rules;
    uint32_t count, database_count, header_count, space_count, space_capacity;
    uint32_t pattern_most, plan_spaces_most; /* of the largest database; of the largest plan */
    bool no_prefilter, has_stream;
    uint64_t payload_apps; /* 1 << enum app_proto: a rule about transactions looks at the raw stream too */
    struct ip_only *ip_only;
    struct space packets[CLASSES][DIRECTIONS]; /* TCP: what is inspected beside the stream */
    struct space streams[DIRECTIONS];
    struct header_space headers[BUFFER_COUNT];
    struct buffer_space *spaces;
    struct transaction_plan plans[APP_PROTO_COUNT][DIRECTIONS];
    struct lineage lineage;
    uint32_t *event_start, *event_rules; /* rules of event e: [start[e], start[e + 1]) */
};

#endif
