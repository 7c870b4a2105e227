/*
 * Which buffers are scanned, and which rules looked at, in the transactions of each protocol and direction.
 * Made while a ruleset is built; const from then on.
 */
#ifndef SLUICE_MATCH_TRANSACTION_PLAN_H
#define SLUICE_MATCH_TRANSACTION_PLAN_H

#include "base/buffer_id.h"
#include "flow/direction.h"

struct chain;
struct database;
struct ruleset;

/* A buffer of the application layer in one direction, as some transforms leave it: one database. */
struct buffer_space {
    enum buffer_id buffer;
    enum direction direction;
    bool whole; /* it has one instance */
    bool twin;  /* there may be a buffer that mostly holds the same bytes: one scan is for both */
    const struct chain *like;  /* whose transforms apply */
    uint32_t literals_in;      /* the space whose database has its literals: this one, or its twin's */
    struct database *database; /* NULL: see there */
};

/* What is looked at in the transactions of one protocol and direction. */
struct transaction_plan {
    uint32_t *spaces;  /* indices into ruleset->spaces */
    uint32_t *unkeyed; /* rules without a literal */
    uint32_t space_count, space_capacity, unkeyed_count, unkeyed_capacity;
    uint32_t payload; /* 1 + the index of the space of literals in the raw stream; 0: none */
    bool stages;      /* some rule is about a stage: it is looked at with every packet */
};

/* 0 or -ENOMEM. The databases are made, but not compiled. */
int transaction_plans_build(struct ruleset *ruleset);
void transaction_plans_free(struct ruleset *ruleset);

#endif
