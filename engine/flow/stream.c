#include "flow/stream.h"

#include <stdlib.h>

#include "flow/stream_insert.h"

uint32_t stream_range_after(const struct stream *stream, uint64_t offset)
{
    uint32_t low = 0, high = stream->range_count;
    if (high > 0 && stream->ranges[high - 1].to <= offset)
        return high; /* the usual case: in order */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (stream->ranges[middle].to <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct slice stream_read(const struct stream *stream, uint64_t from, uint64_t *at)
{
    *at = from;
    if (from < stream->base)
        from = stream->base; /* released by another reader: like a gap */
    uint32_t i = stream_range_after(stream, from);
    if (i == stream->range_count)
        return slice_of(NULL, 0);
    const struct stream_range *range = &stream->ranges[i];
    if (range->from > from)
        from = range->from;
    if (from >= stream->inspectable)
        return slice_of(NULL, 0);
    *at = from;
    uint64_t to = range->to < stream->inspectable ? range->to : stream->inspectable;
    struct slice whole = buf_slice(&stream->window);
    return slice_first(slice_from(whole, from - stream->base), to - from);
}

uint64_t stream_contiguous(const struct stream *stream)
{
    uint32_t i = stream_range_after(stream, stream->inspectable);
    if (i == stream->range_count || stream->ranges[i].from > stream->inspectable)
        return stream->inspectable;
    return stream->ranges[i].to;
}

static void drop_ranges(struct stream *stream, uint64_t below)
{
    uint32_t gone = stream_range_after(stream, below);
    stream->range_count -= gone;
    if (gone > 0 && stream->range_count > 0)
        memmove(stream->ranges, stream->ranges + gone, stream->range_count * sizeof *stream->ranges);
    if (stream->range_count > 0 && stream->ranges[0].from < below)
        stream->ranges[0].from = below;
}

void stream_release(struct stream *stream, uint64_t below)
{
    /* Bytes that may still be replaced are not the reader's to release. */
    if (below > stream->inspectable)
        below = stream->inspectable;
    if (below <= stream->released)
        return;
    stream->released = below;
    drop_ranges(stream, below);
    uint64_t front = below - stream->base;
    if (front >= stream->window.n) {
        stream->window.n = 0;
        stream->base = below;
    } else if (front >= stream->window.n - front) { /* moved bytes are paid for by released ones */
        memmove(stream->window.p, stream->window.p + front, stream->window.n - front);
        stream->window.n -= front;
        stream->base = below;
    }
}

void stream_stop(struct stream *stream)
{
    stream->stopped = true;
    stream->range_count = 0;
    stream->piece_first = stream->piece_count = 0;
    stream->window.n = 0;
    stream->released = stream->inspectable;
    stream->base = stream->inspectable;
}

/* Bytes of [from, to) that are in no range. */
static uint64_t missing(const struct stream *stream, uint64_t from, uint64_t to)
{
    uint64_t total = 0;
    for (uint32_t i = stream_range_after(stream, from); from < to; i++) {
        uint64_t next = i < stream->range_count ? stream->ranges[i].from : to;
        if (next > to)
            next = to;
        if (next > from)
            total += next - from;
        if (i >= stream->range_count)
            break;
        from = stream->ranges[i].to;
    }
    return total;
}

static void drop_pieces(struct stream *stream, uint64_t below)
{
    uint32_t end = stream->piece_first + stream->piece_count;
    uint32_t i = stream->piece_first;
    while (i < end && stream->pieces[i].to <= below)
        i++;
    stream->piece_count = end - i;
    stream->piece_first = stream->piece_count ? i : 0;
    if (stream->piece_count && stream->pieces[i].from < below)
        stream->pieces[i].from = below;
}

uint64_t stream_acknowledge(struct stream *stream, uint64_t offset)
{
    if (offset > stream->depth)
        offset = stream->depth;
    if (offset <= stream->inspectable)
        return 0;
    uint64_t lost = stream->stopped ? 0 : missing(stream, stream->inspectable, offset);
    if (lost > 0)
        stream->has_gap = true;
    stream->inspectable = offset;
    drop_pieces(stream, offset);
    if (stream->stopped)
        stream->base = stream->released = offset;
    return lost;
}

uint64_t stream_finish(struct stream *stream)
{
    return stream_acknowledge(stream, stream->end);
}

void stream_fini(struct stream *stream, struct stream_budget *budget)
{
    budget->used -= stream->window.cap + stream->range_capacity * sizeof *stream->ranges +
                    stream->piece_capacity * sizeof *stream->pieces;
    buf_fini(&stream->window);
    free(stream->ranges);
    free(stream->pieces);
    *stream = (struct stream){0};
}
