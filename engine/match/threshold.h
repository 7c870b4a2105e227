/*
 * How matches are counted: the windows of threshold, detection_filter, rate_filter and backoff, without the
 * place where a count is kept (flow_memory.c, shared_state.c). Plain functions on the caller's data.
 */
#ifndef SLUICE_MATCH_THRESHOLD_H
#define SLUICE_MATCH_THRESHOLD_H

#include "rule/state_op.h"

struct threshold_count { /* zero-initialised: nothing counted yet */
    uint64_t start_ns;   /* of the window */
    uint64_t tripped_ns; /* rate_filter: since when its action holds; 0: it does not */
    uint64_t count;
    uint64_t next; /* backoff: the count that alerts next */
    bool used;
};

/*
 * Counts one match at `now_ns`. For a rate_filter: whether its action holds for this match; for all others:
 * whether this match may alert.
 */
bool threshold_count_match(const struct threshold *threshold, struct threshold_count *count, uint64_t now_ns);

/* Whether no match until `until_ns` can change the count in a way that shows: *yes is what each of them is
 * told. */
bool threshold_count_settled(const struct threshold *threshold, const struct threshold_count *count,
                             uint64_t until_ns, bool *yes);

/* When the count means no more than none at all. */
uint64_t threshold_count_expiry(const struct threshold *threshold, const struct threshold_count *count);

#endif
