#include "run/turn.h"

#include <sched.h>
#include <time.h>

enum {
    SPINS = 200,     /* looks before the processor is given to somebody else */
    YIELDS = 20,     /* and before we sleep: the worker waited for may not be running at all */
    SLEEP_NS = 20000 /* far below what a batch takes */
};

int place_compare(const struct place *a, const struct place *b)
{
    if (a->sequence != b->sequence)
        return a->sequence < b->sequence ? -1 : 1;
    if (a->deadline != b->deadline)
        return a->deadline < b->deadline ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/*
 * The three words are not written as one. The lower ones are set to 0 before a higher one grows, and a reader
 * loads the higher ones first: so it never sees a place above the one that the worker has reached.
 */
void turn_publish(struct turn_slot *slot, const struct place *place)
{
    uint64_t sequence = atomic_load_explicit(&slot->sequence, memory_order_relaxed);
    uint64_t deadline = atomic_load_explicit(&slot->deadline, memory_order_relaxed);
    if (sequence != place->sequence || deadline != place->deadline)
        atomic_store_explicit(&slot->id, 0, memory_order_release);
    if (sequence != place->sequence)
        atomic_store_explicit(&slot->deadline, 0, memory_order_release);
    atomic_store_explicit(&slot->sequence, place->sequence, memory_order_release);
    atomic_store_explicit(&slot->deadline, place->deadline, memory_order_release);
    atomic_store_explicit(&slot->id, place->id, memory_order_release);
}

static int passed(struct turn_slot *slot, const struct place *place)
{
    struct place at;
    at.sequence = atomic_load_explicit(&slot->sequence, memory_order_acquire);
    at.deadline = atomic_load_explicit(&slot->deadline, memory_order_acquire);
    at.id = atomic_load_explicit(&slot->id, memory_order_acquire);
    return place_compare(&at, place) >= 0;
}

static void be_patient(unsigned looks)
{
    if (looks < SPINS)
        return;
    if (looks < SPINS + YIELDS)
        sched_yield();
    else
        nanosleep(&(struct timespec){.tv_nsec = SLEEP_NS}, NULL);
}

void turn_wait_for(struct turn_slot *slot, const struct place *place)
{
    for (unsigned looks = 0; !passed(slot, place); looks += looks < SPINS + YIELDS)
        be_patient(looks);
}

void turn_wait(struct turn_slot *slots, unsigned count, unsigned own, const struct place *place)
{
    for (unsigned i = 0; i < count; i++)
        if (i != own)
            turn_wait_for(&slots[i], place);
}
