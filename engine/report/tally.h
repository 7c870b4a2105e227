/*
 * Things counted by a key of bytes: hosts, flows, rules, names. One thread; the owner calls tally_fini.
 *
 * The caller's item begins with a struct tally_key. At the cap new keys are refused and what was to be
 * counted for them is `lost`; those that are there go on being counted.
 */
#ifndef SLUICE_REPORT_TALLY_H
#define SLUICE_REPORT_TALLY_H

#include "base/slice.h"

enum { TALLY_KEY = 24 };

struct tally_key {
    uint8_t bytes[TALLY_KEY];
    uint8_t n;
};

struct tally {
    size_t item_size;
    uint32_t most;  /* keys */
    uint64_t seed;  /* of the hash: keys may be an attacker's choice */
    uint8_t *items; /* `count` of them; they move when one is added */
    uint32_t count, capacity;
    uint32_t *slots; /* index + 1 into items; open addressing */
    uint32_t slot_count;
    uint64_t lost;
};

/* The item of this key (TALLY_KEY bytes at the most), made of zeroes when it is new; good until the next
 * call. NULL at the cap, or without memory: counted in `lost`. */
void *tally_get(struct tally *tally, struct slice key);

static inline void *tally_item(const struct tally *tally, uint32_t index)
{
    return tally->items + (size_t)index * tally->item_size;
}

/* Adds all of another one's items by `add`, which is given the item here and the one there. */
void tally_merge(struct tally *into, const struct tally *from, void (*add)(void *into, void *from));

/* Orders the items; tally_get must not be called any more. */
void tally_sort(struct tally *tally, int (*compare)(const void *a, const void *b));

void tally_fini(struct tally *tally);

#endif
