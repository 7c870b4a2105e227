/*
 * Threads that are held up anywhere: before and behind every step that one of them takes with the others (a
 * job, a place published, a batch handed on), for as long as chance says. The records are those of one
 * worker, and nobody waits for ever. The linker puts __wrap_ functions there (see the Makefile), so that a
 * pipeline is as users have it. Steps fail likewise: memory for a frame, a decoder, a thread.
 */
#include "support/check.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "match/renew.h"
#include "match/state.h"
#include "run/configured.h"
#include "run/conveyor.h"
#include "run/rules.h"
#include "support/crowd.h"
#include "support/refused_alloc.h"

enum {
    ROUNDS = 24,
    FAULT_ROUNDS = 8,
    FRAMES = 2500,
    MOST_WORKERS = 12,
    RENEWED_EVERY = 20, /* batches */
    SECONDS = 60        /* of a run, which takes less than one: past them it has stopped */
};

static const char rules[] =
    "alert tcp any any -> any any (content:\"needle\"; hostbits:set,told,src; sid:1;)\n"
    "alert tcp any any -> any any (content:\"haystack\"; hostbits:isset,told,src; sid:2;)\n"
    "alert udp any any -> any any (content:\"mark\"; xbits:set,pair,track ip_pair,expire 5; sid:3;)\n"
    "alert udp any any -> any any (content:\"ask\"; xbits:isset,pair,track ip_pair; sid:4;)\n"
    "alert ip any any -> any any (threshold:type threshold,track by_src,count 3,seconds 9; sid:5;)\n"
    "alert tcp any any -> any any (content:\"e\"; detection_filter:track by_src,count 2,seconds 60; sid:6;)\n"
    "alert ftp-data any any -> any any (file.data; content:\"payload\"; sid:7;)\n";
enum { SIDS = 7 };

/* Chance. Each thread has its own, of the run's seed. */

static _Thread_local unsigned dice;
static atomic_uint seed, threads;
static atomic_bool held_up;

static unsigned roll(unsigned sides)
{
    if (!dice)
        dice = atomic_load(&seed) * 977 + atomic_fetch_add(&threads, 1) * 31 + 1;
    return (unsigned)rand_r(&dice) % sides;
}

static void hold_up(unsigned seldom)
{
    if (!atomic_load_explicit(&held_up, memory_order_relaxed) || roll(seldom))
        return;
    unsigned how = roll(8);
    if (how < 4)
        sched_yield();
    else
        usleep(how < 7 ? roll(60) : roll(1500));
}

/* What fails: the so-manieth of its kind. */

enum fault { FAULT_NONE, FAULT_FRAME, FAULT_DECODER, FAULT_THREAD, FAULT_MEMORY };
static enum fault fault;
static atomic_uint until_fault;
static atomic_uint crew_slept;

static bool fails(enum fault kind)
{
    return kind == fault && atomic_load(&until_fault) && atomic_fetch_sub(&until_fault, 1) == 1;
}

/* Of memory, one in four from there on. */
static bool refused(void)
{
    if (fault != FAULT_MEMORY)
        return false;
    if (atomic_load(&until_fault) > 1)
        return atomic_fetch_sub(&until_fault, 1) == 1;
    return atomic_load(&until_fault) == 1 && roll(4) == 0;
}

bool __real_conveyor_next(struct conveyor *c, unsigned thread, struct conveyor_job *job);
bool __real_conveyor_help(struct conveyor *c, unsigned self, unsigned other, struct conveyor_job *job);
void __real_conveyor_put(struct conveyor *c, struct conveyor_job *job);
void __real_conveyor_submit(struct conveyor *c, void *item);
void *__real_conveyor_get_back(struct conveyor *c, bool wait);
void __real_turn_publish(struct turn_slot *slot, const struct place *place);
int __real_batch_decode(struct batch *batch, struct decoder *decoder, struct frame *frame);
struct decoder *__real_decoder_new(const struct decode_config *config);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*main)(void *),
                          void *ctx);
bool __wrap_conveyor_next(struct conveyor *c, unsigned thread, struct conveyor_job *job);
bool __wrap_conveyor_help(struct conveyor *c, unsigned self, unsigned other, struct conveyor_job *job);
void __wrap_conveyor_put(struct conveyor *c, struct conveyor_job *job);
void __wrap_conveyor_submit(struct conveyor *c, void *item);
void *__wrap_conveyor_get_back(struct conveyor *c, bool wait);
void __wrap_turn_publish(struct turn_slot *slot, const struct place *place);
int __wrap_batch_decode(struct batch *batch, struct decoder *decoder, struct frame *frame);
struct decoder *__wrap_decoder_new(const struct decode_config *config);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*main)(void *),
                          void *ctx);

bool __wrap_conveyor_next(struct conveyor *c, unsigned thread, struct conveyor_job *job)
{
    hold_up(4);
    bool more = __real_conveyor_next(c, thread, job);
    hold_up(4);
    return more;
}

