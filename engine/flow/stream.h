/*
 * One direction of a TCP connection as a string of bytes, addressed by 64-bit offsets from the first byte
 * after the SYN (midstream: from the first byte seen).
 *
 * Holds ranges of bytes: what lies below `released` is gone, the rest is there but for the holes between
 * them. Bytes below `inspectable` can no longer be replaced by an overlapping segment (acknowledged; inline:
 * received) and form, but for gaps, what the inspector reads. The memory is in proportion to the bytes held,
 * and counted against the engine's; how far the last lies behind the first is capped.
 */
#ifndef SLUICE_FLOW_STREAM_H
#define SLUICE_FLOW_STREAM_H

#include "base/slice.h"

struct stream_range { /* bytes [from, to) are present */
    uint64_t from, to;
    uint8_t *room;         /* holds them: stream_room.h */
    uint32_t before, size; /* free bytes of it before them; all of it */
};

struct stream_budget;

struct stream_piece; /* which segment owns which bytes: stream_insert.c */

struct stream {
    uint64_t released;           /* nobody reads below it */
    uint64_t inspectable;        /* right edge of what may be inspected; gaps below it are final */
    uint64_t end;                /* one past the highest byte received */
    struct stream_range only;    /* the range, while there is no more than one */
    struct stream_range *ranges; /* NULL, or those of several: sorted, disjoint, not touching; none below
                                    released */
    uint32_t range_count, range_capacity;
    struct stream_piece *pieces; /* sorted, disjoint, none below inspectable; NULL when there are none */
    uint32_t piece_first, piece_count, piece_capacity;
    struct stream_budget *budget; /* what its memory counts against; from the first segment on */
    uint64_t depth;               /* offset past which nothing is kept */
    bool depth_reached;
    bool closed;           /* FIN or RST: no more bytes will become inspectable beyond `end` */
    bool finished;         /* its FIN is acknowledged: `end` is its end, and all is inspectable */
    bool has_gap;          /* at least one gap is final */
    bool stopped;          /* stream_stop: nobody wants further bytes */
    bool news;             /* something above has changed; who reads the stream clears it */
    bool compares;         /* inline: bytes stay until acknowledged, to be compared with what is sent again */
    uint64_t acknowledged; /* up to here, where the stream compares */
    uint64_t resumed;      /* bytes below were not kept, and are no gap */
};

static inline const struct stream_range *stream_ranges(const struct stream *stream)
{
    return stream->ranges ? stream->ranges : &stream->only;
}

/*
 * The contiguous inspectable bytes at offset `from` or, when there is a final gap at `from`, at the first
 * byte after it. *at is the offset of the first byte given (> from means a gap of *at - from bytes). Empty
 * when there is nothing yet. Good until the next packet of the session or stream_release.
 */
struct slice stream_read(const struct stream *stream, uint64_t from, uint64_t *at);

/* Whether any byte that is held differs from what comes (again) at offset `from`. */
bool stream_differs(const struct stream *stream, uint64_t from, struct slice bytes);

/* The reader needs no byte below `below` any more. */
void stream_release(struct stream *stream, uint64_t below);

/* No reader wants further bytes: they are dropped on arrival (bypass after a handshake, past all depths). */
void stream_stop(struct stream *stream);

/* Somebody wants them again, from the next segment on: what came meanwhile was not kept, and is no gap. */
void stream_resume(struct stream *stream);

#endif
