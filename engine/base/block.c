#include "base/block.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <sanitizer/asan_interface.h> /* what waits is poisoned there; nothing without ASan */

void blocks_reserve(struct blocks *blocks, size_t size)
{
    void *region =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (region == MAP_FAILED)
        return;
    blocks->region = region;
    blocks->reserved = size;
}

static bool is_small(const struct blocks *blocks, size_t size)
{
    return blocks && blocks->region && size && size <= BLOCK_SMALL && size % BLOCK_GRAIN == 0;
}

/* Of the region; NULL when it is full. */
static void *small_get(struct blocks *blocks, size_t size)
{
    void **first = &blocks->small[size / BLOCK_GRAIN - 1], *block = *first;
    if (block) {
        ASAN_UNPOISON_MEMORY_REGION(block, size);
        memcpy(first, block, sizeof *first);
    } else if (size <= blocks->reserved - blocks->used) {
        block = blocks->region + blocks->used;
        blocks->used += size;
    }
    return block;
}

static bool is_of_region(const struct blocks *blocks, const void *block)
{
    return blocks && (uintptr_t)block - (uintptr_t)blocks->region < blocks->used;
}

static void small_put(struct blocks *blocks, void *block, size_t size)
{
    void **first = &blocks->small[size / BLOCK_GRAIN - 1];
    memcpy(block, first, sizeof *first);
    *first = block;
    ASAN_POISON_MEMORY_REGION(block, size);
}

static bool has_class(const struct blocks *blocks, size_t size)
{
    return blocks && size >= BLOCK_LEAST && size <= BLOCK_MOST && !(size & (size - 1));
}

static unsigned class_of(size_t size)
{
    return (unsigned)(__builtin_ctzll(size) - __builtin_ctz(BLOCK_LEAST));
}

void *block_get(struct blocks *blocks, size_t size)
{
    void *small = is_small(blocks, size) ? small_get(blocks, size) : NULL;
    if (small)
        return small;
    if (!has_class(blocks, size))
        return malloc(size);
    void **first = &blocks->free[class_of(size)], *block = *first;
    if (!block)
        return malloc(size);
    memcpy(first, block, sizeof *first);
    blocks->kept[class_of(size)] -= size;
    return block;
}

void block_put(struct blocks *blocks, void *block, size_t size)
{
    if (!block)
        return;
    if (is_of_region(blocks, block)) {
        small_put(blocks, block, size);
        return;
    }
    if (!has_class(blocks, size) || blocks->kept[class_of(size)] + size > BLOCK_KEPT) {
        free(block);
        return;
    }
    void **first = &blocks->free[class_of(size)];
    memcpy(block, first, sizeof *first);
    *first = block;
    blocks->kept[class_of(size)] += size;
}

void *block_resize(struct blocks *blocks, void *block, size_t have, size_t want, size_t n)
{
    if (have > BLOCK_MOST && want > BLOCK_MOST)
        return realloc(block, want);
    void *other = block_get(blocks, want);
    if (!other)
        return NULL;
    if (n)
        memcpy(other, block, n);
    block_put(blocks, block, have);
    return other;
}

void blocks_fini(struct blocks *blocks)
{
    for (unsigned i = 0; i < BLOCK_CLASSES; i++) {
        while (blocks->free[i]) {
            void *block = blocks->free[i];
            memcpy(&blocks->free[i], block, sizeof blocks->free[i]);
            free(block);
        }
    }
    if (blocks->region) {
        ASAN_UNPOISON_MEMORY_REGION(blocks->region, blocks->used);
        munmap(blocks->region, blocks->reserved);
    }
    *blocks = (struct blocks){0};
}
