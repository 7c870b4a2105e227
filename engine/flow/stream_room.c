/*
 * A room grows by as much as it holds at the side where room is wanted, and is made anew only when as many
 * bytes were put there, or cut off: so each byte pays for moving a fixed number of others, from whichever
 * side they come. At its end it grows to the next class of blocks, which are twice as large each.
 */
#include "flow/stream_room.h"

#include <errno.h>
#include <string.h>

#include "base/block.h"

enum { GRAIN = 64, SMALL_ROOM = 8192, SHORT_SPARE = 8, TIGHT = BLOCK_GRAIN };

static size_t rounded(size_t size)
{
    return (size + GRAIN - 1) / GRAIN * GRAIN;
}

static bool affords(const struct stream_budget *budget, size_t more)
{
    return more <= budget->most - budget->used;
}

/* Of what a room for `n` bytes has; less when no more can be had. */
static size_t room_size(const struct stream_budget *budget, size_t n)
{
    size_t size = block_size(n);
    return size > BLOCK_MOST || !affords(budget, size) ? rounded(n) : size;
}

int range_make(struct stream_budget *budget, struct stream_range *range, uint64_t from, uint64_t to)
{
    size_t size = room_size(budget, (size_t)(to - from));
    if (!affords(budget, size))
        return -ENOMEM;
    uint8_t *room = block_get(budget->blocks, size);
    if (!room)
        return -ENOMEM;
    budget->used += size;
    *range = (struct stream_range){.from = from, .to = to, .room = room, .size = (uint32_t)size};
    return 0;
}

void range_fini(struct stream_budget *budget, struct stream_range *range)
{
    budget->used -= range->size;
    block_put(budget->blocks, range->room, range->size);
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
    bool in_place = range->size > BLOCK_MOST && size > BLOCK_MOST; /* malloc may do without a copy */
    if (before == 0 && (range->before == 0 || in_place)) { /* the usual one: the stream grows in order */
        move_to_front(range);
        room = block_resize(budget->blocks, range->room, range->size, size, range_bytes(range));
    } else {
        room = block_get(budget->blocks, size);
        if (room) {
            memcpy(room + before, range->room + range->before, range_bytes(range));
            block_put(budget->blocks, range->room, range->size);
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

/*
 * Room for `front` more bytes before and `back` behind, with at least half as much to spare as there is where
 * there was too little; `tight`: with an eighth of it.
 */
static int grow(struct stream_budget *budget, struct stream_range *range, size_t front, size_t back,
                bool tight)
{
    size_t n = range_bytes(range), behind = range->size - range->before - n;
    size_t spare = tight ? n / SHORT_SPARE : n / 2;
    size_t before = front, after = back + spare;
    if (front > range->before)
        before += tight ? spare : n;
    if (back <= behind)
        after = behind < back + n ? behind : back + n;
    size_t size = before + n + after;
    return replace(budget, range, before, tight || size > BLOCK_MOST ? rounded(size) : block_size(size));
}

int range_reach(struct stream_budget *budget, struct stream_range *range, uint64_t from, uint64_t to)
{
    size_t front = from < range->from ? (size_t)(range->from - from) : 0;
    size_t back = to > range->to ? (size_t)(to - range->to) : 0;
    size_t n = range_bytes(range), behind = range->size - range->before - n;
    if (front > range->before || back > behind) {
        if (front == 0 && range->before >= n && range->before + behind >= back)
            move_to_front(range);
        else if (grow(budget, range, front, back, false) && grow(budget, range, front, back, true))
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
        replace(budget, range, 0, room_size(budget, 2 * n)); /* if it fails, the old room still serves */
}

void range_trim(struct stream_budget *budget, struct stream_range *range)
{
    size_t size = (range_bytes(range) + TIGHT - 1) / TIGHT * TIGHT;
    if (size < range->size)
        replace(budget, range, 0, size); /* if it fails, the old room still serves */
}
