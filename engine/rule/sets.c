/* The sets themselves: looking up, sharing, letting go. How they are parsed is in set_parse.c. */
#include "rule/set_cache.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/hash.h"

bool address_set_has(const struct address_set *set, const struct address *address)
{
    if (set->any)
        return true;
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct address_range *range = &set->ranges[middle];
        if (address_compare(address, &range->from) < 0)
            high = middle;
        else if (address_compare(address, &range->to) > 0)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

void port_set_span(const struct port_set *set, uint16_t *from, uint16_t *to)
{
    bool named = !set->any && set->count;
    *from = named ? set->ranges[0].from : 0;
    *to = named ? set->ranges[set->count - 1].to : UINT16_MAX;
}

bool port_set_has(const struct port_set *set, uint16_t port)
{
    if (set->any)
        return true;
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (port < set->ranges[middle].from)
            high = middle;
        else if (port > set->ranges[middle].to)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

void address_set_unref(struct address_set *set)
{
    if (!set || --set->users)
        return;
    free(set->ranges);
    free(set);
}

void port_set_unref(struct port_set *set)
{
    if (!set || --set->users)
        return;
    free(set->ranges);
    free(set);
}

struct entry {
    char *text;
    size_t length;
    uint64_t hash, generation;
    bool ports;
    void *set;
};

struct set_cache {
    struct entry *slots; /* open addressing, a power of two of them */
    uint32_t count, size;
};

enum { CACHE_MOST = 1 << 20 };

struct set_cache *set_cache_new(void)
{
    return calloc(1, sizeof(struct set_cache));
}

void set_cache_free(struct set_cache *cache)
{
    if (!cache)
        return;
    for (uint32_t i = 0; i < cache->size; i++) {
        if (!cache->slots[i].set)
            continue;
        if (cache->slots[i].ports)
            port_set_unref(cache->slots[i].set);
        else
            address_set_unref(cache->slots[i].set);
        free(cache->slots[i].text);
    }
    free(cache->slots);
    free(cache);
}

/* The key's slot, or the free one where it belongs; there is always a free one. */
static struct entry *slot_of(const struct set_cache *cache, struct slice text, uint64_t hash,
                             uint64_t generation, bool ports)
{
    for (uint32_t i = (uint32_t)hash & (cache->size - 1);; i = (i + 1) & (cache->size - 1)) {
        struct entry *e = &cache->slots[i];
        if (!e->set || (e->hash == hash && e->generation == generation && e->ports == ports &&
                        slice_equal(slice_of(e->text, e->length), text)))
            return e;
    }
}

static uint64_t key_hash(struct slice text, uint64_t generation, bool ports)
{
    return hash_slice(text, generation * 2 + ports);
}

void *set_cache_get(const struct set_cache *cache, struct slice text, uint64_t generation, bool ports)
{
    if (!cache || !cache->size)
        return NULL;
    return slot_of(cache, text, key_hash(text, generation, ports), generation, ports)->set;
}

static bool cache_grow(struct set_cache *cache)
{
    if (cache->count * 2 < cache->size)
        return true;
    if (cache->size >= CACHE_MOST)
        return false;
    struct set_cache larger = {.size = cache->size ? cache->size * 2 : 64};
    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (uint32_t i = 0; i < cache->size; i++) {
        const struct entry *e = &cache->slots[i];
        if (e->set)
            *slot_of(&larger, slice_of(e->text, e->length), e->hash, e->generation, e->ports) = *e;
    }
    free(cache->slots);
    cache->slots = larger.slots;
    cache->size = larger.size;
    return true;
}

/* Whether the set was kept: then the cache has taken over one reference. */
bool set_cache_put(struct set_cache *cache, struct slice text, uint64_t generation, bool ports, void *set)
{
    if (!cache || !cache_grow(cache))
        return false;
    uint64_t hash = key_hash(text, generation, ports);
    struct entry *e = slot_of(cache, text, hash, generation, ports);
    char *copy = malloc(text.n + 1);
    if (!copy || e->set) {
        free(copy);
        return false;
    }
    if (text.n)
        memcpy(copy, text.p, text.n);
    *e = (struct entry){copy, text.n, hash, generation, ports, set};
    cache->count++;
    return true;
}
