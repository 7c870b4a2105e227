/*
 * Which block gives way when the map is full: an index over the keys of a block map, by expiry and by the
 * host that each is charged to. One host holds at most a share of the map; at its share, its own
 * soonest-expiring block goes, so nobody can push out blocks of others by earning blocks. Blocks made by a
 * person are never chosen while another can be. Owner: whoever made it, one thread. Capped at the map's size.
 */
#ifndef SLUICE_VERDICT_EXPIRY_INDEX_H
#define SLUICE_VERDICT_EXPIRY_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { EXPIRY_KEY = 40, EXPIRY_OWNER = 16 };

struct expiry_entry {
    uint64_t expires_ns;
    bool is_static;
    uint8_t key[EXPIRY_KEY];     /* zeroed behind a shorter one */
    uint8_t owner[EXPIRY_OWNER]; /* address as in the maps; a /64 for IPv6 */
};

struct expiry_index;

/* NULL without memory. `share`: the most entries of one owner, 0: no limit. */
struct expiry_index *expiry_index_new(uint32_t capacity, uint32_t share);
void expiry_index_free(struct expiry_index *index);

uint32_t expiry_index_count(const struct expiry_index *index);

/* Inserts, or changes what is there of that key. 0, or -ENOSPC when full. */
int expiry_index_put(struct expiry_index *index, const struct expiry_entry *entry);
bool expiry_index_remove(struct expiry_index *index, const uint8_t key[EXPIRY_KEY]);

/*
 * Who must go before `entry` can come: NULL when nobody has to. *possible is false when `entry` may not come
 * at all (all is static, and it is not). The answer is good until the next change.
 */
const struct expiry_entry *expiry_index_victim(const struct expiry_index *index,
                                               const struct expiry_entry *entry, bool *possible);

/* The soonest to expire, NULL when empty; static or not. */
const struct expiry_entry *expiry_index_soonest(const struct expiry_index *index);

#endif
