/*
 * The records of a batch, found by several workers, in the one order that does not depend on how many there
 * are: by place, and within it as they were found. Also counts the alerts of each rule. One thread.
 */
#ifndef SLUICE_RUN_MERGE_H
#define SLUICE_RUN_MERGE_H

#include "run/batch.h"

struct rule_hits {
    const struct rule *rule;
    uint64_t alerts;
};

struct merger {
    struct merge_item *items;
    uint32_t count, capacity;
    struct rule_hits *hits; /* open addressing by the rule's address */
    uint32_t hit_count, hit_slots;
    uint64_t alerts;
};

/* Appends the batch's text to `out` (each record's line, in order). 0 or -ENOMEM. */
int merger_batch(struct merger *merger, const struct batch *batch, struct buf *out);
/* The rules go: what was counted for each is forgotten, the sum stays. */
void merger_forget_rules(struct merger *merger);
void merger_fini(struct merger *merger);

#endif
