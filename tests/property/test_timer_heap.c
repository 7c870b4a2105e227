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

/* Many or few, far apart or at the same time: each once, each with its flow's own deadline. */
static void check_sorted(unsigned count, uint64_t span)
{
    struct flow *flows = calloc(count, sizeof *flows);
    struct timer_heap heap = {0};
    uint64_t random = count;
    assert_non_null(flows);
    for (unsigned i = 0; i < count; i++) {
        flows[i] = (struct flow){.id = test_random(&random), .deadline_ns = test_random(&random) % span};
        assert_int_equal(timer_heap_reserve(&heap), 0);
        timer_heap_update(&heap, &flows[i]);
    }
    for (unsigned i = 0; i < count; i += 3)
        flows[i].deadline_ns += test_random(&random) % span;
    timer_heap_sort(&heap);
    assert_int_equal(heap.count, count);
    for (unsigned i = 0; i < count; i++) {
        struct flow *flow = heap.entries[i].flow;
        assert_int_equal(heap.entries[i].deadline_ns, flow->deadline_ns);
        assert_true(!i || earlier(heap.entries[i - 1].flow, flow));
    }
    timer_heap_fini(&heap);
    free(flows);
}

static void flows_are_sorted(void **state)
{
    (void)state;
    static const uint64_t spans[] = {1, 3, 5000, UINT64_C(600000000000), UINT64_MAX / 2};
    for (unsigned i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        check_sorted(5, spans[i]);
        check_sorted(300, spans[i]);
        check_sorted(5000, spans[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(flows_come_out_in_order),
                                       cmocka_unit_test(flows_are_sorted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
