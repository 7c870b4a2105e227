/*
 * The memory of a stream's ranges. Each range has a room of its own, so that a stream holds memory for the
 * bytes it has, however far apart they lie; a room is at most three times as large as its bytes were. Private
 * to engine/flow. The budget counts every room; a range is its stream's.
 */
#ifndef SLUICE_FLOW_STREAM_ROOM_H
#define SLUICE_FLOW_STREAM_ROOM_H

#include "flow/stream_insert.h"

static inline size_t range_bytes(const struct stream_range *range)
{
    return (size_t)(range->to - range->from);
}

/* Where the byte at `offset`, which is in the range, lies. */
static inline uint8_t *range_at(const struct stream_range *range, uint64_t offset)
{
    return range->room + range->before + (offset - range->from);
}

/* Makes a range for [from, to), its bytes yet to be written. 0 or -ENOMEM. */
int range_make(struct stream_budget *budget, struct stream_range *range, uint64_t from, uint64_t to);

/*
 * Has the range reach from `from` (if that is before it) to `to` (if that is behind it); the bytes added are
 * yet to be written. 0, or -ENOMEM with the range as it was. The time of many calls is linear in the bytes
 * added and cut off.
 */
int range_reach(struct stream_budget *budget, struct stream_range *range, uint64_t from, uint64_t to);

/* Cuts off what lies below `below`, which is in the range, and gives back memory when much is free. */
void range_cut(struct stream_budget *budget, struct stream_range *range, uint64_t below);

/* Cuts the room to the bytes in it. */
void range_trim(struct stream_budget *budget, struct stream_range *range);

void range_fini(struct stream_budget *budget, struct stream_range *range);

#endif
