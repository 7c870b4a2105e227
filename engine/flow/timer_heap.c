#include "flow/timer_heap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* Four, since each step on the way touches a flow: half as many as with two. */
enum { CHILDREN = 4 };

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
        uint32_t parent = (at - 1) / CHILDREN;
        if (!before(&entry, &heap->entries[parent]))
            break;
        place(heap, at, heap->entries[parent]);
        at = parent;
    }
    place(heap, at, entry);
}

/* The earliest of the children from `first` on. */
static uint32_t earliest(const struct timer_heap *heap, uint32_t first)
{
    uint32_t least = first;
    uint32_t end = first + CHILDREN < heap->count ? first + CHILDREN : heap->count;
    for (uint32_t child = first + 1; child < end; child++)
        if (before(&heap->entries[child], &heap->entries[least]))
            least = child;
    return least;
}

static void sift_down(struct timer_heap *heap, uint32_t at, struct timer_entry entry)
{
    for (uint32_t child; (child = at * CHILDREN + 1) < heap->count;) {
        child = earliest(heap, child);
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

void timer_heap_earlier(struct timer_heap *heap, struct flow *flow)
{
    struct timer_entry entry = {.deadline_ns = flow->deadline_ns, .id = flow->id, .flow = flow};
    flow->timer_ns = flow->deadline_ns;
    assert(flow->timer_index || heap->count < heap->capacity);
    sift_up(heap, flow->timer_index ? flow->timer_index - 1 : heap->count++, entry);
}

void timer_heap_remove(struct timer_heap *heap, struct flow *flow)
{
    uint32_t at = flow->timer_index - 1;
    flow->timer_index = 0;
    struct timer_entry last = heap->entries[--heap->count];
    if (at == heap->count)
        return;
    if (at > 0 && before(&last, &heap->entries[(at - 1) / CHILDREN]))
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
        first.deadline_ns = first.flow->timer_ns = first.flow->deadline_ns;
        sift_down(heap, 0, first);
    }
    return NULL;
}

static int by_deadline(const void *a, const void *b)
{
    return before(a, b) ? -1 : before(b, a);
}

void timer_heap_sort(struct timer_heap *heap)
{
    enum { AHEAD = 8 };
    for (uint32_t i = 0; i < heap->count; i++) {
        if (i + AHEAD < heap->count)
            __builtin_prefetch(&heap->entries[i + AHEAD].flow->deadline_ns);
        heap->entries[i].deadline_ns = heap->entries[i].flow->deadline_ns;
    }
    if (heap->count)
        qsort(heap->entries, heap->count, sizeof *heap->entries, by_deadline);
}

void timer_heap_fini(struct timer_heap *heap)
{
    free(heap->entries);
    *heap = (struct timer_heap){0};
}
