/*
 * The writing side of a stream: what arrived, what was acknowledged. Private to engine/flow; the readers'
 * side is stream.h. The budget is the engine's and counts what the rooms and lists of all streams hold.
 */
#ifndef SLUICE_FLOW_STREAM_INSERT_H
#define SLUICE_FLOW_STREAM_INSERT_H

#include "flow/stream.h"
#include "packet/host_policy.h"

struct blocks;

struct stream_budget {
    struct blocks *blocks; /* where memory comes from and goes to; NULL: malloc */
    uint64_t used, most;   /* bytes, of all streams */
    uint64_t most_window;  /* bytes from what was released to the last one kept, in one stream */
    uint32_t most_ranges;  /* of one stream */
};

/* Bytes [from, to) were taken from the segment that held [segment_from, segment_to). */
struct stream_piece {
    uint64_t from, to;
    uint64_t segment_from, segment_to;
};

enum stream_insert_flag {
    STREAM_STORED = 1 << 0,      /* at least one new byte is in the stream */
    STREAM_OVERLAP = 1 << 1,     /* bytes that were there already came again */
    STREAM_DIFFERS = 1 << 2,     /* ... and were not the same */
    STREAM_BEFORE = 1 << 3,      /* starts below what may still be replaced */
    STREAM_DEPTH = 1 << 4,       /* the depth was reached by this segment */
    STREAM_MEMORY_FULL = 1 << 5, /* not kept: the budget */
    STREAM_RANGES_FULL = 1 << 6, /* not kept: too many holes or segments */
};

/* Copies a segment in. Returns bits of enum stream_insert_flag. */
unsigned stream_insert(struct stream *stream, struct stream_budget *budget, uint64_t from, struct slice bytes,
                       enum os_policy policy);

/*
 * Everything below `offset` is final. Returns how many bytes of it are missing and were not known to be so
 * before (within the depth).
 */
uint64_t stream_acknowledge(struct stream *stream, uint64_t offset);

/* No more will come: all that was received becomes inspectable, its holes final. Returns what is missing. */
uint64_t stream_finish(struct stream *stream);

/* One past the last byte received without a hole, counted from what is inspectable. */
uint64_t stream_contiguous(const struct stream *stream);

/* Index of the first range that ends after `offset`; range_count when there is none. */
uint32_t stream_range_after(const struct stream *stream, uint64_t offset);

/* Nothing has come for a while: rooms and lists are cut to what they hold. */
void stream_trim(struct stream *stream);

/* Gives the memory back to the budget. */
void stream_fini(struct stream *stream);

/* Whether the new segment's bytes replace those of an older one that it overlaps. */
bool overlap_new_wins(enum os_policy policy, uint64_t old_from, uint64_t old_to, uint64_t new_from,
                      uint64_t new_to);

#endif
