/*
 * Seeded hashing of keys that an attacker may choose (flow tuples, names). XXH3 with a secret seed
 * (https://github.com/Cyan4973/xxHash): the seed comes from the configuration, so that a replay can be
 * repeated. Any thread; no state.
 */
#ifndef SLUICE_BASE_HASH_H
#define SLUICE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed);

static inline uint64_t hash_slice(struct slice s, uint64_t seed)
{
    return hash_bytes(s.p, s.n, seed);
}

#endif
