/* Batches are filled and decoded, and their memory comes back. */
#include "run/pipeline_private.h"

#include <errno.h>

#include "base/log.h"

enum { REASSEMBLED_MOST = 64 }; /* datagrams handed out before they are given back to the decoder */

static void release(struct pipeline *p, struct batch *batch)
{
    input_release(p->config.input, &batch->frames);
    if (p->config.released)
        p->config.released(p->config.released_ctx);
    batch_clear(batch);
    if (p->crew)
        p->released[p->released_count++] = batch;
}

/*
 * A batch to fill. Frames are given back to the input by who reads, and as soon as their batch is done, not
 * only when it is needed again: they may have to be sent on.
 */
static struct batch *take_batch(struct pipeline *p)
{
    struct batch *batch = p->batches[0];
    if (p->crew) {
        for (struct batch *done; (done = conveyor_get_back(&p->conveyor, !p->released_count));)
            release(p, done);
        batch = p->released[--p->released_count];
    } else {
        release(p, batch);
    }
    batch->first_sequence = p->sequence;
    return batch;
}

/* Of those that may be on their way, this one included: time lines follow one another with clocks of their
 * own. */
static uint64_t latest_clock(struct pipeline *p, uint64_t clock_ns)
{
    uint64_t latest = 0;
    p->clocks[p->submitted++ % IN_FLIGHT] = clock_ns;
    for (unsigned i = 0; i < IN_FLIGHT; i++)
        if (p->clocks[i] > latest)
            latest = p->clocks[i];
    return latest;
}

static void submit(struct pipeline *p, struct batch *batch)
{
    batch->clock_ns = p->clock_ns;
    batch->until_ns = latest_clock(p, p->clock_ns);
    p->sequence += batch->count + 1;
    if (p->config.notes)
        p->config.notes(p->config.ctx, &batch->notes);
    if (p->crew) {
        conveyor_submit(&p->conveyor, batch);
        return;
    }
    worker_batch(p->workers[0].worker, batch);
    pipeline_write(p, batch);
}

void pipeline_drain(struct pipeline *p)
{
    if (!p->crew)
        release(p, p->batches[0]);
    for (struct batch *done; p->crew && (done = conveyor_drain(&p->conveyor));)
        release(p, done);
}

/* Reassembled datagrams stay until given back; waiting for them at every batch would stop the pipeline. */
static bool owes_many(const struct pipeline *p)
{
    return decoder_counters(p->decoder)->reassembled - p->reassembled >= REASSEMBLED_MOST;
}

/* A crew that reads comes here when nothing is in flight. */
static void give_back(struct pipeline *p)
{
    pipeline_drain(p);
    decoder_release(p->decoder);
    p->reassembled = decoder_counters(p->decoder)->reassembled;
}

static int decode_frames(struct pipeline *p, struct batch *batch)
{
    if (batch->frames.now_ns > p->clock_ns)
        p->clock_ns = batch->frames.now_ns;
    for (; batch->decoded < batch->frames.count; batch->decoded++) {
        struct frame *frame = &batch->frames.frames[batch->decoded];
        if (frame->time_ns > p->clock_ns)
            p->clock_ns = frame->time_ns;
        p->last_frame_ns = frame->time_ns;
        if (batch_decode(batch, p->decoder, frame))
            return -ENOMEM;
    }
    p->last_frames = batch->frames.count;
    if (p->clock_ns > p->latest_ns)
        p->latest_ns = p->clock_ns;
    return 0;
}

void pipeline_add_counters(struct decode_counters *sum, const struct decode_counters *part)
{
    /* All members are uint64_t. */
    uint64_t *to = (uint64_t *)(void *)sum;
    const uint64_t *from = (const uint64_t *)(const void *)part;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
}

/* What follows is another time line: no fragment of this one may meet it, and its clock starts anew. */
static int end_timeline(struct pipeline *p, struct batch *batch)
{
    struct decoder *fresh = decoder_new(&p->config.decode);
    batch->timeline_ends = true;
    if (fresh) {
        pipeline_add_counters(&p->decoded, decoder_counters(p->decoder));
        batch->decoder = p->decoder;
        p->decoder = fresh;
        p->reassembled = 0;
    }
    submit(p, batch);
    p->clock_ns = 0;
    return fresh ? 0 : -ENOMEM;
}

/* Fills a batch, piece by piece, and decodes it; one worker does not wait for its end. An input_result. */
static int read_batch(struct pipeline *p, struct batch *batch, int *failed, struct err *err)
{
    bool first = !decoder_counters(p->decoder)->frames;
    int result = input_next(p->config.input, &batch->frames, err);
    while (result == INPUT_BATCH && batch->frames.more && !*failed) {
        if (!first)
            *failed = decode_frames(p, batch);
        if (!first && !p->crew)
            worker_piece(p->workers[0].worker, batch);
        input_next(p->config.input, &batch->frames, err);
    }
    if (result == INPUT_BATCH && first)
        decoder_look_ahead(p->decoder, batch->frames.frames, batch->frames.count);
    if (result == INPUT_BATCH && !*failed)
        *failed = decode_frames(p, batch);
    return result;
}

/* One step: a batch, or the end of a time line. 1 to go on, 0 at the end, negative errno with *err. */
static int step(struct pipeline *p, struct err *err)
{
    if (owes_many(p))
        give_back(p);
    struct batch *batch = take_batch(p);
    int failed = 0;
    int result = read_batch(p, batch, &failed, err);
    if (result == INPUT_BATCH) {
        submit(p, batch);
        if (p->config.progress)
            p->config.progress(p->config.ctx, p->sequence,
                               atomic_load_explicit(&p->alerts, memory_order_relaxed));
        if (p->conveyor.crew_reads && owes_many(p))
            conveyor_read_alone(&p->conveyor);
        return failed ? err_set(err, failed, "out of memory") : 1;
    }
    if (result == INPUT_TIMELINE_END)
        return end_timeline(p, batch) ? err_set(err, -ENOMEM, "out of memory") : 1;
    if (p->crew)
        p->released[p->released_count++] = batch;
    return result == INPUT_END ? 0 : result;
}

/* Whether a failure leaves something to go on with: another capture. */
static bool may_go_on(int result)
{
    return result != -ENOMEM && result != -EINVAL;
}

static void keep_failure(struct pipeline *p, int result, const struct err *err)
{
    if (p->reading.result)
        log_error(p->config.log, "%s: %s", err->file, err->message);
    else
        p->reading = (struct reading){.result = result, .err = *err};
}

/* One batch at the most: who reads on top of a worker that waits must not wait for a second one. */
bool pipeline_read_next(struct pipeline *p)
{
    struct err err = {0};
    bool stopping = atomic_load(p->config.stop), broken = atomic_load(&p->failed) || p->reading.over;
    if (!broken &&
        (!stopping || (p->config.more && p->config.more(p->config.ctx, p->last_frames, p->last_frame_ns)))) {
        int result = step(p, &err);
        if (result > 0)
            return true;
        if (result == 0 && !stopping)
            return false;
        if (result < 0 && !stopping)
            keep_failure(p, result, &err);
        p->reading.over = stopping || !may_go_on(result);
        return true;
    }
    end_timeline(p, take_batch(p)); /* stopped: flows end where they are */
    return false;
}
