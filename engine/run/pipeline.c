#include "run/pipeline.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "app/expectation.h"
#include "base/log.h"
#include "run/conveyor.h"
#include "run/cpus.h"
#include "run/host_marks.h"

enum {
    IN_FLIGHT = CONVEYOR_SLOTS,
    REASSEMBLED_MOST = 64 /* datagrams handed out before they are given back to the decoder */
};

struct worker_thread {
    pthread_t thread;
    struct worker *worker;
    struct conveyor *conveyor;
    unsigned index;
};

struct pipeline {
    struct pipeline_config config;
    struct decoder *decoder;
    struct decode_counters decoded; /* of the decoders before this one */
    uint64_t reassembled;           /* as counted when the datagrams were last given back */
    struct turn_slot *turns;
    struct host_marks *marks; /* of each worker; NULL: there is one */
    struct expectations *expectations;
    struct worker_thread *workers;
    unsigned started; /* workers whose thread runs */
    bool writing;     /* the writer's thread runs */
    bool running;     /* the decoder's counters are not in `decoded` yet */
    pthread_t writer;
    struct conveyor conveyor; /* of struct batch, with several workers: reader, workers, writer, reader */
    struct batch *batches[IN_FLIGHT];
    unsigned batch_count;
    struct batch *released[IN_FLIGHT]; /* of these, their frames given back: the reader's */
    unsigned released_count;
    uint64_t sequence, clock_ns, latest_ns; /* clock_ns starts anew with each time line */
    uint64_t clocks[IN_FLIGHT];             /* of the batches that were submitted last */
    uint64_t submitted;
    unsigned last_frames; /* of the batch that was read last */
    uint64_t last_frame_ns;
    struct merger merger;
    struct buf text;
    atomic_int failed;           /* negative errno of what the writer met; read by the reader */
    atomic_uint_fast64_t alerts; /* written so far: for progress, so its order does not matter */
};

static void free_workers(struct pipeline *p)
{
    for (unsigned i = 0; p->workers && i < p->config.workers; i++)
        worker_free(p->workers[i].worker);
    free(p->workers);
}

void pipeline_free(struct pipeline *p)
{
    if (!p)
        return;
    free_workers(p);
    expectations_free(p->expectations);
    for (unsigned i = 0; i < p->batch_count; i++)
        batch_free(p->batches[i]);
    conveyor_fini(&p->conveyor);
    decoder_free(p->decoder);
    merger_fini(&p->merger);
    buf_fini(&p->text);
    free(p->turns);
    free(p->marks);
    free(p);
}

static int make_workers(struct pipeline *p)
{
    unsigned n = p->config.workers;
    p->workers = calloc(n, sizeof *p->workers);
    p->turns = aligned_alloc(_Alignof(struct turn_slot), n * sizeof *p->turns);
    p->marks = n > 1 ? calloc(n, sizeof *p->marks) : NULL;
    p->expectations = expectations_new();
    if (!p->workers || !p->turns || !p->expectations || (n > 1 && !p->marks))
        return -ENOMEM;
    memset(p->turns, 0, n * sizeof *p->turns);
    for (unsigned i = 0; i < n; i++) {
        struct worker_config config = p->config.worker;
        config.turns = p->turns;
        config.marks = p->marks;
        config.workers = n;
        config.index = i;
        config.inspect.app.expectations = p->expectations;
        p->workers[i] =
            (struct worker_thread){.worker = worker_new(&config), .conveyor = &p->conveyor, .index = i};
        if (!p->workers[i].worker)
            return -ENOMEM;
    }
    return 0;
}

struct pipeline *pipeline_new(const struct pipeline_config *config)
{
    struct pipeline *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->config = *config;
    p->sequence = 1;
    p->decoder = decoder_new(&config->decode);
    unsigned batches = config->workers > 1 ? IN_FLIGHT : 1;
    bool eager = config->flush || config->sink || config->done;
    int failed = !p->decoder || make_workers(p) || conveyor_init(&p->conveyor, config->workers, eager);
    for (unsigned i = 0; i < batches && !failed; i++) {
        p->batches[i] = batch_new(config->workers);
        failed = !p->batches[i];
        p->batch_count += !failed;
        if (!failed)
            p->batches[i]->marks = p->marks;
    }
    if (failed) {
        pipeline_free(p);
        return NULL;
    }
    return p;
}