/* Between a look at another worker's place and the question lies whatever that worker does meanwhile. */
bool __wrap_conveyor_help(struct conveyor *c, unsigned self, unsigned other, struct conveyor_job *job)
{
    hold_up(2);
    bool found = __real_conveyor_help(c, self, other, job);
    hold_up(4);
    return found;
}

void __wrap_conveyor_put(struct conveyor *c, struct conveyor_job *job)
{
    hold_up(4);
    __real_conveyor_put(c, job);
    hold_up(4);
}

void __wrap_conveyor_submit(struct conveyor *c, void *item)
{
    hold_up(4);
    __real_conveyor_submit(c, item);
    hold_up(4);
}

/* Of a crew, whoever reads may lie on top of a worker for which the others wait: it must not. */
void *__wrap_conveyor_get_back(struct conveyor *c, bool wait)
{
    void *item = __real_conveyor_get_back(c, wait && !c->crew_reads);
    if (!item && wait && c->crew_reads) {
        atomic_fetch_add(&crew_slept, 1);
        item = __real_conveyor_get_back(c, true);
    }
    return item;
}

void __wrap_turn_publish(struct turn_slot *slot, const struct place *place)
{
    hold_up(64);
    __real_turn_publish(slot, place);
    hold_up(64);
}

int __wrap_batch_decode(struct batch *batch, struct decoder *decoder, struct frame *frame)
{
    return fails(FAULT_FRAME) ? -ENOMEM : __real_batch_decode(batch, decoder, frame);
}

struct decoder *__wrap_decoder_new(const struct decode_config *config)
{
    return fails(FAULT_DECODER) ? NULL : __real_decoder_new(config);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*main)(void *),
                          void *ctx)
{
    return fails(FAULT_THREAD) ? EAGAIN : __real_pthread_create(thread, attributes, main, ctx);
}

/* A source that cuts them into batches of any size, the same in each run. */

struct source {
    const struct frames *frames;
    struct frame *list; /* copies: a batch's frames are written to */
    uint32_t at;
    unsigned cut; /* of rand_r */
};

static int next_batch(struct capture *capture, struct capture_batch *batch, struct err *err)
{
    struct source *s = capture->state;
    uint32_t left = s->frames->count - s->at, size = 1 + (uint32_t)rand_r(&s->cut) % 40;
    (void)err;
    *batch =
        (struct capture_batch){.frames = s->list + s->at, .count = size < left ? size : left, .storage = s};
    s->at += batch->count;
    return batch->count > 0;
}

static void release(struct capture *capture, struct capture_batch *batch)
{
    (void)capture;
    batch->storage = NULL;
}

static void position(struct capture *capture, struct capture_position *out)
{
    (void)capture;
    *out = (struct capture_position){0};
}

static void close_source(struct capture *capture)
{
    struct source *s = capture->state;
    free(s->list);
}

static const struct capture_ops ops = {.name = "test",
                                       .next_batch = next_batch,
                                       .release = release,
                                       .position = position,
                                       .close = close_source};

static struct input *open_source(struct source *s, struct capture *capture)
{
    s->list = calloc(s->frames->count, sizeof *s->list);
    assert_non_null(s->list);
    memcpy(s->list, s->frames->list, s->frames->count * sizeof *s->list);
    *capture = (struct capture){.ops = &ops, .state = s};
    struct input *input = input_new_live(capture);
    assert_non_null(input);
    return input;
}

struct bench {
    struct settings *settings;
    struct loaded_rules rules;
    struct frames frames;
};

static struct bench bench;

static void load(struct loaded_rules *loaded)
{
    struct rules_config config = {.settings = bench.settings, .text = rules};
    struct err err;
    assert_int_equal(loaded_rules_init(loaded, &config, &err), 0);
    assert_int_equal(loaded->count, SIDS);
}

static int set_up(void **state)
{
    (void)state;
    bench.settings = settings_new();
    bench.settings->cache = false;
    bench.settings->output.records = RECORD_ALERT | RECORD_FLOW | RECORD_ANOMALY;
    load(&bench.rules);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loaded_rules_fini(&bench.rules);
    settings_free(bench.settings);
    return 0;
}

/* The rules are read anew between batches: the same, so nothing changes. */
struct renewal {
    struct pipeline *pipeline;
    unsigned workers, batches, times;
};

static void on_progress(void *ctx, uint64_t packets, uint64_t alerts)
{
    struct renewal *r = ctx;
    (void)packets;
    (void)alerts;
    if (++r->batches % RENEWED_EVERY)
        return;
    struct loaded_rules fresh;
    struct matcher_rules *matchers[MOST_WORKERS] = {0};
    load(&fresh);
    assert_int_equal(ruleset_succeed(fresh.ruleset, bench.rules.ruleset), 0);
    for (unsigned i = 0; i < r->workers; i++)
        assert_non_null(matchers[i] = matcher_rules_new(fresh.ruleset));
    pipeline_renew(r->pipeline, matchers);
    for (unsigned i = 0; i < r->workers; i++)
        matcher_rules_free(matchers[i]);
    loaded_rules_fini(&bench.rules);
    bench.rules = fresh;
    r->times++;
}

