/*
 * Memory that is given out piece by piece and freed all at once, up to a cap. One thread; whoever made the
 * arena frees it, and with it everything that came from it.
 */
#ifndef SLUICE_BASE_ARENA_H
#define SLUICE_BASE_ARENA_H

#include "base/slice.h"

struct arena;

/* `most`: bytes that it gives out in all. NULL when memory is short. */
struct arena *arena_new(size_t most);
void arena_free(struct arena *arena);

/* Zeroed, aligned for any type. NULL when memory is short or the cap is reached. */
void *arena_take(struct arena *arena, size_t n);

/* A copy of the bytes, with a NUL behind it that does not count. p is NULL on failure. */
struct slice arena_copy(struct arena *arena, struct slice bytes);

#endif
