/* With several workers a live source gets its frames back while it waits for more: they may have to be sent
 * on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <semaphore.h>
#include <time.h>

#include "match/ruleset.h"
#include "match/state.h"
#include "rule/rule_list.h"
#include "run/configured.h"

struct source {
    sem_t done;
    unsigned calls, lent, returned;
    unsigned returned_at_end;
    atomic_bool stop;
    struct frame frame;
};

static int next_batch(struct capture *capture, struct capture_batch *batch, struct err *err)
{
    struct source *s = capture->state;
    (void)err;
    *batch = (struct capture_batch){.storage = s, .now_ns = 1};
    if (s->calls++ == 0) { /* one frame; then nothing more comes */
        batch->frames = &s->frame;
        batch->count = 1;
        s->lent++;
        return 1;
    }
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 20;
    if (s->calls == 2) /* what a real source does by its `wake` */
        assert_int_equal(sem_timedwait(&s->done, &deadline), 0);
    else {
        s->returned_at_end = s->returned;
        atomic_store(&s->stop, true);
    }
    return 1;
}

static void release(struct capture *capture, struct capture_batch *batch)
{
    struct source *s = capture->state;
    s->returned += batch->count;
    *batch = (struct capture_batch){0};
}

static void position(struct capture *capture, struct capture_position *out)
{
    (void)capture;
    *out = (struct capture_position){0};
}

static void close_source(struct capture *capture)
{
    capture->state = NULL;
}

static void on_done(void *ctx)
{
    struct source *s = ctx;
    sem_post(&s->done);
}

static const struct capture_ops ops = {.name = "test",
                                       .next_batch = next_batch,
                                       .release = release,
                                       .position = position,
                                       .close = close_source};

static void frames_come_back_while_the_source_waits(void **state)
{
    (void)state;
    static uint8_t bytes[60];
    struct source source = {
        .frame = {.bytes = slice_of(bytes, sizeof bytes), .wire_length = 60, .link_type = 1}};
    struct capture capture = {.ops = &ops, .state = &source};
    struct ruleset_options options = {0};
    struct ruleset *ruleset;
    struct err err;
    sem_init(&source.done, 0, 0);
    assert_int_equal(ruleset_build(rule_list_new(), &options, &ruleset, &err), 0);
    struct settings *settings = settings_new();
    struct shared_state_config shared = {.seed = 1};
    struct shared_state *shared_state = shared_state_new(&shared);
    struct pipeline_config config = pipeline_configured(settings, ruleset, shared_state);
    config.input = input_new_live(&capture);
    config.workers = 2;
    config.stop = &source.stop;
    config.done = on_done;
    config.ctx = &source;
    struct pipeline *pipeline = pipeline_new(&config);
    assert_int_equal(pipeline_run(pipeline, &err), 0);
    pipeline_free(pipeline);
    input_free(config.input);
    assert_int_equal(source.lent, 1);
    assert_int_equal(source.returned_at_end, 1); /* before the third batch, not when its slot came round */
    int more;
    sem_getvalue(&source.done, &more);
    assert_int_equal(more, 0); /* a batch without frames wakes nobody: else it would never end */
    sem_destroy(&source.done);
    shared_state_free(shared_state);
    ruleset_unref(ruleset);
    settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(frames_come_back_while_the_source_waits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
