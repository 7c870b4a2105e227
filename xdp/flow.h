/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* The key of a flow, the same for both directions, and its hash. Both sides include this: what they compute
 * must agree. */
#ifndef SLUICE_XDP_FLOW_H
#define SLUICE_XDP_FLOW_H

#include "shared.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words are compared byte-swapped: written for little-endian machines"
#endif

/* <0, 0, >0 as memcmp would say. */
static inline __attribute__((always_inline)) int flow_compare(const __u32 a[4], const __u32 b[4])
{
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __u32 x = __builtin_bswap32(a[i]), y = __builtin_bswap32(b[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

/* Whether the first end is the key's high one. The key must be zeroed. Ports in network order. */
static inline __attribute__((always_inline)) int flow_key(struct sluice_flow_key *key, const __u32 source[4],
                                                          __u16 source_port, const __u32 destination[4],
                                                          __u16 destination_port, __u8 protocol)
{
    int order = flow_compare(source, destination);
    int swapped =
        order > 0 || (order == 0 && __builtin_bswap16(source_port) > __builtin_bswap16(destination_port));
    __builtin_memcpy(key->low, swapped ? destination : source, sizeof key->low);
    __builtin_memcpy(key->high, swapped ? source : destination, sizeof key->high);
    key->low_port = swapped ? destination_port : source_port;
    key->high_port = swapped ? source_port : destination_port;
    key->protocol = protocol;
    return swapped;
}

static inline __attribute__((always_inline)) __u32 flow_mix(__u32 hash, __u32 word)
{
    hash ^= word * 0xcc9e2d51u;
    hash = (hash << 13) | (hash >> 19);
    return hash * 5 + 0xe6546b64u;
}

static inline __attribute__((always_inline)) __u32 flow_hash(const struct sluice_flow_key *key, __u32 seed)
{
    __u32 hash = seed;
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        hash = flow_mix(flow_mix(hash, key->low[i]), key->high[i]);
    hash = flow_mix(hash, (__u32)key->low_port << 16 | key->high_port);
    hash = flow_mix(hash, key->protocol);
    hash ^= hash >> 16;
    hash *= 0x85ebca6bu;
    return hash ^ hash >> 13;
}

#endif
