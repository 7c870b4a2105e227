#include "rule/rule_index.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "rule/sets.h"

struct entry {
    uint32_t gid, sid, at; /* sid 0: free */
};

struct rule_index {
    struct entry *slots; /* open addressing, a power of two of them, at most half full */
    uint32_t count, size;
    struct set_cache *sets;
};

struct rule_index *rule_index_new(void)
{
    struct rule_index *index = calloc(1, sizeof *index);
    if (!index)
        return NULL;
    index->size = 64;
    index->slots = calloc(index->size, sizeof *index->slots);
    index->sets = set_cache_new();
    if (index->slots && index->sets)
        return index;
    rule_index_free(index);
    return NULL;
}

void rule_index_free(struct rule_index *index)
{
    if (!index)
        return;
    set_cache_free(index->sets);
    free(index->slots);
    free(index);
}

static struct entry *slot_of(const struct rule_index *index, uint32_t gid, uint32_t sid)
{
    uint32_t key[2] = {gid, sid};
    uint32_t i = (uint32_t)hash_bytes(key, sizeof key, 0) & (index->size - 1);
    while (index->slots[i].sid && (index->slots[i].sid != sid || index->slots[i].gid != gid))
        i = (i + 1) & (index->size - 1);
    return &index->slots[i];
}

bool rule_index_find(const struct rule_index *index, uint32_t gid, uint32_t sid, uint32_t *at)
{
    const struct entry *e = slot_of(index, gid, sid);
    *at = e->at;
    return e->sid != 0;
}

int rule_index_add(struct rule_index *index, uint32_t gid, uint32_t sid, uint32_t at)
{
    if (index->count * 2 >= index->size) {
        if (index->size > UINT32_MAX / 2)
            return -ENOMEM;
        struct rule_index larger = {.size = index->size * 2};
        larger.slots = calloc(larger.size, sizeof *larger.slots);
        if (!larger.slots)
            return -ENOMEM;
        for (uint32_t i = 0; i < index->size; i++)
            if (index->slots[i].sid)
                *slot_of(&larger, index->slots[i].gid, index->slots[i].sid) = index->slots[i];
        free(index->slots);
        index->slots = larger.slots;
        index->size = larger.size;
    }
    *slot_of(index, gid, sid) = (struct entry){gid, sid, at};
    index->count++;
    return 0;
}

struct set_cache *rule_index_sets(struct rule_index *index)
{
    return index->sets;
}
