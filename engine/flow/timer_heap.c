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

static void sort_some(struct timer_entry *entries, uint32_t count)
{
    if (count > 1)
        qsort(entries, count, sizeof *entries, by_deadline);
}

enum { DIGIT = 11, DIGITS = 1 << DIGIT, FEW = 256 /* are sorted by comparing */ };

/* In the order of one digit of the deadlines' distance from `least`, else as they were. */
static void sort_digit(const struct timer_entry *from, struct timer_entry *to, uint32_t count, uint64_t least,
                       unsigned shift)
{
    uint32_t at[DIGITS] = {0};
    for (uint32_t i = 0; i < count; i++)
        at[(from[i].deadline_ns - least) >> shift & (DIGITS - 1)]++;
    for (uint32_t digit = 0, sum = 0; digit < DIGITS; digit++) {
        uint32_t of_it = at[digit];
        at[digit] = sum;
        sum += of_it;
    }
    for (uint32_t i = 0; i < count; i++)
        to[at[(from[i].deadline_ns - least) >> shift & (DIGITS - 1)]++] = from[i];
}

/* Those with the same deadline, by id. */
static void sort_ties(struct timer_entry *entries, uint32_t count)
{
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && entries[end].deadline_ns == entries[i].deadline_ns;)
            end++;
        sort_some(&entries[i], end - i);
    }
}

/* Digit by digit, the last one first: as much for each entry whatever their number. */
static void sort_many(struct timer_heap *heap, uint64_t least, uint64_t span)
{
    struct timer_entry *other = malloc(heap->count * sizeof *other);
    if (!other) {
        sort_some(heap->entries, heap->count);
        return;
    }
    for (unsigned shift = 0; shift < 64 && span >> shift; shift += DIGIT) {
        struct timer_entry *sorted = other;
        sort_digit(heap->entries, sorted, heap->count, least, shift);
        other = heap->entries;
        heap->entries = sorted;
    }
    free(other);
    heap->capacity = heap->count;
    sort_ties(heap->entries, heap->count);
}

void timer_heap_sort(struct timer_heap *heap)
{
    enum { AHEAD = 8 };
    uint64_t least = UINT64_MAX, most = 0;
    for (uint32_t i = 0; i < heap->count; i++) {
        if (i + AHEAD < heap->count)
            __builtin_prefetch(&heap->entries[i + AHEAD].flow->deadline_ns);
        uint64_t deadline_ns = heap->entries[i].flow->deadline_ns;
        heap->entries[i].deadline_ns = deadline_ns;
        least = deadline_ns < least ? deadline_ns : least;
        most = deadline_ns > most ? deadline_ns : most;
    }
    if (heap->count > FEW)
        sort_many(heap, least, most - least);
    else
        sort_some(heap->entries, heap->count);
}

void timer_heap_fini(struct timer_heap *heap)
{
    free(heap->entries);
    *heap = (struct timer_heap){0};
}
