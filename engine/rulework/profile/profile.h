/*
 * What rules cost on captures: the replay's own pipeline, with a profile in each worker (match/profile.h),
 * added up. A report owns its rules and sums. One thread asks.
 */
#ifndef SLUICE_RULEWORK_PROFILE_H
#define SLUICE_RULEWORK_PROFILE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "match/profile.h"
#include "run/rules.h"

struct profile_config {
    struct settings *settings;
    const char *const *rule_paths, *const *captures;
    size_t rule_path_count, capture_count;
    unsigned workers;
    const struct log *log;
    rule_refused_fn refused; /* may be NULL */
    void *ctx;
    atomic_bool *stop;
};

enum profile_key { /* what the report is sorted by, the most first */
                   PROFILE_BY_CYCLES,
                   PROFILE_BY_AVERAGE, /* cycles a candidate */
                   PROFILE_BY_MOST,
                   PROFILE_BY_CANDIDATES,
                   PROFILE_BY_EVALUATIONS,
                   PROFILE_BY_MATCHES,
                   PROFILE_BY_BYTES,
                   PROFILE_KEYS
};

struct profile_report {
    struct loaded_rules rules;
    struct match_profile *sum;
    const struct rule_profile **list; /* those that were candidates, sorted */
    uint32_t count;
    uint64_t packets, bytes;                          /* of the captures */
    uint64_t candidates, evaluations, matches, ticks; /* of all rules */
    uint64_t lost;                                    /* evaluations not counted: memory was short */
    uint64_t run_ticks, run_ns;                       /* of the whole replay, rules loaded */
    unsigned workers;
};

/* 0, or a negative errno with *err; call profile_fini either way. */
int profile_rules(const struct profile_config *config, struct profile_report *out, struct err *err);
void profile_fini(struct profile_report *report);

/* Adds up the profiles of the workers of a run that is over, into a report without rules of its own (zeroed
 * before): sum, list and what is of all rules. 0 or -ENOMEM; call profile_fini either way. */
int profile_gather(struct profile_report *out, const struct match_profile *const *parts, unsigned count);

/* "cycles", "average", ...; NULL past the last. */
const char *profile_key_name(enum profile_key key);
void profile_sort(struct profile_report *report, enum profile_key key);

/* Cycles of the rule for a thousand packets of the captures: what a budget is about. */
uint64_t profile_load(const struct profile_report *report, const struct rule_profile *rule);

/* Of which rules something is printed, and how many of them. */
struct profile_choice {
    const uint32_t *sids; /* none: all */
    size_t sid_count;
    uint32_t most; /* 0: no limit */
};

bool profile_chosen(const struct profile_choice *choice, const struct rule_profile *rule);

/* A table, or for rules named by sid all that is known; one JSON document; lines "rule;buffer;option ticks"
 * for flame graphs. 0 or -ENOMEM. */
int profile_print_table(const struct profile_report *r, const struct profile_choice *c, struct buf *out);
int profile_print_details(const struct profile_report *r, const struct profile_choice *c, struct buf *out);
int profile_print_json(const struct profile_report *r, const struct profile_choice *c, struct buf *out);
int profile_print_folded(const struct profile_report *r, const struct profile_choice *c, struct buf *out);

#endif
