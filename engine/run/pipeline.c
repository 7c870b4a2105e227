#include "run/pipeline_private.h"

#include <errno.h>
#include <stdlib.h>

#include "app/expectation.h"
#include "run/host_marks.h"

static void free_workers(struct pipeline *p)
{
    for (unsigned i = 0; p->workers && i < p->config.workers; i++)
        worker_free(p->workers[i].worker);
    free(p->workers);
    free(p->crew);
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
    p->crew = n > 1 ? calloc(n, sizeof *p->crew) : NULL;
    p->expectations = expectations_new();
    if (!p->workers || !p->turns || !p->expectations || (n > 1 && !(p->marks && p->crew)))
        return -ENOMEM;
    memset(p->turns, 0, n * sizeof *p->turns);
    for (unsigned i = 0; i < n; i++) {
        struct worker_config config = p->config.worker;
        config.turns = p->turns;
        config.marks = p->marks;
        config.workers = n;
        config.index = i;
        config.inspect.app.expectations = p->expectations;
        config.pastime = (struct turn_pastime){.pass = crew_pass_time, .ctx = &p->workers[i]};
        p->workers[i] = (struct crew_worker){.worker = worker_new(&config), .pipeline = p};
        if (!p->workers[i].worker)
            return -ENOMEM;
        if (p->crew)
            p->crew[i] = (struct crew_thread){.pipeline = p, .index = i};
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
    struct conveyor_config conveyor = {
        .workers = config->workers,
        .crew_reads = config->crew_reads && config->workers > 1,
        .eager = config->flush || config->sink || config->done,
    };
    int failed = !p->decoder || make_workers(p) || conveyor_init(&p->conveyor, &conveyor);
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

void pipeline_write(struct pipeline *p, struct batch *batch)
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

static void run_all(struct pipeline *p)
{
    if (p->crew && p->conveyor.crew_reads)
        crew_work(p);
    else
        while (pipeline_read_next(p))
            ;
    if (p->crew)
        pipeline_drain(p);
}

int pipeline_run(struct pipeline *p, struct err *err)
{
    int result = 0;
    p->running = true;
    if (p->crew)
        result = crew_start(p);
    crew_bind(p, pthread_self(), 0); /* last: a thread inherits where its maker is bound */
    if (result)
        err_set(err, result, "cannot start threads: %s", strerror(-result));
    else
        run_all(p);
    if (p->crew)
        crew_join(p);
    pipeline_add_counters(&p->decoded, decoder_counters(p->decoder));
    p->running = false;
    if (!result && p->reading.result) {
        result = p->reading.result;
        *err = p->reading.err;
    }
    int failed = atomic_load(&p->failed);
    if (failed && !result)
        result = err_set(err, failed, failed == -ENOMEM ? "out of memory" : "cannot write");
    return result;
}

void pipeline_pause(struct pipeline *p)
{
    pipeline_drain(p);
}

void pipeline_renew(struct pipeline *p, struct matcher_rules **rules)
{
    pipeline_drain(p);
    for (unsigned i = 0; i < p->config.workers; i++)
        worker_renew(p->workers[i].worker, rules[i]);
    merger_forget_rules(&p->merger);
}

void pipeline_enforce(struct pipeline *p, bool enforce)
{
    pipeline_drain(p);
    for (unsigned i = 0; i < p->config.workers; i++)
        worker_enforce(p->workers[i].worker, enforce);
}

void pipeline_decoded(const struct pipeline *p, struct decode_counters *out)
{
    *out = p->decoded;
    if (p->running)
        pipeline_add_counters(out, decoder_counters(p->decoder));
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
