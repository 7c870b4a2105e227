/*
 * The rules of a run that were left out: how many for which reason, and the first of those that are wrong as
 * a person wants to read them. Owns its texts. One thread at a time.
 */
#ifndef SLUICE_REPORT_REFUSALS_H
#define SLUICE_REPORT_REFUSALS_H

#include <stddef.h>

#include "sluice.h"

enum { REFUSALS_SHOWN = 100 };

struct refusal_reason {
    char *text;
    unsigned long count;
    bool unsupported; /* the rules are right, but need what is not built */
};

struct refusals {
    unsigned long wrong, unsupported; /* rules */
    struct refusal_reason *reasons;
    size_t reason_count, reason_capacity;
    char *shown[REFUSALS_SHOWN]; /* reports (sluice_refusal.report) of wrong rules */
    size_t shown_count;
};

void refusals_add(struct refusals *refusals, const struct sluice_refusal *refusal);

/* Orders the reasons, the most frequent first. */
void refusals_sort(struct refusals *refusals);
void refusals_fini(struct refusals *refusals);

#endif
