/* Every batch comes to every worker, is finished, then comes back, in order; who sleeps is woken in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>

#include "run/conveyor.h"

enum { WORKERS = 3, ROUNDS = 20000 };

struct item {
    uint64_t number;
    bool busy[WORKERS]; /* a worker has it, or is yet to get it */
};

struct line {
    struct conveyor conveyor;
    struct item items[CONVEYOR_SLOTS];
    uint64_t seen[WORKERS], finished, submitted, back; /* each of who has the job */
    unsigned alone_every;                              /* so many are read alone; 0: none */
    bool alone;
    atomic_uint next_thread, helped, wrong;
};

static void submit(struct line *l, struct item *item)
{
    item->number = ++l->submitted;
    for (unsigned i = 0; i < WORKERS; i++)
        item->busy[i] = true;
    conveyor_submit(&l->conveyor, item);
}

/* Of a crew that reads. */
static void read_one(struct line *l)
{
    l->wrong += l->alone && l->finished != l->submitted;
    for (struct item *got; (got = conveyor_get_back(&l->conveyor, false));)
        l->wrong += got->number != ++l->back;
    l->wrong += l->submitted - l->back >= CONVEYOR_SLOTS;
    submit(l, &l->items[l->submitted % CONVEYOR_SLOTS]);
    l->alone = l->alone_every && l->submitted % l->alone_every == 0;
    if (l->alone)
        conveyor_read_alone(&l->conveyor);
    if (l->submitted == ROUNDS)
        conveyor_close(&l->conveyor);
}

static void do_job(struct line *l, const struct conveyor_job *job);

/* Whoever waits takes something else on: here of the next worker, if it is behind. */
static void help(struct line *l, const struct conveyor_job *job)
{
    struct conveyor_job other = {0};
    if (!conveyor_help(&l->conveyor, job->worker, (job->worker + 1) % WORKERS, &other))
        return;
    l->helped++;
    do_job(l, &other);
    conveyor_put(&l->conveyor, &other);
}

static void work(struct line *l, const struct conveyor_job *job)
{
    struct item *item = job->item;
    l->wrong += item->number != l->seen[job->worker] + 1 || !item->busy[job->worker];
    if (job->partly)
        return;
    if (item->number % 16 == job->worker)
        help(l, job);
    l->seen[job->worker]++;
    item->busy[job->worker] = false;
}

static void finish(struct line *l, const struct item *item)
{
    l->wrong += item->number != ++l->finished;
    for (unsigned i = 0; i < WORKERS; i++)
        l->wrong += item->busy[i];
}

static void do_job(struct line *l, const struct conveyor_job *job)
{
    if (job->kind == CONVEYOR_READ)
        read_one(l);
    else if (job->kind == CONVEYOR_WORK)
        work(l, job);
    else
        finish(l, job->item);
}

static void *crew(void *ctx)
{
    struct line *l = ctx;
    unsigned self = atomic_fetch_add(&l->next_thread, 1);
    struct conveyor_job job = {0};
    while (conveyor_next(&l->conveyor, self, &job))
        do_job(l, &job);
    return NULL;
}

static void line_start(struct line *l, bool crew_reads, bool eager, pthread_t threads[WORKERS])
{
    struct conveyor_config config = {.workers = WORKERS, .crew_reads = crew_reads, .eager = eager};
    assert_int_equal(conveyor_init(&l->conveyor, &config), 0);
    for (unsigned i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crew, l), 0);
}

