/*
 * One worker's flows: found by tuple, ended by time.
 *
 * Keyed by addresses, ports, protocol, VLAN ids and tunnel depth, hashed with a secret seed; chains are
 * bounded by growing the table up to its cap. Time is the packets' own: a packet that comes after the
 * deadline of its flow ends that flow and opens another; the others end when flow_table_advance passes
 * their deadline. One thread. The `ended` callback sees each flow once, before it is freed.
 */
#ifndef SLUICE_FLOW_TABLE_H
#define SLUICE_FLOW_TABLE_H

#include "flow/flow.h"

struct flow_timeouts { /* seconds */
    uint32_t fresh, established, closed, bypassed;
};

struct flow_table_config {
    uint64_t seed;       /* of flow ids */
    uint32_t most_flows; /* cap; 0: 400,000 (250 MB with their sessions). Past it the one idle longest goes
                            (to within 17 ms) */
    struct flow_timeouts tcp, udp, icmp, other; /* all zero: Suricata's defaults */
    bool ignore_vlan;
    void (*ended)(void *ctx, struct flow *flow); /* frees what the upper layers hung on the flow */
    /* A bypassed flow is due: true when packets of it have passed meanwhile (last_ns says when), so that it
     * lives on. May be NULL. */
    bool (*passed)(void *ctx, struct flow *flow);
    /* A flow that was FLOW_AWAKE has sent nothing for `idle_s` seconds; called once, the flag is gone. */
    void (*idle)(void *ctx, struct flow *flow);
    uint32_t idle_s; /* 0: no flow is called idle */
    void (*fetch)(
        const struct flow *flow); /* `ended` comes soon: into the cache with what hangs on it; NULL */
    void *ctx;
};

struct flow_counters {
    uint64_t created, timed_out, forced, evicted, reused, no_memory, icmp_attached;
    uint64_t active, most_active; /* gauges */
};

struct flow_table;

/* Fills in Suricata 8's default timeouts. */
void flow_timeouts_default(struct flow_table_config *config);
/* Whether all are zero. */
bool flow_timeouts_missing(const struct flow_table_config *config);

struct flow_table *flow_table_new(const struct flow_table_config *config);

/* Frees without calling `ended` for what is left: call flow_table_end_all before. */
void flow_table_free(struct flow_table *table);

/*
 * The flow of a packet, made when there is none yet. An ICMPv4 "unreachable" is given the flow that it
 * quotes; when that is not known it has none, nor have other ICMPv4 errors (as in Suricata). Counts the
 * packet and sets *direction. NULL for what has no flow (fragments, ARP, invalid packets) and when memory is
 * short (counted). An older flow of the tuple that this packet ends (timeout, or a SYN on a closed TCP
 * connection) is handed to `ended` first.
 */
struct flow *flow_table_packet(struct flow_table *table, const struct packet *packet,
                               enum direction *direction);

/*
 * Ahead of flow_table_packet, for a packet that comes soon: fetches its place in the table, and later the
 * flow that is there most likely, into the processor's cache. flow_table_first is that flow, or NULL. None of
 * them changes anything.
 */
void flow_table_prefetch(const struct flow_table *table, const struct packet *packet);
void flow_table_prefetch_flow(const struct flow_table *table, const struct packet *packet);
const struct flow *flow_table_first(const struct flow_table *table, const struct packet *packet);

/* After the packet was handled: sets the state and the deadline that follow from it. */
void flow_table_update(struct flow_table *table, struct flow *flow, enum flow_state state);

/* Ends every flow whose deadline is at or before `now_ns`, in the order of (deadline, id); among them `idle`
 * is told of those that have fallen silent. */
void flow_table_advance(struct flow_table *table, uint64_t now_ns);

/* Ends all that are left, in the order of (deadline, id): the end of a replay. */
void flow_table_end_all(struct flow_table *table);

/* All that are alive, the one idle longest first. */
void flow_table_each(const struct flow_table *table, void (*visit)(void *ctx, const struct flow *flow),
                     void *ctx);

const struct flow_counters *flow_table_counters(const struct flow_table *table);

#endif
