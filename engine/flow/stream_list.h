/*
 * The memory of a stream's two lists. A stream in order needs neither: its only range lies in the stream
 * itself, and pieces are there from the arrival of a segment until it is acknowledged. Private to
 * engine/flow.
 */
#ifndef SLUICE_FLOW_STREAM_LIST_H
#define SLUICE_FLOW_STREAM_LIST_H

#include "flow/stream_insert.h"

/*
 * Room for one more range, or for `more` pieces behind the last. 0, -ENOMEM (the budget), -ENOSPC (the
 * cap of the list).
 */
int stream_reserve_ranges(struct stream *stream, struct stream_budget *budget);
int stream_reserve_pieces(struct stream *stream, struct stream_budget *budget, uint32_t more);

/* After ranges or pieces have gone: what a flood has left goes, too, and a list of which nothing is left. */
void stream_shrink_ranges(struct stream *stream);
void stream_shrink_pieces(struct stream *stream);

/* All of both, whatever is in them. */
void stream_free_lists(struct stream *stream);

static inline struct stream_range *stream_ranges_mutable(struct stream *stream)
{
    return stream->ranges ? stream->ranges : &stream->only;
}

#endif
