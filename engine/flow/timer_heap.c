#include "flow/timer_heap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* flow->timer_index counts from 1, so that a new flow, all zero, is known not to be in the heap. */

static bool before(const struct timer_entry *a, const struct timer_entry *b)
{
    return a->deadline_ns != b->deadline_ns ? a->deadline_ns < b->deadline_ns : a->id < b->id;
}

static void place(struct timer_heap *heap, uint32_t at, struct timer_entry entry)
{
    heap->entries[at] = entry;
    entry.flow->timer_index = at + 1;
}

static void sift_up(struct timer_heap *heap, uint32_t at, struct timer_entry entry)
{
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (!before(&entry, &heap->entries[parent]))
            break;
        place(heap, at, heap->entries[parent]);
        at = parent;
    }
    place(heap, at, entry);
}

static void sift_down(struct timer_heap *heap, uint32_t at, struct timer_entry entry)
{
    for (uint32_t child; (child = at * 2 + 1) < heap->count;) {
        if (child + 1 < heap->count && before(&heap->entries[child + 1], &heap->entries[child]))
            child++;
        if (!before(&heap->entries[child], &entry))
            break;
        place(heap, at, heap->entries[child]);
        at = child;
    }
    place(heap, at, entry);
}

int timer_heap_reserve(struct timer_heap *heap)
{
    if (heap->count < heap->capacity)
        return 0;
    uint32_t capacity = heap->capacity ? heap->capacity * 2 : 1024;
    struct timer_entry *entries = realloc(heap->entries, capacity * sizeof *entries);
    if (!entries)
        return -ENOMEM;
    heap->entries = entries;
    heap->capacity = capacity;
    return 0;
}

void timer_heap_update(struct timer_heap *heap, struct flow *flow)
{
    struct timer_entry entry = {.deadline_ns = flow->deadline_ns, .id = flow->id, .flow = flow};
    if (flow->timer_index == 0) {
        assert(heap->count < heap->capacity);
        sift_up(heap, heap->count++, entry);
    } else if (entry.deadline_ns < heap->entries[flow->timer_index - 1].deadline_ns) {
        sift_up(heap, flow->timer_index - 1, entry);
    }
}

void timer_heap_remove(struct timer_heap *heap, struct flow *flow)
{
    uint32_t at = flow->timer_index - 1;
    flow->timer_index = 0;
    struct timer_entry last = heap->entries[--heap->count];
    if (at == heap->count)
        return;
    if (at > 0 && before(&last, &heap->entries[(at - 1) / 2]))
        sift_up(heap, at, last);
    else
        sift_down(heap, at, last);
}

struct flow *timer_heap_due(struct timer_heap *heap, uint64_t now_ns)
{
    while (heap->count > 0 && heap->entries[0].deadline_ns <= now_ns) {
        struct timer_entry first = heap->entries[0];
        if (first.flow->deadline_ns == first.deadline_ns)
            return first.flow;
        first.deadline_ns = first.flow->deadline_ns;
        sift_down(heap, 0, first);
    }
    return NULL;
}

void timer_heap_fini(struct timer_heap *heap)
{
    free(heap->entries);
    *heap = (struct timer_heap){0};
}
