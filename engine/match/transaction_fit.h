/*
 * Whether a rule about transactions fits the packet and its flow, and which of those that do not are asked
 * again. The flow's worker's own; used by transaction.c only.
 */
#ifndef SLUICE_MATCH_TRANSACTION_FIT_H
#define SLUICE_MATCH_TRANSACTION_FIT_H

#include "match/transaction_memory.h"

struct compiled_rule;
struct view;

/* When the bits and counters of its flow were changed last. */
uint64_t tx_flow_state(const struct view *view);

/* False: it is still as unfit as it was, by what the flow has in `state` (tx_flow_state). */
static inline bool tx_rule_may_fit(const struct tx_rule *known, uint64_t state)
{
    return !known->unfit || known->unfit_at != state;
}

/*
 * Whether the rule is to be evaluated: it fits the packet and its flow, and was not done with. `known`: its
 * record of that side, NULL without one; `over`: no more of the transaction will come.
 */
bool tx_rule_asks(struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                  struct tx_side *side, struct tx_rule *known, bool over);

#endif
