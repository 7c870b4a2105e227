/*
 * Whatever deadlines do, flows come out of the heap in the order of (deadline, id), each once, and none
 * before it is due.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "flow/timer_heap.h"
#include "support/connection.h"

enum { FLOWS = 300, STEPS = 30000, SPAN = 50 };

struct model {
    struct flow flows[FLOWS];
    bool in[FLOWS];
    struct timer_heap heap;
    uint64_t now, random;
};

static bool earlier(const struct flow *a, const struct flow *b)
{
    return a->deadline_ns != b->deadline_ns ? a->deadline_ns < b->deadline_ns : a->id < b->id;
}

static struct flow *first_due(struct model *m)
{
    struct flow *first = NULL;
    for (int i = 0; i < FLOWS; i++)
        if (m->in[i] && m->flows[i].deadline_ns <= m->now && (!first || earlier(&m->flows[i], first)))
            first = &m->flows[i];
    return first;
}

static void end(struct model *m, struct flow *flow)
{
    timer_heap_remove(&m->heap, flow);
    m->in[flow - m->flows] = false;
}

/* A flow comes, its deadline moves either way, or it ends before it is due. */
static void change(struct model *m)
{
    unsigned i = test_random(&m->random) % FLOWS;
    struct flow *flow = &m->flows[i];
    if (m->in[i] && test_random(&m->random) % 8 == 0) {
        end(m, flow);
        return;
    }
    if (!m->in[i]) {
        assert_int_equal(timer_heap_reserve(&m->heap), 0);
        *flow = (struct flow){.id = test_random(&m->random) % 1000 * FLOWS + i};
        m->in[i] = true;
    }
    flow->deadline_ns = m->now + test_random(&m->random) % SPAN;
    timer_heap_update(&m->heap, flow);
}

static void flows_come_out_in_order(void **state)
{
    (void)state;
    static struct model m = {.random = 99};
    unsigned ended = 0;
    for (int step = 0; step < STEPS; step++) {
        change(&m);
        m.now += test_random(&m.random) % 16 == 0;
        for (struct flow *want; (want = first_due(&m)); ended++) {
            assert_ptr_equal(timer_heap_due(&m.heap, m.now), want);
            end(&m, want);
        }
        assert_null(timer_heap_due(&m.heap, m.now));
    }
    assert_true(ended > STEPS / 100);
    timer_heap_fini(&m.heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(flows_come_out_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
