/*
 * Objects of one size, handed out and taken back without malloc in the steady state.
 *
 * Grows by slabs (256 KiB, then 2 MiB each) up to `most` objects; past that pool_get returns NULL and counts
 * it in `refused`. One thread owns a pool. Objects come back uninitialised; those of so many lines of the
 * cache (64 bytes) begin at one; pool_fini frees all slabs, whatever is still out.
 */
#ifndef SLUICE_BASE_POOL_H
#define SLUICE_BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool {
    void *free_list;
    void *slabs;
    size_t object_size;
    size_t most;      /* objects, the cap */
    size_t made;      /* objects carved so far */
    size_t out;       /* objects in use */
    uint64_t refused; /* how often the cap (or memory) said no */
};

void pool_init(struct pool *pool, size_t object_size, size_t most);
void *pool_get(struct pool *pool);
void pool_put(struct pool *pool, void *object);
void pool_fini(struct pool *pool);

#endif