static void write_batch(struct pipeline *p, struct batch *batch)
{
    buf_clear(&p->text);
    int result = merger_batch(&p->merger, batch, &p->text);
    if (!result)
        result = buf_append(&p->text, buf_slice(&batch->notes));
    if (!result && p->config.writer)
        result = writer_put(p->config.writer, buf_slice(&p->text));
    if (!result && p->config.flush)
        result = writer_flush(p->config.writer);
    if (!result && p->config.sink)
        result = sink_put(p->config.sink, buf_slice(&p->text));
    if (!result && p->config.sink)
        result = sink_flush(p->config.sink);
    atomic_store_explicit(&p->alerts, p->merger.alerts, memory_order_relaxed);
    int none = 0;
    if (result)
        atomic_compare_exchange_strong(&p->failed, &none, result);
}

static void *worker_main(void *ctx)
{
    struct worker_thread *w = ctx;
    struct batch *batch;
    while ((batch = conveyor_next(w->conveyor, w->index)))
        worker_batch(w->worker, batch);
    return NULL;
}

static void *writer_main(void *ctx)
{
    struct pipeline *p = ctx;
    struct batch *batch;
    while ((batch = conveyor_take(&p->conveyor))) {
        write_batch(p, batch);
        bool lent = batch->frames.count > 0;
        conveyor_finish(&p->conveyor);
        if (lent && p->config.done)
            p->config.done(p->config.ctx);
    }
    return NULL;
}

/* Signals are for the thread that called us. */
static int create_thread(pthread_t *thread, void *(*main)(void *), void *ctx)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(thread, NULL, main, ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -result;
}

/* A CPU that is not there costs speed only. */
static void bind_thread(const struct pipeline *p, pthread_t thread, unsigned index)
{
    int result = p->config.cpus ? cpus_bind(p->config.cpus, thread, index) : 0;
    if (result)
        log_warning(p->config.log, "a thread cannot be bound to its CPU: %s", strerror(-result));
}

static int start_threads(struct pipeline *p)
{
    for (; p->released_count < p->batch_count; p->released_count++)
        p->released[p->released_count] = p->batches[p->released_count];
    for (; p->started < p->config.workers; p->started++) {
        struct worker_thread *w = &p->workers[p->started];
        int result = create_thread(&w->thread, worker_main, w);
        if (result)
            return result;
        bind_thread(p, w->thread, p->started + 1);
    }
    int result = create_thread(&p->writer, writer_main, p);
    p->writing = result == 0;
    return result;
}

static void join_threads(struct pipeline *p)
{
    conveyor_end(&p->conveyor);
    for (unsigned i = 0; i < p->started; i++)
        pthread_join(p->workers[i].thread, NULL);
    if (p->writing)
        pthread_join(p->writer, NULL);
}

static void release(struct pipeline *p, struct batch *batch)
{
    input_release(p->config.input, &batch->frames);
    if (p->config.released)
        p->config.released(p->config.released_ctx);
    batch_clear(batch);
    if (p->writing)
        p->released[p->released_count++] = batch;
}

/*
 * A batch to fill. Frames are given back to the input in the thread that reads, and as soon as their batch is
 * done, not only when it is needed again: they may have to be sent on.
 */
