/*
 * Which packets between two hosts each worker was given last: who asks for what only these can have changed
 * waits for them alone, and mostly for none (run/turn.h waits for all that comes before).
 *
 * A mark is the sequence of a packet. Pairs of hosts share marks by a hash, so that one may wait too long,
 * never too short. The thread that reads writes them, before it hands the batch over; workers read what has
 * been written of their own batch and of those before it, or later marks instead.
 */
#ifndef SLUICE_RUN_HOST_MARKS_H
#define SLUICE_RUN_HOST_MARKS_H

#include <stdatomic.h>
#include <stdint.h>

#include "packet/address.h"

enum { HOST_MARKS = 4096 }; /* of each worker */

struct host_marks {
    atomic_uint_fast64_t sequences[HOST_MARKS]; /* 0: none */
};

/* The same for either order. */
static inline unsigned host_marks_slot(const struct address *a, const struct address *b)
{
    uint64_t x = address_word(a, 0) ^ address_word(a, 8) * 3, y = address_word(b, 0) ^ address_word(b, 8) * 3;
    uint64_t less = x < y ? x : y, more = x < y ? y : x;
    uint64_t mixed = less * UINT64_C(0x9e3779b97f4a7c15) + more * UINT64_C(0xc2b2ae3d27d4eb4f);
    return (unsigned)(mixed >> 52);
}

static inline void host_marks_set(struct host_marks *marks, const struct address *a, const struct address *b,
                                  uint64_t sequence)
{
    atomic_store_explicit(&marks->sequences[host_marks_slot(a, b)], sequence, memory_order_relaxed);
}

static inline uint64_t host_marks_last(const struct host_marks *marks, const struct address *a,
                                       const struct address *b)
{
    return atomic_load_explicit(&marks->sequences[host_marks_slot(a, b)], memory_order_relaxed);
}

_Static_assert(HOST_MARKS == 1 << (64 - 52), "a slot is the highest 12 bits");

#endif
