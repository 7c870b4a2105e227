#include "run/merge.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/hash.h"

struct merge_item {
    const struct record *record;
    const struct worker_output *output;
};

/* Records of one place come from one worker, in whose array they stand in the order they were found. */
static int by_place(const void *a, const void *b)
{
    const struct merge_item *x = a, *y = b;
    int order = place_compare(&x->record->place, &y->record->place);
    if (order)
        return order;
    return x->record < y->record ? -1 : x->record > y->record;
}

static struct rule_hits *find_hits(struct rule_hits *hits, uint32_t slots, const struct rule *rule)
{
    uint32_t i = (uint32_t)hash_bytes(&rule, sizeof rule, 0) & (slots - 1);
    while (hits[i].rule && hits[i].rule != rule)
        i = (i + 1) & (slots - 1);
    return &hits[i];
}

static int grow_hits(struct merger *m)
{
    uint32_t slots = m->hit_slots ? m->hit_slots * 2 : 64;
    struct rule_hits *grown = calloc(slots, sizeof *grown);
    if (!grown)
        return -ENOMEM;
    for (uint32_t i = 0; i < m->hit_slots; i++)
        if (m->hits[i].rule)
            *find_hits(grown, slots, m->hits[i].rule) = m->hits[i];
    free(m->hits);
    m->hits = grown;
    m->hit_slots = slots;
    return 0;
}

static int count_alert(struct merger *m, const struct rule *rule)
{
    m->alerts++;
    if (m->hit_count * 2 >= m->hit_slots && grow_hits(m))
        return -ENOMEM;
    struct rule_hits *hits = find_hits(m->hits, m->hit_slots, rule);
    if (!hits->rule) {
        hits->rule = rule;
        m->hit_count++;
    }
    hits->alerts++;
    return 0;
}

int merger_batch(struct merger *m, const struct batch *batch, struct buf *out)
{
    int result = 0;
    m->count = 0;
    for (unsigned i = 0; i < batch->workers; i++) {
        const struct worker_output *output = &batch->outputs[i];
        if (output->failed)
            result = -ENOMEM;
        for (uint32_t k = 0; k < output->count; k++) {
            if (grow_array(&m->items, m->count, &m->capacity))
                return -ENOMEM;
            m->items[m->count++] = (struct merge_item){&output->records[k], output};
        }
    }
    if (m->count)
        qsort(m->items, m->count, sizeof m->items[0], by_place);
    for (uint32_t i = 0; i < m->count && !result; i++) {
        const struct record *record = m->items[i].record;
        const struct buf *text = &m->items[i].output->text;
        if (record->rule)
            result = count_alert(m, record->rule);
        if (!result && record->length)
            result = buf_append(out, slice_of(text->p + record->offset, record->length));
    }
    return result;
}

void merger_forget_rules(struct merger *m)
{
    free(m->hits);
    m->hits = NULL;
    m->hit_count = m->hit_slots = 0;
}

void merger_fini(struct merger *m)
{
    free(m->items);
    free(m->hits);
    *m = (struct merger){0};
}
