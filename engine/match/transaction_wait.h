/*
 * Rules that wait for more of a body: the rule needs a content that no byte of the body has brought so far,
 * so only new bytes are searched, for that content alone, until it is there.
 *
 * The flow's worker's own; used by transaction.c only.
 */
#ifndef SLUICE_MATCH_TRANSACTION_WAIT_H
#define SLUICE_MATCH_TRANSACTION_WAIT_H

#include "match/transaction_memory.h"

/* What chain_look said of a chain, as long as the rule is not through. */
struct tx_missing {
    const struct content *content; /* NULL: nothing that could be waited for */
    uint32_t chain;
};

/* After chain_look has said CHAIN_LATER: what is missing there, if it is a body's. */
void tx_missing_note(struct tx_missing *missing, const struct eval *eval, const struct rule *rule,
                     uint32_t chain);

/* The rule has been evaluated and goes on waiting: whether for that content is remembered with it. */
void tx_wait_begin(const struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                   const struct tx_missing *missing, struct tx_rule *rule);

/* Whether it goes on, the content being in none of the bytes that have come since. */
bool tx_wait_goes_on(struct matcher *m, const struct compiled_rule *compiled, const struct view *view,
                     struct tx_rule *rule);

#endif
