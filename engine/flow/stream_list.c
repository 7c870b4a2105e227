#include "flow/stream_list.h"

#include <errno.h>
#include <string.h>

#include "base/block.h"
#include "flow/stream_room.h"

enum { FIRST_LIST = 4, LONG_LIST = 64, PIECES_PER_RANGE = 4 };

struct list { /* of elements of one size */
    void *at;
    uint32_t capacity;
    size_t size;
};

static int resize(struct stream_budget *budget, struct list *list, uint32_t capacity, uint32_t count)
{
    size_t have = list->capacity * list->size, want = capacity * list->size;
    if (want > have && want - have > budget->most - budget->used)
        return -ENOMEM;
    void *at = block_resize(budget->blocks, list->at, have, want, count * list->size);
    if (!at)
        return -ENOMEM;
    budget->used = budget->used - have + want;
    list->at = at;
    list->capacity = capacity;
    return 0;
}

/* Doubles the list, as far as cap and budget allow, so that it holds `need`. */
static int grow(struct stream_budget *budget, struct list *list, uint32_t count, uint64_t need, uint32_t most)
{
    if (need <= list->capacity)
        return 0;
    if (need > most)
        return -ENOSPC;
    uint64_t want = list->capacity ? list->capacity : FIRST_LIST;
    while (want < need)
        want *= 2;
    if (want > most)
        want = most;
    if (resize(budget, list, (uint32_t)want, count) == 0)
        return 0;
    return resize(budget, list, (uint32_t)need, count); /* doubling is a convenience */
}

static void drop(struct stream_budget *budget, struct list *list)
{
    size_t size = list->capacity * list->size;
    block_put(budget->blocks, list->at, size);
    budget->used -= size;
    list->at = NULL;
    list->capacity = 0;
}

static struct list ranges_of(const struct stream *stream)
{
    return (struct list){stream->ranges, stream->range_capacity, sizeof *stream->ranges};
}

static void set_ranges(struct stream *stream, const struct list *list)
{
    stream->ranges = list->at;
    stream->range_capacity = list->capacity;
}

static struct list pieces_of(const struct stream *stream)
{
    return (struct list){stream->pieces, stream->piece_capacity, sizeof *stream->pieces};
}

static void set_pieces(struct stream *stream, const struct list *list)
{
    stream->pieces = list->at;
    stream->piece_capacity = list->capacity;
}

int stream_reserve_ranges(struct stream *stream, struct stream_budget *budget)
{
    uint64_t need = (uint64_t)stream->range_count + 1;
    if (need == 1)
        return 0;
    struct list list = ranges_of(stream);
    bool first = !list.at;
    int rc = grow(budget, &list, first ? 0 : stream->range_count, need, budget->most_ranges);
    set_ranges(stream, &list);
    if (rc == 0 && first)
        stream->ranges[0] = stream->only;
    return rc;
}

static void move_pieces_to_front(struct stream *stream)
{
    if (stream->piece_first > 0)
        memmove(stream->pieces, stream->pieces + stream->piece_first,
                stream->piece_count * sizeof *stream->pieces);
    stream->piece_first = 0;
}

int stream_reserve_pieces(struct stream *stream, struct stream_budget *budget, uint32_t more)
{
    uint64_t need = (uint64_t)stream->piece_count + more;
    if (stream->piece_first + need <= stream->piece_capacity)
        return 0;
    move_pieces_to_front(stream);
    struct list list = pieces_of(stream);
    int rc = grow(budget, &list, stream->piece_count, need, budget->most_ranges * PIECES_PER_RANGE);
    set_pieces(stream, &list);
    return rc;
}

/* Gives back most of a long list that has become short. */
static void shrink(struct stream_budget *budget, struct list *list, uint32_t count)
{
    uint32_t want = 2 * count + FIRST_LIST;
    if (list->capacity > LONG_LIST && want <= list->capacity / 2)
        resize(budget, list, want, count); /* if it fails, the old list still serves */
}

void stream_shrink_ranges(struct stream *stream)
{
    if (!stream->ranges)
        return;
    struct list list = ranges_of(stream);
    if (stream->range_count > 1) {
        shrink(stream->budget, &list, stream->range_count);
    } else {
        stream->only = stream->ranges[0];
        drop(stream->budget, &list);
    }
    set_ranges(stream, &list);
}

void stream_shrink_pieces(struct stream *stream)
{
    if (!stream->pieces)
        return;
    struct list list = pieces_of(stream);
    if (!stream->piece_count)
        drop(stream->budget, &list);
    else if (stream->piece_first == 0) /* else they lie further back: moved when there has to be room */
        shrink(stream->budget, &list, stream->piece_count);
    set_pieces(stream, &list);
}

void stream_free_lists(struct stream *stream)
{
    stream->range_count = stream->piece_count = stream->piece_first = 0;
    stream_shrink_ranges(stream);
    stream_shrink_pieces(stream);
}

static void trim(struct stream_budget *budget, struct list *list, uint32_t count)
{
    if (!count && list->capacity)
        drop(budget, list);
    else if (count < list->capacity)
        resize(budget, list, count, count);
}

void stream_trim(struct stream *stream)
{
    for (uint32_t i = 0; i < stream->range_count; i++)
        range_trim(stream->budget, &stream_ranges_mutable(stream)[i]);
    move_pieces_to_front(stream);
    struct list ranges = ranges_of(stream), pieces = pieces_of(stream);
    trim(stream->budget, &ranges, stream->range_count);
    trim(stream->budget, &pieces, stream->piece_count);
    set_ranges(stream, &ranges);
    set_pieces(stream, &pieces);
}
