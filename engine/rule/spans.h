/*
 * Sets of numbers as ranges: what lists of addresses and of ports are made of while they are parsed.
 * Zero-initialised is the empty set. The caller owns it and calls spans_fini; one thread.
 */
#ifndef SLUICE_RULE_SPANS_H
#define SLUICE_RULE_SPANS_H

#include <stdbool.h>
#include <stdint.h>

typedef unsigned __int128 wide;

struct span { /* both ends belong to it */
    wide from, to;
};

struct spans {
    struct span *list;
    uint32_t count, capacity;
};

/* Adds a range, in any order, overlapping or not. 0 or -ENOMEM. */
int spans_add(struct spans *spans, wide from, wide to);

/* Sorts, and joins what overlaps or touches. */
void spans_normalise(struct spans *spans);

/* Takes `other` out of `spans`; both must be normalised. 0 or -ENOMEM. */
int spans_subtract(struct spans *spans, const struct spans *other);

void spans_fini(struct spans *spans);

#endif
