/*
 * A room grows by as much as it holds at the side where room is wanted, and is made anew only when as many
 * bytes were put there, or cut off: so each byte pays for moving a fixed number of others, from whichever
 * side they come.
 */
#include "flow/stream_room.h"

#include <errno.h>
#include <stdlib.h>

enum { GRAIN = 64, SMALL_ROOM = 8192, SHORT_SPARE = 8, TIGHT = 8 };

static size_t rounded(size_t size)
{
    return (size + GRAIN - 1) / GRAIN * GRAIN;
}

static bool affords(const struct stream_budget *budget, size_t more)
{
    return more <= budget->most - budget->used;
}

int range_make(struct stream_budget *budget, struct stream_range *range, uint64_t from, uint64_t to)
{
    size_t size = rounded((size_t)(to - from));
    if (!affords(budget, size))
        return -ENOMEM;
    uint8_t *room = malloc(size);
    if (!room)
        return -ENOMEM;
    budget->used += size;
    *range = (struct stream_range){.from = from, .to = to, .room = room, .size = (uint32_t)size};
    return 0;
}

void range_fini(struct stream_budget *budget, struct stream_range *range)
{
    budget->used -= range->size;
    free(range->room);
    *range = (struct stream_range){0};
}

static void move_to_front(struct stream_range *range)
{
    if (range->before > 0)
        memmove(range->room, range->room + range->before, range_bytes(range));
    range->before = 0;
}

/* Another room of `size` bytes for the same ones, which come to lie `before` behind its start. */
static int replace(struct stream_budget *budget, struct stream_range *range, size_t before, size_t size)
{
    if (size > range->size && !affords(budget, size - range->size))
        return -ENOMEM;
    uint8_t *room;
    if (before == 0) { /* the usual one: the stream grows in order */
        move_to_front(range);
        room = realloc(range->room, size);
    } else {
        room = malloc(size);
        if (room) {
            memcpy(room + before, range->room + range->before, range_bytes(range));
            free(range->room);
        }
    }
    if (!room)
        return -ENOMEM;
    budget->used = budget->used - range->size + size;
    range->room = room;
    range->before = (uint32_t)before;
    range->size = (uint32_t)size;
    return 0;
}

/* Room for `front` more bytes before and `back` behind, with `spare` to spare where there was too little. */
static int grow(struct stream_budget *budget, struct stream_range *range, size_t front, size_t back,
                size_t spare)
{
    size_t n = range_bytes(range), behind = range->size - range->before - n;
    size_t before = front;
    if (front > range->before)
        before += spare;
    size_t after = back;
    if (back > behind)
        after += spare;
    else
        after = behind < back + n ? behind : back + n;
    return replace(budget, range, before, rounded(before + n + after));
}

int range_reach(struct stream_budget *budget, struct stream_range *range, uint64_t from, uint64_t to)
{
    size_t front = from < range->from ? (size_t)(range->from - from) : 0;
    size_t back = to > range->to ? (size_t)(to - range->to) : 0;
    size_t n = range_bytes(range), behind = range->size - range->before - n;
    if (front > range->before || back > behind) {
        if (front == 0 && range->before >= n && range->before + behind >= back)
            move_to_front(range);
        else if (grow(budget, range, front, back, n) && grow(budget, range, front, back, n / SHORT_SPARE))
            return -ENOMEM;
    }
    range->before -= (uint32_t)front;
    range->from -= front;
    range->to += back;
    return 0;
}

void range_cut(struct stream_budget *budget, struct stream_range *range, uint64_t below)
{
    range->before += (uint32_t)(below - range->from);
    range->from = below;
    size_t n = range_bytes(range);
    if (range->size > SMALL_ROOM && n < range->size / 4)
        replace(budget, range, 0, rounded(2 * n + GRAIN)); /* if it fails, the old room still serves */
}

void range_trim(struct stream_budget *budget, struct stream_range *range)
{
    size_t size = (range_bytes(range) + TIGHT - 1) / TIGHT * TIGHT;
    if (size < range->size)
        replace(budget, range, 0, size); /* if it fails, the old room still serves */
}
