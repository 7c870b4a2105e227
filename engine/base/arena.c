#include "base/arena.h"

#include <stdlib.h>

enum { BLOCK = 16 << 10, ALIGNMENT = 16 };

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) uint8_t bytes[];
};

struct arena {
    struct block *blocks; /* the newest first */
    size_t left;
};

struct arena *arena_new(size_t most)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->left = most;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct block *b = arena->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(arena);
}

static struct block *block_with(struct arena *arena, size_t n)
{
    struct block *b = arena->blocks;
    if (b && b->size - b->used >= n)
        return b;
    size_t size = n > BLOCK ? n : BLOCK;
    b = calloc(1, sizeof *b + size);
    if (!b)
        return NULL;
    b->size = size;
    b->next = arena->blocks;
    arena->blocks = b;
    return b;
}

void *arena_take(struct arena *arena, size_t n)
{
    if (n > arena->left)
        return NULL;
    size_t rounded = (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *b = block_with(arena, rounded ? rounded : ALIGNMENT);
    if (!b)
        return NULL;
    void *p = b->bytes + b->used;
    b->used += rounded;
    arena->left -= n;
    return p;
}

struct slice arena_copy(struct arena *arena, struct slice bytes)
{
    uint8_t *p = arena_take(arena, bytes.n + 1);
    if (p && bytes.n)
        memcpy(p, bytes.p, bytes.n);
    return slice_of(p, p ? bytes.n : 0);
}
