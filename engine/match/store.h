/*
 * Inside state.h: where bits, counters and counts are kept. flow_memory.c keeps what belongs to one flow in
 * small sorted arrays; shared_state.c keeps what belongs to hosts, pairs of hosts and rules in one hash
 * table.
 */
#ifndef SLUICE_MATCH_STORE_H
#define SLUICE_MATCH_STORE_H

#include "match/state.h"
#include "match/state_names.h"
#include "match/threshold.h"

#define SECOND_NS UINT64_C(1000000000)

enum { FLOW_MEMORY_MOST = 4096 }; /* of bits, counters and counts each, in one flow */

bool flow_memory_has_bit(const struct flow_memory *flow, uint64_t key);
/* 0, or -ENOMEM: no memory, or the cap. */
int flow_memory_set_bit(struct flow_memory *flow, uint64_t key);
void flow_memory_unset_bit(struct flow_memory *flow, uint64_t key);

/* NULL when it has no value. */
const uint32_t *flow_memory_counter(const struct flow_memory *flow, uint64_t key);
int flow_memory_set_counter(struct flow_memory *flow, uint64_t key, uint32_t value);

/* state_names.h: flow_notes, not yet in order. */
unsigned flow_memory_notes(const struct flow_memory *flow, bool counters, struct flow_note *notes,
                           unsigned most);

/* The count, made when there is none; NULL when memory is short or the cap is reached. */
struct threshold_count *flow_memory_count(struct flow_memory *flow, const struct threshold *threshold,
                                          uint64_t rule);

/* Bits of hosts and pairs. */
bool shared_state_has_bit(struct shared_state *state, const struct state_op *op, const struct view *view);
void shared_state_change_bit(struct shared_state *state, const struct state_op *op, const struct view *view);

/* threshold_count_match on the count of a host, a pair or a rule. One that is settled is left alone. */
bool shared_state_count(struct shared_state *state, const struct threshold *threshold, uint64_t rule,
                        const struct view *view);

/* threshold_count_settled on it, as long as no cap could take it away meanwhile. */
bool shared_state_settled(struct shared_state *state, const struct threshold *threshold, uint64_t rule,
                          const struct view *view, uint64_t until_ns, bool *yes);

/* Something of a flow could not be kept. `state` may be NULL. */
void shared_state_count_refused(struct shared_state *state);

#endif
