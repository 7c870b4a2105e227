/*
 * One look of a rule at a transaction: its chains, those of buffers and those of the stream beside them.
 *
 * The flow's worker's own; used by transaction.c only.
 */
#ifndef SLUICE_MATCH_TRANSACTION_LOOK_H
#define SLUICE_MATCH_TRANSACTION_LOOK_H

#include "match/transaction_wait.h"

struct tx_look {
    uint64_t matched;          /* bits: the chains that have matched, in earlier looks, too */
    bool over;                 /* the transaction is complete in this direction */
    bool stream_remembered;    /* an earlier chunk counts for a rule that is named by the stream */
    bool wants_payload;        /* out: it waits for a chunk of the stream */
    struct tx_missing missing; /* out: what else it waits for */
};

/* CHAIN_YES: the rule matches; CHAIN_LATER: it may, with what is to come. */
enum chain_result tx_look_chains(struct matcher *m, const struct compiled_rule *compiled,
                                 const struct view *view, struct tx_look *look);

#endif
