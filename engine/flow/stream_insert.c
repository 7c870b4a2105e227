/*
 * Putting a segment into a stream: room, overlaps, the bytes, the lists.
 *
 * Two lists are kept. `ranges` says which bytes are there, for readers. `pieces` says, for those that may
 * still be replaced, which segment they came with, because the overlap policies compare whole segments. A
 * segment of n bytes overlaps at most n pieces, so the work is linear in the bytes received, plus moving
 * the tails of the two lists, whose lengths are capped. Where a segment joins ranges, the widest takes in the
 * others: a byte that is moved is in a range at least twice as wide afterwards.
 */
#include "flow/stream_list.h"
#include "flow/stream_room.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static int new_range(struct stream *stream, uint32_t index, uint64_t from, uint64_t to)
{
    struct stream_range range;
    int rc = stream_reserve_ranges(stream, stream->budget);
    if (rc)
        return rc;
    if (range_make(stream->budget, &range, from, to)) {
        stream_shrink_ranges(stream);
        return -ENOMEM;
    }
    struct stream_range *place = stream_ranges_mutable(stream) + index;
    memmove(place + 1, place, (stream->range_count - index) * sizeof *place);
    *place = range;
    stream->range_count++;
    return 0;
}

/*
 * Makes [from, to) and the ranges that touch it one range, which *joined then is. Its bytes that were in none
 * are yet to be written. 0, -ENOMEM, or -ENOSPC when there are too many ranges; then nothing has changed.
 */
static int join(struct stream *stream, uint64_t from, uint64_t to, struct stream_range **joined)
{
    uint32_t first = from > 0 ? stream_range_after(stream, from - 1) : 0;
    uint32_t last = first, widest = first; /* last: one past those that touch */
    struct stream_range *ranges = stream_ranges_mutable(stream);
    for (; last < stream->range_count && ranges[last].from <= to; last++)
        if (range_bytes(&ranges[last]) > range_bytes(&ranges[widest]))
            widest = last;
    if (first == last) {
        int rc = new_range(stream, first, from, to);
        *joined = stream_ranges_mutable(stream) + first;
        return rc;
    }
    if (ranges[first].from < from)
        from = ranges[first].from;
    if (ranges[last - 1].to > to)
        to = ranges[last - 1].to;
    if (range_reach(stream->budget, &ranges[widest], from, to))
        return -ENOMEM;
    struct stream_range whole = ranges[widest];
    for (uint32_t i = first; i < last; i++) {
        if (i == widest)
            continue;
        memcpy(range_at(&whole, ranges[i].from), range_at(&ranges[i], ranges[i].from),
               range_bytes(&ranges[i]));
        range_fini(stream->budget, &ranges[i]);
    }
    ranges[first] = whole;
    memmove(ranges + first + 1, ranges + last, (stream->range_count - last) * sizeof *ranges);
    stream->range_count -= last - first - 1;
    stream_shrink_ranges(stream);
    *joined = stream_ranges_mutable(stream) + first;
    return 0;
}

