/*
 * The stats records of a live run: the counters of the pipeline, of the XDP program on each interface, and of
 * verdicts, every so many seconds and at the end. One thread: the one that runs the pipeline.
 */
#ifndef SLUICE_RUN_LIVE_STATS_H
#define SLUICE_RUN_LIVE_STATS_H

#include "base/buf.h"
#include "base/err.h"

struct input;
struct live_verdict;
struct pins;
struct pipeline;
struct shared_state;
struct sink;
struct stat_value;

enum { LIVE_STATS_PORTS = 64 };

struct live_stats {
    bool wanted;
    uint64_t interval_ns, started_ns, next_ns; /* CLOCK_MONOTONIC */
    int maps[LIVE_STATS_PORTS];                /* the counters of each interface */
    unsigned count;
};

struct live_stats_sources {
    const struct input *input;
    struct pipeline *pipeline;
    unsigned workers;
    struct shared_state *shared;
    struct live_verdict *verdict;
    const struct sink *sink;
    uint64_t rules, rules_refused;
};

enum { LIVE_STATS_MOST = 144 };

/* interval_s 0: only at the end. */
void live_stats_init(struct live_stats *stats, bool wanted, uint32_t interval_s);
void live_stats_fini(struct live_stats *stats);

/* The counters of the program on an interface. 0 or a negative errno with *err. */
int live_stats_add_port(struct live_stats *stats, const struct pins *pins, unsigned ifindex, struct err *err);

/* Whether the next record is due; false when none is wanted. */
bool live_stats_due(struct live_stats *stats);

/* All counters but those of the XDP program, LIVE_STATS_MOST at most; returns how many. Nothing may be in
 * flight. */
unsigned live_stats_list(const struct live_stats_sources *from, struct stat_value *list);

/* Appends a record. Nothing may be in flight in the pipeline. 0 or -ENOMEM. */
int live_stats_write(const struct live_stats *stats, const struct live_stats_sources *from, struct buf *text);

#endif
