#include "report/tally.h"

#include <stdlib.h>

#include "base/hash.h"

static uint32_t place_of(const struct tally *t, struct slice key)
{
    uint32_t at = (uint32_t)hash_slice(key, t->seed) & (t->slot_count - 1);
    while (t->slots[at]) {
        const struct tally_key *there = tally_item(t, t->slots[at] - 1);
        if (slice_equal(slice_of(there->bytes, there->n), key))
            break;
        at = (at + 1) & (t->slot_count - 1);
    }
    return at;
}

static bool grow(struct tally *t)
{
    uint32_t capacity = t->capacity ? t->capacity * 2 : 32;
    uint8_t *items = realloc(t->items, capacity * t->item_size);
    if (!items)
        return false;
    t->items = items;
    uint32_t *slots = calloc((size_t)capacity * 2, sizeof *slots);
    if (!slots)
        return false;
    free(t->slots);
    t->slots = slots;
    t->slot_count = capacity * 2;
    t->capacity = capacity;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct tally_key *key = tally_item(t, i);
        t->slots[place_of(t, slice_of(key->bytes, key->n))] = i + 1;
    }
    return true;
}

void *tally_get(struct tally *t, struct slice key)
{
    if (t->slot_count) {
        uint32_t at = place_of(t, key);
        if (t->slots[at])
            return tally_item(t, t->slots[at] - 1);
    }
    if (key.n > TALLY_KEY || t->count >= t->most || (t->count == t->capacity && !grow(t))) {
        t->lost++;
        return NULL;
    }
    struct tally_key *item = tally_item(t, t->count);
    memset(item, 0, t->item_size);
    memcpy(item->bytes, key.p, key.n);
    item->n = (uint8_t)key.n;
    t->slots[place_of(t, key)] = ++t->count;
    return item;
}

void tally_merge(struct tally *into, const struct tally *from, void (*add)(void *into, void *from))
{
    for (uint32_t i = 0; i < from->count; i++) {
        struct tally_key *key = tally_item(from, i);
        void *item = tally_get(into, slice_of(key->bytes, key->n));
        if (item)
            add(item, key);
    }
    into->lost += from->lost;
}

void tally_sort(struct tally *t, int (*compare)(const void *a, const void *b))
{
    if (t->count)
        qsort(t->items, t->count, t->item_size, compare);
}

void tally_fini(struct tally *t)
{
    free(t->items);
    free(t->slots);
    t->items = NULL;
    t->slots = NULL;
    t->count = t->capacity = t->slot_count = 0;
}