/* The index (from piece_first on) of the first piece that ends after `offset`. */
static uint32_t piece_after(const struct stream *stream, uint64_t offset)
{
    uint32_t low = stream->piece_first, high = low + stream->piece_count;
    if (stream->piece_count > 0 && stream->pieces[high - 1].to <= offset)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (stream->pieces[middle].to <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct insertion {
    struct stream *stream;
    const struct stream_range *range; /* that the bytes are written to */
    struct stream_piece whole;        /* the new segment */
    struct slice bytes;               /* those of [whole.from, whole.to) */
    enum os_policy policy;
    unsigned flags;
    struct stream_piece *out; /* the pieces that replace those overlapped */
    uint32_t out_count;
};

static void emit(struct insertion *in, uint64_t from, uint64_t to, const struct stream_piece *owner)
{
    struct stream_piece *out = in->out;
    if (from >= to)
        return;
    assert(out != NULL); /* insert_among gives it */
    struct stream_piece *last = in->out_count ? &out[in->out_count - 1] : NULL;
    if (last && last->to == from && last->segment_from == owner->segment_from &&
        last->segment_to == owner->segment_to)
        last->to = to;
    else
        out[in->out_count++] = (struct stream_piece){from, to, owner->segment_from, owner->segment_to};
}

static void copy_in(struct insertion *in, uint64_t from, uint64_t to)
{
    if (from >= to)
        return;
    memcpy(range_at(in->range, from), in->bytes.p + (from - in->whole.from), to - from);
    in->flags |= STREAM_STORED;
    emit(in, from, to, &in->whole);
}

/* Settles the bytes of one older piece that the segment overlaps. */
static void settle(struct insertion *in, const struct stream_piece *old)
{
    uint64_t from = old->from > in->whole.from ? old->from : in->whole.from;
    uint64_t to = old->to < in->whole.to ? old->to : in->whole.to;
    const uint8_t *there = range_at(in->range, from);
    in->flags |= STREAM_OVERLAP;
    if (memcmp(there, in->bytes.p + (from - in->whole.from), to - from) != 0)
        in->flags |= STREAM_DIFFERS;
    if (overlap_new_wins(in->policy, old->segment_from, old->segment_to, in->whole.segment_from,
                         in->whole.segment_to))
        copy_in(in, from, to);
    else
        emit(in, from, to, old);
}

/* Walks the pieces [first, last) that the segment overlaps, writing bytes and their new owners. */
static void settle_all(struct insertion *in, uint32_t first, uint32_t last)
{
    const struct stream_piece *pieces = in->stream->pieces;
    uint64_t at = in->whole.from;
    for (uint32_t i = first; i < last; i++) {
        struct stream_piece old = pieces[i];
        emit(in, old.from, in->whole.from, &old); /* what sticks out to the left */
        if (old.from > at)
            copy_in(in, at, old.from);
        settle(in, &old);
        at = old.to;
        if (old.to > in->whole.to)
            emit(in, in->whole.to, old.to, &old);
    }
    if (at < in->whole.to)
        copy_in(in, at, in->whole.to);
}

static void splice(struct stream *stream, uint32_t first, uint32_t last, const struct stream_piece *out,
                   uint32_t count)
{
    uint32_t end = stream->piece_first + stream->piece_count;
    struct stream_piece *pieces = stream->pieces;
    if (last - first != count)
        memmove(pieces + first + count, pieces + last, (end - last) * sizeof *pieces);
    memcpy(pieces + first, out, count * sizeof *out);
    stream->piece_count = stream->piece_count - (last - first) + count;
}

/* Cuts off what cannot be kept. False when nothing is left. */
static bool clip(struct stream *stream, struct insertion *in)
{
    struct stream_piece *whole = &in->whole;
    if (whole->to > stream->end)
        stream->end = whole->to;
    if (whole->to > stream->depth) {
        if (!stream->depth_reached)
            in->flags |= STREAM_DEPTH;
        stream->depth_reached = stream->news = true;
        whole->to = stream->depth > whole->from ? stream->depth : whole->from;
    }
    if (whole->from < stream->inspectable) {
        in->flags |= STREAM_BEFORE;
        uint64_t cut = (whole->to < stream->inspectable ? whole->to : stream->inspectable) - whole->from;
        in->bytes = slice_from(in->bytes, cut);
        whole->from += cut;
    }
    return whole->from < whole->to && in->bytes.p && !stream->stopped;
}

/* In order behind the last piece. */
static bool follows_last(const struct stream *stream, const struct insertion *in)
{
    uint32_t end = stream->piece_first + stream->piece_count;
    return stream->piece_count > 0 && stream->pieces[end - 1].to == in->whole.from;
}

/* With the list full, the last piece swallows a segment that follows it. */
static void extend_last(struct stream *stream, struct insertion *in)
{
    struct stream_piece *last = &stream->pieces[stream->piece_first + stream->piece_count - 1];
    last->to = in->whole.to;
    last->segment_to = in->whole.segment_to;
    memcpy(range_at(in->range, in->whole.from), in->bytes.p, in->whole.to - in->whole.from);
    in->flags |= STREAM_STORED;
}

static unsigned full(int rc)
{
    return rc == -ENOSPC ? STREAM_RANGES_FULL : STREAM_MEMORY_FULL;
}

/* Has the bytes fit into a range. False: they do not. */
static bool make_room(struct stream *stream, struct insertion *in)
{
    struct stream_range *range = NULL;
    int rc = join(stream, in->whole.from, in->whole.to, &range);
    in->range = range;
    if (rc)
        in->flags |= full(rc);
    return rc == 0;
}

enum { FEW_PIECES = 8 };

/* Puts the segment among the pieces [first, last) that it overlaps. */
static void insert_among(struct stream *stream, struct insertion *in, uint32_t first, uint32_t last,
                         uint32_t most)
{
    struct stream_piece few[FEW_PIECES], *many = NULL;
    if (most > FEW_PIECES && !(many = malloc(most * sizeof *many))) {
        in->flags |= STREAM_MEMORY_FULL;
        return;
    }
    in->out = many ? many : few;
    if (make_room(stream, in)) {
        settle_all(in, first, last);
        splice(stream, first, last, in->out, in->out_count);
    }
    in->out = NULL;
    free(many);
}

/* Behind the only range, or the first of all, as nearly every segment comes. False, with the stream as it
 * was: it needs the long way, if there is any. */
static bool append(struct stream *stream, struct stream_budget *budget, struct insertion *in)
{
    struct stream_range *range = &stream->only;
    const struct stream_piece *whole = &in->whole;
    if (stream->ranges || (stream->range_count && range->to != whole->from) ||
        stream_reserve_pieces(stream, budget, 1))
        return false;
    if (stream->range_count ? range_reach(budget, range, range->from, whole->to)
                            : range_make(budget, range, whole->from, whole->to)) {
        stream_shrink_pieces(stream);
        return false;
    }
    stream->range_count = 1;
    memcpy(range_at(range, whole->from), in->bytes.p, whole->to - whole->from);
    stream->pieces[stream->piece_first + stream->piece_count++] = *whole;
    in->flags |= STREAM_STORED;
    return true;
}

static void insert_clipped(struct stream *stream, struct stream_budget *budget, struct insertion *in)
{
    stream->budget = budget;
    if (in->whole.to - stream->released > budget->most_window) {
        in->flags |= STREAM_MEMORY_FULL;
        return;
    }
    if (append(stream, budget, in))
        return;
    uint32_t first = piece_after(stream, in->whole.from), last = first;
    while (last < stream->piece_first + stream->piece_count && stream->pieces[last].from < in->whole.to)
        last++;
    /* Each overlapped piece leaves itself and a new part before it; then one more, and two that stick out. */
    uint32_t overlapped = last - first, most = 2 * overlapped + 3;
    uint32_t shift = first - stream->piece_first;
    int rc = stream_reserve_pieces(stream, budget, most - overlapped);
    if (rc == 0) {
        first = stream->piece_first + shift;
        insert_among(stream, in, first, first + overlapped, most);
    } else if (!follows_last(stream, in)) {
        in->flags |= full(rc);
    } else if (make_room(stream, in)) {
        extend_last(stream, in);
    }
}

unsigned stream_insert(struct stream *stream, struct stream_budget *budget, uint64_t from, struct slice bytes,
                       enum os_policy policy)
{
    uint64_t to = from + bytes.n;
    struct insertion in = {.stream = stream, .whole = {from, to, from, to}, .bytes = bytes, .policy = policy};
    if (clip(stream, &in))
        insert_clipped(stream, budget, &in);
    return in.flags;
}
