/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Blocks of flows and of hosts: looked up, counted, never written here. */
#ifndef SLUICE_XDP_BLOCKS_H
#define SLUICE_XDP_BLOCKS_H

#include "maps.h"
#include "parse.h"
#include "stats.h"

enum { PREFIX_TRIES = 4 }; /* how many expired prefixes may lie inside the one that holds */

static __always_inline int block_holds(struct sluice_block *block, __u64 now, __u32 length)
{
    if (block->expires_ns <= now) {
        count(SLUICE_NOTE_BLOCK_EXPIRED, length);
        return 0;
    }
    __sync_fetch_and_add(&block->packets, 1);
    __sync_fetch_and_add(&block->bytes, length);
    return 1;
}

static __always_inline int flow_blocked(const struct sluice_flow_key *key, const struct frame *f, __u64 now)
{
    struct sluice_block *block = bpf_map_lookup_elem(&flow_blocks, key);
    return block && block_holds(block, now, f->length);
}

/* The longest prefix is found first; when it has expired, a shorter one may still hold. */
static __always_inline int host_blocked(const __u32 address[4], const struct frame *f, __u64 now)
{
    struct sluice_prefix key = {.length = SLUICE_PREFIX_BANK_BITS + 128};
    __builtin_memcpy(key.address, address, sizeof key.address);
#pragma unroll
    for (int i = 0; i < PREFIX_TRIES; i++) {
        struct sluice_block *block = bpf_map_lookup_elem(&host_blocks, &key);
        if (!block)
            return 0;
        if (block_holds(block, now, f->length))
            return 1;
        if (block->prefix_length == 0)
            return 0;
        key.length = block->prefix_length - 1;
    }
    return 0;
}

#endif