static void line_end(struct line *l, pthread_t threads[WORKERS])
{
    conveyor_end(&l->conveyor);
    for (unsigned i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    conveyor_fini(&l->conveyor);
}

/* One thread reads. `drained`: every so many, all are waited for. */
static void run(bool eager, unsigned drained)
{
    static struct line line;
    struct line *l = &line;
    pthread_t threads[WORKERS];
    *l = (struct line){0};
    line_start(l, false, eager, threads);
    for (uint64_t n = 1; n <= ROUNDS; n++) {
        struct item *item = n <= CONVEYOR_SLOTS ? &l->items[n - 1] : NULL;
        if (!item) {
            item = drained && n % drained == 0 ? NULL : conveyor_get_back(&l->conveyor, true);
            for (struct item *got; !item && (got = conveyor_drain(&l->conveyor)); l->back++)
                assert_int_equal(got->number, l->back + 1);
            if (item)
                assert_int_equal(item->number, ++l->back);
            else
                item = &l->items[0];
        }
        submit(l, item);
    }
    for (struct item *got; (got = conveyor_drain(&l->conveyor));)
        assert_int_equal(got->number, ++l->back);
    assert_int_equal(l->back, ROUNDS);
    line_end(l, threads);
    assert_int_equal(l->finished, ROUNDS);
    assert_int_equal(l->wrong, 0);
}

static void all_come_by_in_order(void **state)
{
    (void)state;
    run(false, 0);
    run(true, 0);
}

static void what_is_on_its_way_can_be_waited_for(void **state)
{
    (void)state;
    run(false, 5);
    run(true, 1);
}

static void a_crew_that_reads_ends_with_the_last(void **state)
{
    (void)state;
    static struct line line;
    pthread_t threads[WORKERS];
    for (unsigned every = 0; every < 8; every += 7) {
        line = (struct line){.alone_every = every};
        line_start(&line, true, false, threads);
        for (unsigned i = 0; i < WORKERS; i++)
            pthread_join(threads[i], NULL);
        assert_int_equal(line.finished, ROUNDS);
        assert_int_equal(line.wrong, 0);
        assert_true(line.helped > 0);
        while (conveyor_drain(&line.conveyor))
            line.back++;
        assert_int_equal(line.back, ROUNDS);
        conveyor_fini(&line.conveyor);
    }
}

/* By one thread, which is all of them in turn: nothing here may sleep. */
static void next_is(struct conveyor *c, unsigned thread, struct conveyor_job *job, enum conveyor_kind kind,
                    unsigned worker, const void *item)
{
    assert_true(conveyor_next(c, thread, job));
    assert_int_equal(job->kind, kind);
    assert_int_equal(job->worker, worker);
    assert_ptr_equal(job->item, item);
    assert_false(job->partly);
}

static void nothing_is_given_before_it_is_due(void **state)
{
    (void)state;
    struct conveyor c;
    struct conveyor_job one = {0}, two = {0};
    int a, b;
    assert_int_equal(conveyor_init(&c, &(struct conveyor_config){.workers = 2}), 0);
    assert_null(conveyor_get_back(&c, true)); /* nothing on its way: nothing to wait for */
    conveyor_submit(&c, &a);
    conveyor_submit(&c, &b);
    assert_null(conveyor_get_back(&c, false));
    next_is(&c, 1, &two, CONVEYOR_WORK, 1, &a); /* its own */
    next_is(&c, 0, &one, CONVEYOR_WORK, 0, &a);
    next_is(&c, 0, &one, CONVEYOR_WORK, 0, &b);
    next_is(&c, 1, &two, CONVEYOR_FINISH, 0, &a); /* both are done with the first */
    assert_null(conveyor_get_back(&c, false));
    next_is(&c, 1, &two, CONVEYOR_WORK, 1, &b);
    assert_ptr_equal(conveyor_get_back(&c, false), &a);
    assert_null(conveyor_get_back(&c, false));
    conveyor_end(&c);
    assert_false(conveyor_next(&c, 0, &one));
    assert_false(conveyor_next(&c, 1, &two));
    conveyor_fini(&c);
}

/* A thread whose own worker is taken has the one that is most behind, and keeps it. */
static void the_one_behind_is_taken_on(void **state)
{
    (void)state;
    struct conveyor c;
    struct conveyor_job one = {0}, two = {0};
    int a, b;
    assert_int_equal(conveyor_init(&c, &(struct conveyor_config){.workers = 3}), 0);
    conveyor_submit(&c, &a);
    conveyor_submit(&c, &b);
    next_is(&c, 1, &two, CONVEYOR_WORK, 1, &a);
    next_is(&c, 1, &two, CONVEYOR_WORK, 1, &b);
    next_is(&c, 0, &one, CONVEYOR_WORK, 0, &a);
    next_is(&c, 0, &one, CONVEYOR_WORK, 0, &b);
    next_is(&c, 1, &two, CONVEYOR_WORK, 2, &a);
    next_is(&c, 1, &two, CONVEYOR_FINISH, 0, &a);
    next_is(&c, 1, &two, CONVEYOR_WORK, 2, &b);
    conveyor_end(&c);
    conveyor_fini(&c);
}

static void who_waits_helps_first(void **state)
{
    (void)state;
    struct conveyor c;
    struct conveyor_job one = {0}, aid = {0}, two = {0};
    int a, b;
    assert_int_equal(conveyor_init(&c, &(struct conveyor_config){.workers = 2, .crew_reads = true}), 0);
    next_is(&c, 0, &one, CONVEYOR_READ, 0, NULL);
    conveyor_submit(&c, &a);
    conveyor_submit(&c, &b);
    next_is(&c, 0, &one, CONVEYOR_WORK, 0, &a);
    conveyor_put(&c, &one);
    assert_true(
        conveyor_help(&c, 1, 0, &two)); /* 0 is past a by now: nothing of it, which might wait for 1 */
    assert_int_equal(two.kind, CONVEYOR_READ);
    next_is(&c, 0, &one, CONVEYOR_WORK, 0, &b);
    conveyor_put(&c, &two);
    assert_true(conveyor_help(&c, 0, 1, &aid)); /* an earlier one, which is less than any place in b */
    assert_true(aid.kind == CONVEYOR_WORK && aid.worker == 1 && aid.item == &a && !aid.partly);
    conveyor_put(&c, &aid);
    assert_true(conveyor_help(&c, 0, 1, &aid));
    assert_true(aid.kind == CONVEYOR_WORK && aid.item == &b && aid.partly);
    assert_true(conveyor_help(&c, 0, 1, &two)); /* it is taken: something else */
    assert_true(two.kind == CONVEYOR_FINISH && two.item == &a);
    conveyor_put(&c, &two);
    assert_true(conveyor_help(&c, 0, 1, &two));
    assert_int_equal(two.kind, CONVEYOR_READ);
    conveyor_close(&c);
    conveyor_put(&c, &two);
    assert_false(conveyor_help(&c, 0, 1, &two));
    conveyor_put(&c, &aid); /* partly: it is there still */
    next_is(&c, 1, &two, CONVEYOR_WORK, 1, &b);
    conveyor_put(&c, &one);
    next_is(&c, 1, &two, CONVEYOR_FINISH, 0, &b);
    assert_false(conveyor_next(&c, 1, &two));
    conveyor_fini(&c);
}

static void the_end_wakes_all_that_sleep(void **state)
{
    (void)state;
    static struct line line;
    pthread_t threads[WORKERS];
    line = (struct line){0};
    line_start(&line, false, false, threads);
    line_end(&line, threads);
    assert_int_equal(line.finished, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_come_by_in_order),
        cmocka_unit_test(what_is_on_its_way_can_be_waited_for),
        cmocka_unit_test(a_crew_that_reads_ends_with_the_last),
        cmocka_unit_test(nothing_is_given_before_it_is_due),
        cmocka_unit_test(the_one_behind_is_taken_on),
        cmocka_unit_test(who_waits_helps_first),
        cmocka_unit_test(the_end_wakes_all_that_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
