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

#include "match/state.h"
#include "packet/transport.h"
#include "run/configured.h"
#include "run/conveyor.h"
#include "run/rules.h"
#include "support/conversation.h"

enum {
    ROUNDS = 24,
    FAULT_ROUNDS = 8,
    FRAMES = 2500,
    OPEN_MOST = 24,
    SECONDS = 60 /* of a run, which takes less than one: past them it has stopped */
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
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
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

void *__wrap_malloc(size_t n)
{
    return refused() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return refused() ? NULL : __real_realloc(p, n);
}

/* Frames of many connections at a time, between few hosts, so that workers wait for one another. */

struct talk {
    struct conversation c;
    unsigned step;
};

static void say(struct talk *t, const char *text)
{
    client_sends(&t->c, TCP_PSH | TCP_ACK, text, strlen(text));
    server_sends(&t->c, TCP_ACK, NULL, 0);
}

static void answer(struct talk *t, const char *text)
{
    server_sends(&t->c, TCP_PSH | TCP_ACK, text, strlen(text));
}

/* A connection that FTP announces, or (of others) that nobody has. */
static bool ftp_goes_on(struct talk *t)
{
    static const char *const lines[] = {"220 ready\r\n", "230 fine\r\n",
                                        "227 Entering Passive Mode (192,168,1,1,8,0).\r\n",
                                        "150 here it comes\r\n"};
    static const char *const asked[] = {"USER a\r\n", "PASV\r\n", "RETR f\r\n"};
    if (!t->step)
        handshake(&t->c);
    if (t->step && t->step < 4)
        say(t, asked[t->step - 1]);
    if (t->step < 4)
        answer(t, lines[t->step]);
    return ++t->step < 5;
}

/* Most of them end without a FIN: by their deadlines, at the end of a batch or of all. */
static bool tcp_goes_on(struct talk *t)
{
    static const char *const texts[] = {"a needle here", "a haystack there", "neither"};
    const char *text = texts[roll(3)];
    switch (t->step++) {
    case 0:
        handshake(&t->c);
        return true;
    case 1:
        if (t->c.server_port == 2048)
            answer(t, "the payload");
        else
            client_sends(&t->c, TCP_PSH | TCP_ACK, text, strlen(text));
        return true;
    default:
        if (roll(3))
            server_sends(&t->c, roll(2) ? TCP_ACK : TCP_RST | TCP_ACK, NULL, 0);
        return false;
    }
}

static bool goes_on(struct talk *t)
{
    static const char *const texts[] = {"mark", "ask", "nothing"};
    if (t->c.server_port == 21)
        return ftp_goes_on(t);
    if (t->c.server_port != 53)
        return tcp_goes_on(t);
    const char *text = texts[roll(3)];
    datagram(&t->c, roll(2), text, strlen(text));
    return roll(4);
}

static struct frames traffic(void)
{
    static const uint16_t ports[] = {21, 53, 53, 2048, 8080, 8081};
    struct frames f = {0};
    struct talk talks[OPEN_MOST];
    unsigned open = 0, made = 0;
    while (f.count < FRAMES) {
        while (open < OPEN_MOST) {
            struct talk *t = &talks[open++];
            *t = (struct talk){.c = conversation_new(&f)};
            t->c.client_ip += roll(4);
            t->c.client_port = (uint16_t)(20000 + ++made);
            t->c.server_port = ports[roll(6)];
        }
        unsigned which = roll(open);
        if (!goes_on(&talks[which]))
            talks[which] = talks[--open];
        if (roll(40) == 0)
            f.clock_ns += roll(20) * UINT64_C(1000000000);
        if (roll(400) == 0)
            f.clock_ns += UINT64_C(700000000000); /* all end */
    }
    return f;
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

static int set_up(void **state)
{
    struct rules_config config = {.text = rules};
    struct err err;
    (void)state;
    config.settings = bench.settings = settings_new();
    bench.settings->cache = false;
    bench.settings->output.records = RECORD_ALERT | RECORD_FLOW | RECORD_ANOMALY;
    assert_int_equal(loaded_rules_init(&bench.rules, &config, &err), 0);
    assert_int_equal(bench.rules.count, SIDS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loaded_rules_fini(&bench.rules);
    settings_free(bench.settings);
    return 0;
}

struct outcome {
    int result;
    char *eve; /* freed by the caller */
    size_t length;
};

static struct outcome run(unsigned workers, bool crew_reads, enum fault kind)
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
    struct outcome outcome = {0};
    alarm(SECONDS);
    fault = kind;
    struct pipeline *pipeline = pipeline_new(&config);
    outcome.result = pipeline ? pipeline_run(pipeline, &err) : -ENOMEM;
    fault = FAULT_NONE;
    alarm(0);
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
    bench.frames = traffic();
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
        struct outcome one = run(1, false, FAULT_NONE);
        atomic_store(&held_up, true);
        assert_int_equal(one.result, 0);
        alerts_of_all_rules(one.eve);
        struct outcome many = run(2 + round % 11, round % 4, FAULT_NONE);
        assert_int_equal(many.result, 0);
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
            struct outcome outcome = run(6, round % 4, kinds[i].kind);
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
