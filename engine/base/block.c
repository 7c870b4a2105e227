#include "base/block.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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
        blocks->kept[i] = 0;
    }
}
