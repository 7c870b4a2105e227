/*
 * Raw streams are inspected in chunks, with a packet of the chunk's own direction, as Suricata does outside
 * inline mode: a chunk is ready when `size` bytes are acknowledged, when the
 * connection is closing, when the stream's depth is reached, or when the flow ends. What was inspected stays
 * in the window for as long as a chunk, so that a match may begin in one chunk and end in the next.
 *
 * How far each flow has come hangs on flow->inspect_state. One worker's.
 */
#ifndef SLUICE_INSPECT_CHUNK_H
#define SLUICE_INSPECT_CHUNK_H

#include "base/pool.h"
#include "flow/direction.h"
#include "rule/view.h"

struct flow;

struct __attribute__((packed, aligned(4))) stream_progress {
    uint64_t inspected; /* offset up to which the stream was handed to the matcher */
    uint32_t unbroken;  /* bytes before it without a gap: so far one may look back */
};

struct flow_progress {
    struct stream_progress streams[DIRECTIONS];
    uint32_t renewals;             /* the rules that were asked when it was settled: */
    bool settled;                  /* the protocol is told */
    bool still;                    /* until its streams have news there is nothing to tell or to parse */
    bool raw_unwanted[DIRECTIONS]; /* no rule looks at that raw stream */
};

struct chunks {
    struct pool progress;      /* of struct flow_progress */
    uint32_t size[DIRECTIONS]; /* bytes */
    uint64_t bytes;            /* handed out so far */
};

/* Bytes that make a chunk ready; 0: the default. */
void chunks_init(struct chunks *chunks, uint32_t to_server, uint32_t to_client);
void chunks_fini(struct chunks *chunks);

/* Made at the first call. NULL when memory is short. */
struct flow_progress *chunks_progress(struct chunks *chunks, struct flow *flow);
void chunks_flow_end(struct chunks *chunks, struct flow *flow);

/*
 * Makes the view of the next chunk of a direction: false when there is none, or (unless `all`) it is not
 * ready yet. Advances the progress past it.
 */
bool chunk_next(struct chunks *chunks, struct flow *flow, enum direction direction, bool all,
                struct view_buffer *out);

/* After it was inspected: what nobody looks back at is let go. */
void chunk_release(struct chunks *chunks, struct flow *flow, enum direction direction);

/*
 * A stream whose bytes no rule looks at moves on as if its chunks had been inspected: what TCP tells of a
 * packet that comes again must not depend on which rules are loaded.
 */
void chunk_pass_over(struct chunks *chunks, struct flow *flow, enum direction direction);

/* A stream that the rules before did not look at, and these do: from the next segment on. */
void chunk_resume(struct flow *flow, enum direction direction);

/* The protocol is told, and of neither stream anything waits to be inspected. */
bool chunk_all_inspected(const struct flow *flow);

/* No rule looks at the stream of that direction any more. */
bool chunk_unwanted(const struct flow *flow, enum direction direction);

/* What the parser still needs is kept, and until the protocol is told everything. */
uint64_t chunk_app_keeps(const struct flow *flow, enum direction direction);

#endif
