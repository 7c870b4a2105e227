/*
 * A ring of pointers between exactly one producing and one consuming thread (SPSC).
 *
 * `head` is written by the producer with release and read by the consumer with acquire; `tail` the other
 * way round. ring_push and ring_pop never block: they say false when the ring is full or empty.
 */
#ifndef SLUICE_BASE_RING_H
#define SLUICE_BASE_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct ring {
    void **slots;
    size_t mask; /* number of slots - 1, a power of two less one */
    _Alignas(64) atomic_size_t head;
    _Alignas(64) atomic_size_t tail;
};

/* `slots` is rounded up to a power of two. 0 or -ENOMEM. */
int ring_init(struct ring *ring, size_t slots);
bool ring_push(struct ring *ring, void *item);
bool ring_pop(struct ring *ring, void **item);
void ring_fini(struct ring *ring);

#endif
