#include "report/refusals.h"

#include <stdlib.h>
#include <string.h>

enum { REASONS_MOST = 1000 };

/* A thousand of a kind are one reason. */
static void count_reason(struct refusals *r, const struct sluice_refusal *refusal)
{
    for (size_t i = 0; i < r->reason_count; i++)
        if (r->reasons[i].unsupported == refusal->unsupported &&
            strcmp(r->reasons[i].text, refusal->message) == 0) {
            r->reasons[i].count++;
            return;
        }
    if (r->reason_count == REASONS_MOST)
        return;
    if (r->reason_count == r->reason_capacity) {
        size_t capacity = r->reason_capacity ? r->reason_capacity * 2 : 16;
        struct refusal_reason *grown = realloc(r->reasons, capacity * sizeof *grown);
        if (!grown)
            return;
        r->reasons = grown;
        r->reason_capacity = capacity;
    }
    char *copy = strdup(refusal->message);
    if (copy)
        r->reasons[r->reason_count++] = (struct refusal_reason){copy, 1, refusal->unsupported};
}

void refusals_add(struct refusals *r, const struct sluice_refusal *refusal)
{
    count_reason(r, refusal);
    if (refusal->unsupported) {
        r->unsupported++;
        return;
    }
    r->wrong++;
    char *copy = r->shown_count < REFUSALS_SHOWN ? strdup(refusal->report) : NULL;
    if (copy)
        r->shown[r->shown_count++] = copy;
}

static int by_count(const void *a, const void *b)
{
    const struct refusal_reason *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->text, y->text);
}

void refusals_sort(struct refusals *r)
{
    if (r->reason_count)
        qsort(r->reasons, r->reason_count, sizeof *r->reasons, by_count);
}

void refusals_fini(struct refusals *r)
{
    for (size_t i = 0; i < r->reason_count; i++)
        free(r->reasons[i].text);
    for (size_t i = 0; i < r->shown_count; i++)
        free(r->shown[i]);
    free(r->reasons);
    *r = (struct refusals){0};
}
