/*
 * Flows in the order of (deadline, id): a heap of four children. A deadline that moves back costs nothing
 * until it is due, so that a packet does not touch the heap. One thread; owned by the flow table. Private to
 * engine/flow.
 */
#ifndef SLUICE_FLOW_TIMER_HEAP_H
#define SLUICE_FLOW_TIMER_HEAP_H

#include "flow/flow.h"

struct timer_entry {
    uint64_t deadline_ns; /* never after the flow's own */
    uint64_t id;
    struct flow *flow;
};

struct timer_heap { /* zero-initialised is empty */
    struct timer_entry *entries;
    uint32_t count, capacity;
};

/* Room for one more. 0 or -ENOMEM. */
int timer_heap_reserve(struct timer_heap *heap);

/* The flow's deadline is earlier than what the heap has (flow->timer_ns), or it is not in there yet. */
void timer_heap_earlier(struct timer_heap *heap, struct flow *flow);

/* The flow's deadline was set or changed. A flow that is not in the heap yet (all zero) goes in. */
static inline void timer_heap_update(struct timer_heap *heap, struct flow *flow)
{
    if (flow->deadline_ns < flow->timer_ns || !flow->timer_index)
        timer_heap_earlier(heap, flow);
}

void timer_heap_remove(struct timer_heap *heap, struct flow *flow);

/* The first flow whose deadline is at or before `now_ns`, which stays in; NULL when there is none. */
struct flow *timer_heap_due(struct timer_heap *heap, uint64_t now_ns);

/* Puts all in order, each with its flow's own deadline: the flow of the first entry is the first due. */
void timer_heap_sort(struct timer_heap *heap);

void timer_heap_fini(struct timer_heap *heap);

#endif