struct outcome {
    unsigned renewals;
    int result;
    char *eve; /* freed by the caller */
    size_t length;
};

static struct outcome run(unsigned workers, bool crew_reads, bool renewed, enum fault kind)
{
    struct source source = {.frames = &bench.frames, .cut = atomic_load(&seed)};
    struct capture capture;
    struct err err = {0};
    struct writer writer;
    struct shared_state_config shared = {.seed = 1};
    struct shared_state *state = shared_state_new(&shared);
    FILE *file = tmpfile();
    char path[32];
    assert_true(file && state);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    assert_int_equal(writer_open(&writer, path, &err), 0);
    atomic_bool stop = false;
    struct pipeline_config config = pipeline_configured(bench.settings, bench.rules.ruleset, state);
    config.input = open_source(&source, &capture);
    config.worker.form = &output_eve_ops;
    config.workers = workers;
    config.crew_reads = crew_reads;
    config.writer = &writer;
    config.stop = &stop;
    struct renewal renewal = {.workers = workers};
    if (renewed)
        config.progress = on_progress;
    config.ctx = &renewal;
    struct outcome outcome = {0};
    alarm(SECONDS);
    fault = kind;
    struct pipeline *pipeline = renewal.pipeline = pipeline_new(&config);
    outcome.result = pipeline ? pipeline_run(pipeline, &err) : -ENOMEM;
    fault = FAULT_NONE;
    alarm(0);
    outcome.renewals = renewal.times;
    pipeline_free(pipeline);
    input_free(config.input);
    int closed = writer_close(&writer, &err);
    assert_true(!closed || closed == outcome.result); /* what could not be written is told */
    shared_state_free(state);
    fseek(file, 0, SEEK_END);
    outcome.length = (size_t)ftell(file);
    rewind(file);
    outcome.eve = calloc(1, outcome.length + 1);
    assert_non_null(outcome.eve);
    assert_int_equal(fread(outcome.eve, 1, outcome.length, file), outcome.length);
    fclose(file);
    return outcome;
}

static void begin(unsigned round)
{
    atomic_store(&seed, round);
    atomic_store(&crew_slept, 0);
    dice = round * 7919 + 1;
    unsigned throws = round * 7919 + 1;
    bench.frames = crowd_frames(&throws, FRAMES);
}

static void alerts_of_all_rules(const char *eve)
{
    for (unsigned sid = 1; sid <= SIDS; sid++) {
        char text[32];
        snprintf(text, sizeof text, "\"signature_id\":%u,", sid);
        if (!strstr(eve, text))
            fail_msg("sid %u does not alert", sid);
    }
}

static void any_schedule_gives_the_same(void **state)
{
    (void)state;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        begin(round);
        atomic_store(&held_up, false);
        struct outcome one = run(1, false, false, FAULT_NONE);
        atomic_store(&held_up, true);
        assert_int_equal(one.result, 0);
        alerts_of_all_rules(one.eve);
        bool crew_reads = round % 3, renewed = round % 6 == 0;
        struct outcome many = run(2 + round % (MOST_WORKERS - 1), crew_reads, renewed, FAULT_NONE);
        assert_int_equal(many.result, 0);
        assert_true(many.renewals > 2 || !renewed);
        assert_string_equal(many.eve, one.eve);
        assert_int_equal(crew_slept, 0);
        free(one.eve);
        free(many.eve);
        frames_fini(&bench.frames);
    }
}

/* Whatever fails, the run ends, and says so. */
static void a_step_that_fails_ends_the_run(void **state)
{
    static const struct {
        enum fault kind;
        unsigned most; /* of the first that fails */
        int result;
    } kinds[] = {{FAULT_FRAME, FRAMES, -ENOMEM},
                 {FAULT_DECODER, 2, -ENOMEM},
                 {FAULT_THREAD, 5, -EAGAIN},
                 {FAULT_MEMORY, 4000, -ENOMEM}};
    unsigned survived = 0;
    (void)state;
    atomic_store(&held_up, true);
    for (unsigned round = 1; round <= FAULT_ROUNDS; round++) {
        for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            begin(round);
            atomic_store(&until_fault, 1 + roll(kinds[i].most));
            struct outcome outcome = run(6, round % 4, false, kinds[i].kind);
            if (kinds[i].kind == FAULT_MEMORY && !outcome.result)
                survived++;
            else
                assert_int_equal(outcome.result, kinds[i].result);
            assert_int_equal(crew_slept, 0);
            free(outcome.eve);
            frames_fini(&bench.frames);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_schedule_gives_the_same),
        cmocka_unit_test(a_step_that_fails_ends_the_run),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