static struct batch *take_batch(struct pipeline *p)
{
    struct batch *batch = p->batches[0];
    if (p->writing) {
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
    if (p->writing) {
        conveyor_submit(&p->conveyor, batch);
        return;
    }
    worker_batch(p->workers[0].worker, batch);
    write_batch(p, batch);
}

/* Waits until nothing is in flight: frames and datagrams that batches point to may go then. */
static void drain(struct pipeline *p)
{
    if (!p->writing)
        release(p, p->batches[0]);
    for (struct batch *done; p->writing && (done = conveyor_drain(&p->conveyor));)
        release(p, done);
}

/* Reassembled datagrams stay until given back; waiting for them at every batch would stop the pipeline. */
static void give_back(struct pipeline *p, bool all)
{
    uint64_t reassembled = decoder_counters(p->decoder)->reassembled;
    if (reassembled == p->reassembled || (!all && reassembled - p->reassembled < REASSEMBLED_MOST))
        return;
    drain(p);
    decoder_release(p->decoder);
    p->reassembled = reassembled;
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

static void add_counters(struct decode_counters *sum, const struct decode_counters *part)
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
        add_counters(&p->decoded, decoder_counters(p->decoder));
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
        if (!first && !p->writing)
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
    struct batch *batch = take_batch(p);
    int failed = 0;
    int result = read_batch(p, batch, &failed, err);
    if (result == INPUT_BATCH) {
        submit(p, batch);
        if (p->config.progress)
            p->config.progress(p->config.ctx, p->sequence,
                               atomic_load_explicit(&p->alerts, memory_order_relaxed));
        give_back(p, false);
        return failed ? err_set(err, failed, "out of memory") : 1;
    }
    if (result == INPUT_TIMELINE_END)
        return end_timeline(p, batch) ? err_set(err, -ENOMEM, "out of memory") : 1;
    if (p->writing)
        p->released[p->released_count++] = batch;
    return result == INPUT_END ? 0 : result;
}

/* Whether a failure leaves something to go on with: another capture. */
static bool may_go_on(int result)
{
    return result != -ENOMEM && result != -EINVAL;
}

static int read_all(struct pipeline *p, struct err *err)
{
    int first = 0;
    struct err here = {0};
    while (!atomic_load(p->config.stop) && !atomic_load(&p->failed)) {
        int result = step(p, &here);
        if (result == 0)
            return first;
        if (result > 0)
            continue;
        if (first == 0) {
            first = result;
            *err = here;
        } else {
            log_error(p->config.log, "%s: %s", here.file, here.message);
        }
        if (!may_go_on(result))
            break;
    }
    while (atomic_load(p->config.stop) && !atomic_load(&p->failed) && p->config.more &&
           p->config.more(p->config.ctx, p->last_frames, p->last_frame_ns))
        if (step(p, &here) <= 0)
            break;
    struct batch *batch = take_batch(p); /* stopped: flows end where they are */
    end_timeline(p, batch);
    return first;
}

int pipeline_run(struct pipeline *p, struct err *err)
{
    int result = 0;
    p->running = true;
    if (p->config.workers > 1)
        result = start_threads(p);
    bind_thread(p, pthread_self(), 0); /* last: a thread inherits where its maker is bound */
    if (result)
        err_set(err, result, "cannot start threads: %s", strerror(-result));
    else
        result = read_all(p, err);
    if (p->writing)
        drain(p);
    join_threads(p);
    add_counters(&p->decoded, decoder_counters(p->decoder));
    p->running = false;
    int failed = atomic_load(&p->failed);
    if (failed && !result)
        result = err_set(err, failed, failed == -ENOMEM ? "out of memory" : "cannot write");
    return result;
}

void pipeline_pause(struct pipeline *p)
{
    drain(p);
}

void pipeline_renew(struct pipeline *p, struct matcher_rules **rules)
{
    drain(p);
    for (unsigned i = 0; i < p->config.workers; i++)
        worker_renew(p->workers[i].worker, rules[i]);
    merger_forget_rules(&p->merger);
}

void pipeline_enforce(struct pipeline *p, bool enforce)
{
    drain(p);
    for (unsigned i = 0; i < p->config.workers; i++)
        worker_enforce(p->workers[i].worker, enforce);
}

void pipeline_decoded(const struct pipeline *p, struct decode_counters *out)
{
    *out = p->decoded;
    if (p->running)
        add_counters(out, decoder_counters(p->decoder));
}

uint64_t pipeline_clock(const struct pipeline *p)
{
    return p->latest_ns;
}

const struct merger *pipeline_merger(const struct pipeline *p)
{
    return &p->merger;
}

const struct decode_counters *pipeline_decode_counters(const struct pipeline *p)
{
    return &p->decoded;
}

const struct inspector *pipeline_inspector(const struct pipeline *p, unsigned worker)
{
    return worker_inspector(p->workers[worker].worker);
}
