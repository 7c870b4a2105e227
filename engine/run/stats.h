/* The counters of a run, summed over its workers, as the named values of a stats record. */
#ifndef SLUICE_RUN_STATS_H
#define SLUICE_RUN_STATS_H

#include "app/file/file_store.h"
#include "inspect/bypass.h"
#include "inspect/inspect.h"
#include "match/state.h"
#include "output/output.h"
#include "packet/decode.h"

struct run_counters {
    struct decode_counters decode;
    struct inspect_counters inspect;
    struct flow_counters flow;
    struct bypass_counters bypass;
    struct tcp_counters tcp;
    struct app_counters app;
    struct matcher_counters matcher;
    struct shared_state_counters shared;
    struct file_store_counts file_store, tls_store;
    uint64_t rules, rules_refused;
};

void run_counters_add(struct run_counters *sum, const struct inspector *inspector);

enum { RUN_STATS = 112 };

/* Fills at most RUN_STATS values; returns how many. */
unsigned run_stats(const struct run_counters *counters, struct stat_value *stats);

/* How often a cap was hit: where it is not 0, alerts may be missing, or depend on the number of threads. */
uint64_t run_caps_hit(const struct run_counters *counters);

#endif
