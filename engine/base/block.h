/*
 * Memory in few sizes, for what grows and goes often: a block that is put back is the next one of its size to
 * be given out, still in the cache, instead of being taken apart and joined by malloc.
 *
 * Sizes that are no class (block_size) come from malloc and go back there; so does what is above the cap of
 * its class, so that no more than BLOCK_KEPT bytes of each wait. One thread owns a store.
 *
 * With blocks_reserve small ones, of BLOCK_SMALL at most and in steps of BLOCK_GRAIN, lie in one region of
 * addresses, without what malloc keeps beside each and apart from what lives shorter. It is used from its
 * begin on, as far as is needed; when it is full they come from malloc, too.
 */
#ifndef SLUICE_BASE_BLOCK_H
#define SLUICE_BASE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

enum { BLOCK_LEAST = 64, BLOCK_MOST = 64 << 10, BLOCK_CLASSES = 11, BLOCK_KEPT = 256 << 10 };
enum { BLOCK_GRAIN = 16, BLOCK_SMALL = 512 };

struct blocks { /* zero-initialised is empty */
    void *free[BLOCK_CLASSES];
    size_t kept[BLOCK_CLASSES]; /* bytes that wait */
    void *small[BLOCK_SMALL / BLOCK_GRAIN];
    uint8_t *region;
    size_t reserved, used; /* bytes of it */
};

/* Reserves the region, of that many bytes, none of which is used yet. Refused, all comes from malloc. */
void blocks_reserve(struct blocks *blocks, size_t size);

/* The size of the class that `n` bytes fit into; n itself above BLOCK_MOST. */
static inline size_t block_size(size_t n)
{
    if (n <= BLOCK_LEAST)
        return BLOCK_LEAST;
    return n > BLOCK_MOST ? n : (size_t)1 << (64 - __builtin_clzll(n - 1));
}

/* A block of exactly `size` bytes, not cleared; NULL when memory is short. Without a store (NULL) it is
 * malloc's. */
void *block_get(struct blocks *blocks, size_t size);

/* Takes back a block of that size; NULL is none. */
void block_put(struct blocks *blocks, void *block, size_t size);

/* A block of `want` bytes instead of one of `have`, with its first `n` bytes; NULL, and the old one as it
 * was, when memory is short. */
void *block_resize(struct blocks *blocks, void *block, size_t have, size_t want, size_t n);

/* Frees the blocks that wait, and the region with what is still out of it. */
void blocks_fini(struct blocks *blocks);

#endif
