#include "flow/stream.h"

#include "flow/stream_list.h"
#include "flow/stream_room.h"

uint32_t stream_range_after(const struct stream *stream, uint64_t offset)
{
    uint32_t low = 0, high = stream->range_count;
    const struct stream_range *ranges = stream_ranges(stream);
    if (high > 0 && ranges[high - 1].to <= offset)
        return high; /* the usual case: in order */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ranges[middle].to <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct slice stream_read(const struct stream *stream, uint64_t from, uint64_t *at)
{
    *at = from;
    uint32_t i = stream_range_after(stream, from);
    if (i == stream->range_count)
        return slice_of(NULL, 0);
    const struct stream_range *range = &stream_ranges(stream)[i];
    if (range->from > from)
        from = range->from;
    if (from >= stream->inspectable)
        return slice_of(NULL, 0);
    *at = from;
    uint64_t to = range->to < stream->inspectable ? range->to : stream->inspectable;
    return slice_of(range_at(range, from), (size_t)(to - from));
}

bool stream_differs(const struct stream *stream, uint64_t from, struct slice bytes)
{
    while (bytes.n) {
        uint64_t at;
        struct slice held = stream_read(stream, from, &at);
        if (!held.n || at - from >= bytes.n)
            return false;
        bytes = slice_from(bytes, (size_t)(at - from));
        size_t n = held.n < bytes.n ? held.n : bytes.n;
        if (memcmp(held.p, bytes.p, n) != 0)
            return true;
        bytes = slice_from(bytes, n);
        from = at + n;
    }
    return false;
}

uint64_t stream_contiguous(const struct stream *stream)
{
    uint32_t i = stream_range_after(stream, stream->inspectable);
    if (i == stream->range_count || stream_ranges(stream)[i].from > stream->inspectable)
        return stream->inspectable;
    return stream_ranges(stream)[i].to;
}

static void drop_ranges(struct stream *stream, uint64_t below)
{
    uint32_t gone = stream_range_after(stream, below);
    struct stream_range *ranges = stream_ranges_mutable(stream);
    for (uint32_t i = 0; i < gone; i++)
        range_fini(stream->budget, &ranges[i]);
    stream->range_count -= gone;
    if (gone > 0 && stream->range_count > 0)
        memmove(ranges, ranges + gone, stream->range_count * sizeof *ranges);
    if (stream->range_count > 0 && ranges[0].from < below)
        range_cut(stream->budget, &ranges[0], below);
    stream_shrink_ranges(stream);
}

void stream_release(struct stream *stream, uint64_t below)
{
    /* Bytes that may still be replaced are not the reader's to release. */
    if (below > stream->inspectable)
        below = stream->inspectable;
    if (stream->compares && below > stream->acknowledged)
        below = stream->acknowledged;
    if (below <= stream->released)
        return;
    stream->released = below;
    drop_ranges(stream, below);
}

/* Gives all memory back. */
static void drop_all(struct stream *stream)
{
    drop_ranges(stream, UINT64_MAX);
    stream_free_lists(stream);
}

void stream_stop(struct stream *stream)
{
    stream->stopped = true;
    drop_all(stream);
}

void stream_resume(struct stream *stream)
{
    if (!stream->stopped)
        return;
    stream->stopped = false;
    stream->resumed = stream->end;
}

/* Bytes of [from, to) that are in no range. */
static uint64_t missing(const struct stream *stream, uint64_t from, uint64_t to)
{
    uint64_t total = 0;
    const struct stream_range *ranges = stream_ranges(stream);
    for (uint32_t i = stream_range_after(stream, from); from < to; i++) {
        uint64_t next = i < stream->range_count ? ranges[i].from : to;
        if (next > to)
            next = to;
        if (next > from)
            total += next - from;
        if (i >= stream->range_count)
            break;
        from = ranges[i].to;
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
    stream_shrink_pieces(stream);
}

uint64_t stream_acknowledge(struct stream *stream, uint64_t offset)
{
    if (offset > stream->depth)
        offset = stream->depth;
    if (offset <= stream->inspectable)
        return 0;
    uint64_t from = stream->resumed > stream->inspectable ? stream->resumed : stream->inspectable;
    uint64_t lost = stream->stopped || from >= offset ? 0 : missing(stream, from, offset);
    if (lost > 0)
        stream->has_gap = true;
    stream->inspectable = offset;
    stream->news = true;
    drop_pieces(stream, offset);
    return lost;
}

uint64_t stream_finish(struct stream *stream)
{
    return stream_acknowledge(stream, stream->end);
}

void stream_fini(struct stream *stream)
{
    drop_all(stream);
    *stream = (struct stream){0};
}
