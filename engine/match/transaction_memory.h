/*
 * What matching remembers of one transaction: by direction the rules that were evaluated, and which buffers
 * need no further scan.
 *
 * Hangs on tx->match_state, names rules by their ids (lineage.h) and so may outlive its ruleset. The flow's
 * worker's own; used by transaction.c only.
 */
#ifndef SLUICE_MATCH_TRANSACTION_MEMORY_H
#define SLUICE_MATCH_TRANSACTION_MEMORY_H

#include "match/worker.h"

struct app_tx;

struct content;

/* A content that a body has not had so far: without it there is nothing to evaluate (transaction_wait.h). */
struct tx_wait {
    const struct content *content; /* of the rule in that ruleset; NULL: not known to wait for one */
    uint32_t generation;           /* of the ruleset */
    uint32_t chain;
    uint64_t searched_to; /* offset in the body; TX_WAIT_FOR_EVER: it cannot come any more */
};

#define TX_WAIT_FOR_EVER UINT64_MAX

struct tx_rule { /* a rule that was evaluated */
    uint32_t id;
    bool through;      /* it has fired, or never will */
    bool unfit;        /* its literal is in a body's window, and the flow was not yet as it asks */
    bool fired;        /* it has matched, and goes on for the files to come (filestore) */
    uint16_t files;    /* ... of which it has seen so many */
    uint64_t unfit_at; /* flow_memory.changed where it is unfit by the flow's bits or counters; RULE_MAY_FIT:
                          by what else a packet may bring */
    uint64_t matched;  /* by chain */
    struct tx_wait wait;
};

#define RULE_MAY_FIT UINT64_MAX

struct tx_side {
    struct tx_rule *rules; /* by id, ascending */
    uint32_t count, capacity;
    uint8_t stage;      /* at which it was when the rules looked last */
    bool stages_done;   /* the rules have looked at it in its last stage */
    bool wants_payload; /* some rule waits for bytes of the raw stream */
    bool met;           /* the rules have looked at it */
    uint32_t chunk;     /* stream_scan.chunks when its payload was last scanned for literals; 0: never */
};

struct transaction_match {
    struct transaction_match *next; /* among the spare ones */
    uint32_t generation;            /* of the ruleset that `scanned` is about */
    enum app_proto proto;           /* ... and the protocol whose plan it is */
    bool looked[DIRECTIONS];        /* ... whose rules have looked: a body is scanned from there on */
    struct tx_side sides[DIRECTIONS];
    uint64_t scanned[]; /* by direction and space of the plan: no more instances will come */
};

/* Of one direction, in transaction_match.scanned. */
static inline uint32_t transaction_scanned_words(const struct matcher *m)
{
    return m->ruleset->plan_spaces_most / 64 + 1;
}

/* The transaction's, made when there is none, and of the present ruleset; NULL (counted) when memory is
 * short. */
struct transaction_match *transaction_match_get(struct matcher *m, struct app_tx *tx, enum app_proto proto);

/* The record of a rule; NULL without one. Good until the next is added. */
struct tx_rule *tx_rule_find(const struct tx_side *side, uint32_t id);
struct tx_rule *tx_rule_add(struct matcher *m, struct tx_side *side,
                            uint32_t id); /* NULL (counted): no memory */

#endif
