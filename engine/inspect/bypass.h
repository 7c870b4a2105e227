/*
 * Flows that have been seen enough of: past their depth, encrypted, by the keyword `bypass`, or large. Where
 * there is a kernel that can let their packets by, it is asked to, and what went by is read back into the
 * flow when it times out or ends: a flow record has all bytes. The inspector's own; its thread.
 */
#ifndef SLUICE_INSPECT_BYPASS_H
#define SLUICE_INSPECT_BYPASS_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/direction.h"

struct flow;

struct bypass_counts { /* what went by without us */
    uint64_t packets[DIRECTIONS], bytes[DIRECTIONS];
    uint64_t last_ns; /* by the capture's clock; 0: nothing */
};

/* How the kernel is told. Any thread may call. */
struct bypass_ops {
    /* Lets the flow's packets by from here on: false when it cannot. What is there already stays. */
    bool (*begin)(void *ctx, const struct flow *flow);
    /* No longer, and what went by: false when it had stopped before (there was no room for all). */
    bool (*take)(void *ctx, const struct flow *flow, struct bypass_counts *counts);
    void *ctx;
    uint64_t elephant_bytes; /* flows of so many bytes too; 0: none for its size */
};

struct bypass_counters {                                /* only uint64_t */
    uint64_t flows, closed, refused, lost;              /* lost: no longer there when read back */
    uint64_t encrypted, past_depth, by_rule, elephants; /* why, of `flows` */
    uint64_t packets, bytes;                            /* read back */
    uint64_t local_packets, local_bytes;                /* of bypassed flows, that came to us all the same */
};

enum bypass_reason { BYPASS_NO, BYPASS_ENCRYPTED, BYPASS_PAST_DEPTH, BYPASS_BY_RULE, BYPASS_ELEPHANT };

/* Why the flow may be let by now, or BYPASS_NO. */
enum bypass_reason bypass_reason(const struct bypass_ops *ops, const struct flow *flow, bool encrypted);

/* True when the kernel has taken it. */
bool bypass_begin(const struct bypass_ops *ops, struct bypass_counters *counters, struct flow *flow,
                  enum bypass_reason reason, uint64_t now_ns);

/* A packet of a bypassed flow that came to us: one that was on its way, or there is no room for the flow in
 * the kernel any more; then it is asked again. */
void bypass_packet(const struct bypass_ops *ops, struct bypass_counters *counters, struct flow *flow,
                   uint64_t time_ns, uint64_t bytes);

/* Adds what went by to the flow. True when something did. */
bool bypass_take(const struct bypass_ops *ops, struct bypass_counters *counters, struct flow *flow);

#endif
