#include "run/turn.h"

#include <sched.h>
#include <time.h>

enum {
    SPINS = 4096,    /* looks before the processor is given to somebody else: some 0.1 ms, as most waits are
                        shorter */
    ASKING = 256,    /* of these, from one question for a pastime to the next */
    YIELDS = 20,     /* looks before we sleep: the worker waited for may not be running at all */
    DOUBLINGS = 4,   /* ... for longer each time */
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

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void be_patient(unsigned looks)
{
    if (looks < SPINS)
        pause_briefly();
    else if (looks < SPINS + YIELDS)
        sched_yield();
    else
        nanosleep(&(struct timespec){.tv_nsec = (long)SLEEP_NS << (looks - SPINS - YIELDS)}, NULL);
}

/* Asked for at once, and then from time to time: somebody may have put down what was taken. */
static bool passes_time(const struct turn_pastime *pastime, unsigned slot, const struct place *place,
                        unsigned looks)
{
    return pastime->pass && (looks % ASKING == 0 || looks >= SPINS) &&
           pastime->pass(pastime->ctx, slot, place);
}

void turn_wait_for(struct turn_slot *slots, unsigned slot, const struct place *place,
                   const struct turn_pastime *pastime)
{
    unsigned looks = 0;
    while (!passed(&slots[slot], place)) {
        if (passes_time(pastime, slot, place, looks)) {
            looks = 0;
            continue;
        }
        be_patient(looks);
        looks += looks < SPINS + YIELDS + DOUBLINGS;
    }
}
