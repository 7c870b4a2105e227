/* Every batch comes to every worker, then to who finishes it, then back, in order; who sleeps is woken in
 * time. */
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
    uint64_t finished;
    atomic_uint next_worker, wrong;
};

static void *work(void *ctx)
{
    struct line *l = ctx;
    unsigned self = atomic_fetch_add(&l->next_worker, 1);
    uint64_t expected = 1;
    for (struct item *item; (item = conveyor_next(&l->conveyor, self)); item->busy[self] = false)
        l->wrong += item->number != expected++ || !item->busy[self];
    return NULL;
}

static void *finish(void *ctx)
{
    struct line *l = ctx;
    for (struct item *item; (item = conveyor_take(&l->conveyor)); conveyor_finish(&l->conveyor)) {
        l->wrong += item->number != ++l->finished;
        for (unsigned i = 0; i < WORKERS; i++)
            l->wrong += item->busy[i];
    }
    return NULL;
}

static void line_start(struct line *l, bool eager, pthread_t threads[WORKERS + 1])
{
    assert_int_equal(conveyor_init(&l->conveyor, WORKERS, eager), 0);
    for (unsigned i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, l), 0);
    assert_int_equal(pthread_create(&threads[WORKERS], NULL, finish, l), 0);
}

static void line_end(struct line *l, pthread_t threads[WORKERS + 1])
{
    conveyor_end(&l->conveyor);
    for (unsigned i = 0; i <= WORKERS; i++)
        pthread_join(threads[i], NULL);
    conveyor_fini(&l->conveyor);
}

/* `drained`: every so many, all are waited for. */
static void run(bool eager, unsigned drained)
{
    static struct line line;
    struct line *l = &line;
    pthread_t threads[WORKERS + 1];
    *l = (struct line){0};
    line_start(l, eager, threads);
    uint64_t back = 0;
    for (uint64_t n = 1; n <= ROUNDS; n++) {
        struct item *item = n <= CONVEYOR_SLOTS ? &l->items[n - 1] : NULL;
        if (!item) {
            item = drained && n % drained == 0 ? NULL : conveyor_get_back(&l->conveyor, true);
            for (struct item *got; !item && (got = conveyor_drain(&l->conveyor)); back++)
                assert_int_equal(got->number, back + 1);
            if (item)
                assert_int_equal(item->number, ++back);
            else
                item = &l->items[0];
        }
        item->number = n;
        for (unsigned i = 0; i < WORKERS; i++)
            item->busy[i] = true;
        conveyor_submit(&l->conveyor, item);
    }
    for (struct item *got; (got = conveyor_drain(&l->conveyor));)
        assert_int_equal(got->number, ++back);
    assert_int_equal(back, ROUNDS);
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

/* By one thread, which is all of them in turn: nothing here may sleep. */
static void nothing_is_given_before_it_is_due(void **state)
{
    (void)state;
    struct conveyor c;
    int a, b;
    assert_int_equal(conveyor_init(&c, 2, false), 0);
    assert_null(conveyor_get_back(&c, true)); /* nothing on its way: nothing to wait for */
    conveyor_submit(&c, &a);
    conveyor_submit(&c, &b);
    assert_null(conveyor_get_back(&c, false));
    assert_ptr_equal(conveyor_next(&c, 0), &a);
    assert_ptr_equal(conveyor_next(&c, 1), &a);
    assert_ptr_equal(conveyor_next(&c, 0), &b);
    assert_ptr_equal(conveyor_next(&c, 1), &b); /* both are done with the first */
    assert_ptr_equal(conveyor_take(&c), &a);
    assert_null(conveyor_get_back(&c, false));
    conveyor_finish(&c);
    assert_ptr_equal(conveyor_get_back(&c, false), &a);
    assert_null(conveyor_get_back(&c, false));
    conveyor_end(&c);
    assert_null(conveyor_next(&c, 0));
    assert_null(conveyor_take(&c)); /* the second worker has the second one still */
    conveyor_fini(&c);
}

static void the_end_wakes_all_that_sleep(void **state)
{
    (void)state;
    static struct line line;
    pthread_t threads[WORKERS + 1];
    line = (struct line){0};
    line_start(&line, false, threads);
    line_end(&line, threads);
    assert_int_equal(line.finished, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_come_by_in_order),
        cmocka_unit_test(what_is_on_its_way_can_be_waited_for),
        cmocka_unit_test(nothing_is_given_before_it_is_due),
        cmocka_unit_test(the_end_wakes_all_that_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
