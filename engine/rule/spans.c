#include "rule/spans.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

int spans_add(struct spans *spans, wide from, wide to)
{
    if (grow_array(&spans->list, spans->count, &spans->capacity))
        return -ENOMEM;
    spans->list[spans->count++] = (struct span){.from = from, .to = to};
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

void spans_normalise(struct spans *spans)
{
    if (!spans->count)
        return;
    qsort(spans->list, spans->count, sizeof *spans->list, compare);
    uint32_t kept = 0;
    for (uint32_t i = 1; i < spans->count; i++) {
        struct span *last = &spans->list[kept];
        struct span next = spans->list[i];
        /* `last->to + 1` would wrap for the highest address, which everything that follows overlaps. */
        if (next.from <= last->to || next.from == last->to + 1) {
            if (next.to > last->to)
                last->to = next.to;
        } else {
            spans->list[++kept] = next;
        }
    }
    spans->count = kept + 1;
}

int spans_subtract(struct spans *spans, const struct spans *other)
{
    struct spans left = {0};
    uint32_t first = 0;
    for (uint32_t i = 0; i < spans->count; i++) {
        wide from = spans->list[i].from, to = spans->list[i].to;
        bool open = true;
        while (first < other->count && other->list[first].to < from)
            first++;
        for (uint32_t j = first; open && j < other->count && other->list[j].from <= to; j++) {
            const struct span *hole = &other->list[j];
            if (hole->from > from && spans_add(&left, from, hole->from - 1))
                goto no_memory;
            open = hole->to < to;
            from = hole->to + 1;
        }
        if (open && spans_add(&left, from, to))
            goto no_memory;
    }
    spans_fini(spans);
    *spans = left;
    return 0;
no_memory:
    spans_fini(&left);
    return -ENOMEM;
}

void spans_fini(struct spans *spans)
{
    free(spans->list);
    *spans = (struct spans){0};
}
