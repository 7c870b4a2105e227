/*
 * What alerts of a live run do: which flows and hosts they put into the block maps, for how long, and the
 * records that say so. The policy (verdict/policy.h) decides, this carries it out.
 *
 * live_verdict_judge is called in the threads of the workers, live_verdict_advance in the one that runs the
 * pipeline: one lock orders them, held for one block at a time. Nothing is locked for an alert that blocks
 * nothing.
 */
#ifndef SLUICE_RUN_LIVE_VERDICT_H
#define SLUICE_RUN_LIVE_VERDICT_H

#include <pthread.h>

#include "output/output.h"
#include "verdict/policy.h"

struct blocks;
struct log;
struct settings;

struct live_verdict_counters {             /* only uint64_t */
    uint64_t blocked_flows, blocked_hosts; /* put, or (dry run) would have been */
    uint64_t refreshed, expired, evicted;
    uint64_t refused_never, refused_rate, refused_full, refused_other, failed;
    uint64_t dropped_packets, dropped_bytes; /* by blocks that have gone */
};

struct live_verdict {
    const struct settings *settings; /* its policy may be exchanged between batches (live_policy.h) */
    const struct log *log;
    bool enforced;        /* the mode is one in which the kernel drops for real */
    pthread_mutex_t lock; /* of all below */
    struct blocks *blocks;
    struct policy_rate rate;
    uint64_t expired_ns;
    struct live_verdict_counters counters;
};

/* The addresses of this machine will not be blocked. 0 or a negative errno with *err. */
int live_verdict_init(struct live_verdict *verdict, struct settings *settings, const struct log *log,
                      struct err *err);
void live_verdict_fini(struct live_verdict *verdict);

/* 0, or a negative errno with *err. What the maps hold is taken over. */
int live_verdict_open(struct live_verdict *verdict, int flow_map, int host_map, struct err *err);

/* As worker_config.judge; ctx: struct live_verdict. */
struct judgement live_verdict_judge(void *ctx, const struct alert_record *alert, struct buf *text);

/* Once a second at most: what has expired goes, and its records into `text`. */
void live_verdict_advance(struct live_verdict *verdict, struct buf *text);

struct live_verdict_counters live_verdict_counters(struct live_verdict *verdict);

#endif
