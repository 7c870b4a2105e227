/*
 * Whose turn it is to touch state that all flows share, so that a replay gives the same answers for any
 * number of workers: each publishes how far it has come, and whoever wants to touch such state waits until
 * all others have passed every lower place.
 *
 * A place orders everything that happens in a run: the packets by `sequence`; then, at the end of a batch
 * (which has a sequence of its own), the flows that end there by their deadline and id. Each slot is written
 * by its worker (release) and read by the others (acquire, in turn_wait_for).
 */
#ifndef SLUICE_RUN_TURN_H
#define SLUICE_RUN_TURN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct place {
    uint64_t sequence, deadline, id;
};

struct turn_slot {
    _Alignas(64) atomic_uint_fast64_t sequence;
    atomic_uint_fast64_t deadline, id;
};

/* <0, 0, >0 */
int place_compare(const struct place *a, const struct place *b);

/* The worker of this slot has come to `place`, and is done with all lower ones. Places only grow. */
void turn_publish(struct turn_slot *slot, const struct place *place);

/* What a thread does while it waits for a slot: something useful, or false. */
struct turn_pastime {
    bool (*pass)(void *ctx, unsigned slot, const struct place *place); /* NULL: nothing */
    void *ctx;
};

/* Returns once slots[slot] is at or past `place`. */
void turn_wait_for(struct turn_slot *slots, unsigned slot, const struct place *place,
                   const struct turn_pastime *pastime);

#endif
