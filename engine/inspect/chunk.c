#include "inspect/chunk.h"

#include "app/detect.h"
#include "app/engine.h"
#include "flow/flow.h"
#include "flow/tcp.h"

enum { CHUNK = 2560 };

void chunks_init(struct chunks *chunks, uint32_t to_server, uint32_t to_client)
{
    *chunks = (struct chunks){0};
    chunks->size[TO_SERVER] = to_server ? to_server : CHUNK;
    chunks->size[TO_CLIENT] = to_client ? to_client : CHUNK;
    pool_init(&chunks->progress, sizeof(struct flow_progress), SIZE_MAX / 2);
}

void chunks_fini(struct chunks *chunks)
{
    pool_fini(&chunks->progress);
}

void chunks_flow_end(struct chunks *chunks, struct flow *flow)
{
    pool_put(&chunks->progress, flow->inspect_state);
    flow->inspect_state = NULL;
}

struct flow_progress *chunks_progress(struct chunks *chunks, struct flow *flow)
{
    if (!flow->inspect_state) {
        struct flow_progress *fresh = pool_get(&chunks->progress);
        if (fresh)
            *fresh = (struct flow_progress){0};
        flow->inspect_state = fresh;
    }
    return flow->inspect_state;
}

static void advance(struct stream_progress *done, uint64_t to)
{
    uint64_t more = to - done->inspected;
    done->unbroken = more < UINT32_MAX - done->unbroken ? done->unbroken + (uint32_t)more : UINT32_MAX;
    done->inspected = to;
}

bool chunk_next(struct chunks *chunks, struct flow *flow, enum direction direction, bool all,
                struct view_buffer *out)
{
    struct flow_progress *progress = chunks_progress(chunks, flow);
    if (!progress)
        return false;
    struct stream *stream = &flow->tcp->streams[direction];
    struct stream_progress *done = &progress->streams[direction];
    uint32_t chunk = chunks->size[direction];
    if (stream->inspectable <= done->inspected)
        return false;
    if (!all && stream->inspectable - done->inspected < chunk && !stream->depth_reached)
        return false;
    uint64_t at = done->inspected;
    struct slice fresh = stream_read(stream, done->inspected, &at);
    if (!fresh.n)
        return false;
    bool anew = at > done->inspected || done->inspected == 0;
    if (anew)
        *done = (struct stream_progress){.inspected = at};
    uint64_t back = done->unbroken < chunk ? done->unbroken : chunk;
    struct slice whole = fresh;
    if (back) {
        uint64_t from = at - back;
        uint64_t got;
        whole = stream_read(stream, from, &got);
        back = got == from ? back : 0;
        if (!back)
            whole = fresh;
    }
    *out = (struct view_buffer){
        .bytes = whole,
        .new_from = (size_t)back,
        .first = anew,
        .last = all && at + fresh.n >= stream->inspectable,
    };
    advance(done, at + fresh.n);
    chunks->bytes += fresh.n;
    return true;
}

uint64_t chunk_app_keeps(const struct flow *flow, enum direction direction)
{
    return app_detect_open(flow, direction) ? flow->app_start[direction] : app_keeps_from(flow, direction);
}

static void release_below(struct flow *flow, enum direction direction, uint64_t below)
{
    uint64_t needed = chunk_app_keeps(flow, direction);
    stream_release(&flow->tcp->streams[direction], needed < below ? needed : below);
}

void chunk_release(struct chunks *chunks, struct flow *flow, enum direction direction)
{
    struct flow_progress *progress = flow->inspect_state;
    if (!progress)
        return;
    const struct stream_progress *done = &progress->streams[direction];
    uint32_t chunk = chunks->size[direction];
    release_below(flow, direction, done->inspected - (done->unbroken < chunk ? done->unbroken : chunk));
}

void chunk_pass_over(struct chunks *chunks, struct flow *flow, enum direction direction)
{
    struct flow_progress *progress = chunks_progress(chunks, flow);
    struct stream *stream = &flow->tcp->streams[direction];
    uint32_t chunk = chunks->size[direction];
    if (!progress || stream->inspectable - progress->streams[direction].inspected < chunk)
        return;
    advance(&progress->streams[direction], stream->inspectable);
    release_below(flow, direction, stream->inspectable);
}

bool chunk_unwanted(const struct flow *flow, enum direction direction)
{
    const struct flow_progress *progress = flow->inspect_state;
    return flow->tcp->streams[direction].stopped || flow->flags & FLOW_NO_PAYLOAD ||
           (progress && progress->raw_unwanted[direction]);
}

bool chunk_all_inspected(const struct flow *flow)
{
    const struct flow_progress *progress = flow->inspect_state;
    if (!progress || !progress->settled)
        return false;
    for (int d = 0; d < DIRECTIONS; d++)
        if (!chunk_unwanted(flow, (enum direction)d) &&
            progress->streams[d].inspected < flow->tcp->streams[d].inspectable)
            return false;
    return true;
}

void chunk_resume(struct flow *flow, enum direction direction)
{
    struct flow_progress *progress = flow->inspect_state;
    struct stream *stream = &flow->tcp->streams[direction];
    if (!stream->stopped || progress->raw_unwanted[direction] || flow->flags & FLOW_NO_PAYLOAD)
        return;
    stream_resume(stream);
    if (progress->streams[direction].inspected < stream->inspectable)
        advance(&progress->streams[direction], stream->inspectable);
}
