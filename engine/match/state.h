/*
 * Memory that rules keep: bits and counters of a flow, bits of hosts and pairs of hosts, thresholds.
 *
 * A flow_memory belongs to its flow's worker. A shared_state is one for the whole engine, outlives rulesets
 * (all is keyed by names and sids), is capped, and locks itself; before a worker touches it, the matcher has
 * waited for its turn (see matcher.h), so that a replay gives the same answers for any number of workers.
 */
#ifndef SLUICE_MATCH_STATE_H
#define SLUICE_MATCH_STATE_H

#include "match/flow_variables.h"
#include "rule/rule.h"

struct flow_memory { /* zero-initialised is empty */
    struct flow_bit *bits;
    struct flow_counter *counters;
    struct threshold_entry *thresholds; /* track by_flow */
    struct flow_variables variables;
    uint64_t changed; /* the worker's number of the last change to bits or counters; 0: none */
    uint16_t bit_count, bit_capacity, counter_count, counter_capacity, threshold_count, threshold_capacity;
    uint32_t turn; /* bits and counters that were set, so far */
};

void flow_state_fini(struct flow_memory *state);

static inline bool flow_memory_holds(const struct flow_memory *flow)
{
    return flow->bit_count || flow->counter_count || flow->threshold_count || flow->variables.count;
}

struct shared_state_config {
    uint64_t seed;
    uint64_t memory; /* bytes; 0: 64 MiB. Past it the entry that expires soonest gives way, counted */
};

struct shared_state_counters {
    uint64_t host_bits, pairs, thresholds, evicted, no_memory;
};

struct shared_state;

struct shared_state *shared_state_new(const struct shared_state_config *config);
void shared_state_free(struct shared_state *state);
void shared_state_counters(struct shared_state *state, struct shared_state_counters *out);

/* Whether a test (VERB_ISSET ... VERB_GREATER) holds now. A view without a flow: flow stores hold nothing. */
bool state_holds(const struct state_op *op, struct flow_memory *flow, struct shared_state *shared,
                 const struct view *view);

/* Makes a change (VERB_SET ...). What memory refuses is counted and left undone. */
void state_change(const struct state_op *op, struct flow_memory *flow, struct shared_state *shared,
                  const struct view *view);

enum threshold_verdict {
    THRESHOLD_ALERT,  /* go ahead */
    THRESHOLD_SILENT, /* the rule matched and its changes hold, but no alert is written; a pass does not pass
                       */
    THRESHOLD_WAITS,  /* silent, and a drop does not drop yet: not as often as it takes */
};

/*
 * Whether a match is told without a turn: nothing that packets up to `until_ns` do can change what
 * threshold_check would say, which is in *verdict then, and it would change nothing itself.
 */
bool threshold_settled(const struct rule *rule, struct shared_state *shared, const struct view *view,
                       uint64_t until_ns, enum threshold_verdict *verdict);

/* Counts this match. *action is the rule's action, replaced by a rate_filter where one has tripped. */
enum threshold_verdict threshold_check(const struct rule *rule, struct flow_memory *flow,
                                       struct shared_state *shared, const struct view *view,
                                       enum rule_action *action);

#endif
