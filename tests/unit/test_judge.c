/* What a verdict and a bypass do to a flow: what is inspected then, and when the flow begins anew. */
#include "support/check.h"

#include "inspect/bypass.h"
#include "support/conversation.h"
#include "support/engine.h"
#include "rule/rule.h"

#define SECOND              UINT64_C(1000000000)
#define SAYS(side, c, text) side##_sends((c), TCP_PSH | TCP_ACK, (text), sizeof(text) - 1)

enum { FLOWS_MOST = 8 };

static struct {
    struct flow flows[FLOWS_MOST]; /* as they ended */
    struct flow_bypassed bypassed[FLOWS_MOST];
    unsigned count;
    unsigned judged, told_before; /* alerts judged; told when the last one was judged */
    /* The kernel's side of a bypass. */
    bool there, has_room;
    unsigned begun, taken;
    struct bypass_counts passed; /* what is read back at the next take */
} seen;

static int fresh(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    seen.has_room = true;
    return 0;
}

static void keep_flow(void *ctx, const struct flow *flow)
{
    (void)ctx;
    assert_true(seen.count < FLOWS_MOST);
    if (flow->bypassed)
        seen.bypassed[seen.count] = *flow->bypassed;
    seen.flows[seen.count++] = *flow;
}

/* Drops block, and the kernel enforces those of even sids. */
static struct judgement judge(void *ctx, const struct alert_record *record)
{
    const struct found *found = ctx;
    bool drop = record->alert->action == ACTION_DROP;
    seen.judged++;
    seen.told_before = found->count;
    return (struct judgement){.ends = drop,
                              .drops = drop && record->alert->rule->sid % 2 == 0,
                              .decided_ns = record->packet->time_ns};
}

static bool begin(void *ctx, const struct flow *flow)
{
    (void)ctx, (void)flow;
    seen.begun++;
    seen.there = seen.has_room;
    return seen.has_room;
}

static bool take(void *ctx, const struct flow *flow, struct bypass_counts *counts)
{
    (void)ctx, (void)flow;
    seen.taken++;
    if (!seen.there)
        return false;
    seen.there = false;
    *counts = seen.passed;
    memset(&seen.passed, 0, sizeof seen.passed);
    return true;
}

static const struct bypass_ops ops = {.begin = begin, .take = take, .elephant_bytes = 100000};

static void run(struct frames *f, const char *rules, const struct bypass_ops *bypass, struct found *found)
{
    struct engine_options options = {
        .checksums = CHECKSUM_ON, .judge = judge, .flow = keep_flow, .bypass = bypass};
    assert_int_equal(engine_run(rules, f->list, f->count, &options, found), 0);
    frames_fini(f);
}

static const char dropping[] = "drop tcp any any -> any any (dsize:>0; content:\"bad\"; sid:2;)\n"
                               "drop tcp any any -> any any (dsize:>0; content:\"tapped\"; sid:3;)\n"
                               "alert tcp any any -> any any (dsize:>0; content:\"bad\"; sid:4;)\n"
                               "alert tcp any any -> any any (dsize:>0; content:\"later\"; sid:5;)\n"
                               "alert tcp any any -> any any (content:\"later\"; sid:6;)\n";

static void verdict_ends_inspection(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f), other;
    handshake(&c);
    SAYS(client, &c, "bad later");
    SAYS(client, &c, "later");
    server_sends(&c, TCP_ACK, NULL, 0);
    other = conversation_new(&f);
    other.client_port++;
    handshake(&other);
    SAYS(client, &other, "later");
    run(&f, dropping, NULL, &found);
    assert_int_equal(seen.judged, found.count);
    /* Of the blocked flow the one packet, and all of its alerts are of a dropped packet. */
    assert_int_equal(found_count(&found, 2), 1);
    assert_int_equal(found_count(&found, 4), 1);
    assert_int_equal(found_count(&found, 5), 2);
    assert_int_equal(found_count(&found, 6), 1); /* the other flow's, at its end */
    for (uint32_t i = 0; i < found.count; i++) {
        assert_int_equal(found.list[i].blocked, found.list[i].sid == 2);
        assert_int_equal(found.list[i].dropped, found.list[i].number == 4);
    }
    assert_int_equal(seen.count, 2);
    assert_true(seen.flows[0].flags & FLOW_BLOCKED && seen.flows[0].flags & FLOW_DROPPED);
    assert_int_equal(seen.flows[0].packets[TO_SERVER], 4); /* counted all the same */
    assert_false(seen.flows[1].flags & FLOW_BLOCKED);
    found_fini(&found);
}

static void all_are_judged_before_one_is_told(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f);
    handshake(&c);
    SAYS(client, &c, "bad");
    run(&f, dropping, NULL, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(seen.judged, 2);
    assert_int_equal(seen.told_before, 0);
    found_fini(&found);
}

static void a_copy_is_not_dropped(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f);
    handshake(&c);
    SAYS(client, &c, "tapped");
    SAYS(client, &c, "later");
    run(&f, dropping, NULL, &found);
    assert_int_equal(found.count, 1);
    assert_false(found.list[0].blocked || found.list[0].dropped);
    assert_true(seen.flows[0].flags & FLOW_BLOCKED);
    assert_false(seen.flows[0].flags & FLOW_DROPPED);
    found_fini(&found);
}

static void what_is_let_through_again_begins_anew(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f);
    datagram(&c, true, "bad", 3);
    f.clock_ns += SECOND / 2;
    datagram(&c, true, "bad", 3); /* was queued */
    f.clock_ns += SECOND;
    datagram(&c, true, "bad", 3); /* its block has gone */
    run(&f, "drop udp any any -> any any (content:\"bad\"; sid:2;)\n", NULL, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.list[1].number, 3);
    assert_true(found.list[0].flow_id != found.list[1].flow_id);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.flows[0].end, FLOW_END_FORCED);
    assert_int_equal(seen.flows[0].packets[TO_SERVER], 2);
    found_fini(&found);
}

static const char bypassing[] = "alert udp any any -> any any (content:\"enough\"; bypass; sid:1;)\n"
                                "alert udp any any -> any any (content:\"needle\"; sid:2;)\n";

static void bypassed_flows_are_counted(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f);
    datagram(&c, true, "enough", 6);
    datagram(&c, false, "needle", 6); /* was on its way */
    seen.passed = (struct bypass_counts){.packets = {3, 5}, .bytes = {300, 5000}, .last_ns = 60 * SECOND};
    run(&f, bypassing, &ops, &found);
    assert_int_equal(found.count, 1);
    assert_int_equal(seen.begun, 1);
    assert_int_equal(seen.taken, 1);
    const struct flow *flow = &seen.flows[0];
    assert_int_equal(flow->state, FLOW_BYPASSED);
    assert_int_equal(flow->packets[TO_SERVER], 1 + 3);
    assert_int_equal(flow->packets[TO_CLIENT], 1 + 5);
    assert_int_equal(flow->bytes[TO_CLIENT], 48 + 5000);
    assert_int_equal(seen.bypassed[0].packets[TO_CLIENT], 5);
    assert_int_equal(seen.bypassed[0].bytes[TO_SERVER], 300);
    found_fini(&found);
}

static void bypassed_flows_live_while_packets_pass(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f);
    f.clock_ns = SECOND;
    datagram(&c, true, "enough", 6);
    f.clock_ns = 150 * SECOND; /* past its time (100 s), but for what passed at 90 s */
    datagram(&c, true, "needle", 6);
    f.clock_ns = 500 * SECOND; /* nothing has passed since */
    datagram(&c, true, "needle", 6);
    seen.passed = (struct bypass_counts){.packets = {1, 0}, .bytes = {10, 0}, .last_ns = 90 * SECOND};
    run(&f, bypassing, &ops, &found);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.flows[0].packets[TO_SERVER], 3);
    assert_int_equal(seen.flows[0].end, FLOW_END_TIMEOUT);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.list[1].number, 3);
    found_fini(&found);
}

static void no_room_means_inspected(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f);
    char large[1400] = "";
    handshake(&c);
    for (int i = 0; i < 80; i++) /* 10 ms each: within the second in which it is not asked again */
        client_sends(&c, TCP_ACK, large, sizeof large);
    seen.has_room = false;
    SAYS(client, &c, "later");
    run(&f, dropping, &ops, &found);
    assert_int_equal(seen.begun, 1);
    assert_int_equal(found_count(&found, 5), 1);
    assert_int_equal(seen.flows[0].state, FLOW_ESTABLISHED);
    found_fini(&found);
}

static void elephants_are_inspected_first(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f);
    char large[1400] = "";
    handshake(&c);
    SAYS(client, &c, "later");
    for (int i = 0; i < 75; i++)
        server_sends(&c, TCP_ACK, large, sizeof large);
    run(&f, dropping, &ops, &found);
    assert_int_equal(seen.flows[0].state, FLOW_BYPASSED);
    assert_int_equal(found_count(&found, 6), 1);
    found_fini(&found);
}

static void past_the_depth_of_both_streams(void **state)
{
    (void)state;
    static const unsigned begun[] = {0, 1}; /* by how many streams are past it */
    for (unsigned both = 0; both < 2; both++) {
        struct frames f = {0};
        struct found found;
        struct conversation c = conversation_new(&f);
        struct engine_options options = {.checksums = CHECKSUM_ON,
                                         .tcp = {.depth = 1000},
                                         .judge = judge,
                                         .flow = keep_flow,
                                         .bypass = &ops};
        char large[1400] = "";
        fresh(NULL);
        handshake(&c);
        SAYS(client, &c, "later");
        server_sends(&c, TCP_ACK, large, sizeof large);
        client_sends(&c, TCP_ACK, large, both ? sizeof large : 0);
        server_sends(&c, TCP_ACK, NULL, 0);
        assert_int_equal(engine_run(dropping, f.list, f.count, &options, &found), 0);
        assert_int_equal(seen.begun, begun[both]);
        assert_int_equal(found_count(&found, 6), 1);
        assert_int_equal(seen.flows[0].state == FLOW_BYPASSED, both);
        found_fini(&found);
        frames_fini(&f);
    }
}

static void a_syn_ends_a_bypass(void **state)
{
    (void)state;
    struct frames f = {0};
    struct found found;
    struct conversation c = conversation_new(&f);
    handshake(&c);
    SAYS(client, &c, "enough");
    SAYS(client, &c, "enough"); /* on its way */
    c = conversation_new(&f);
    c.client_sequence = 77777;
    handshake(&c);
    SAYS(client, &c, "needle");
    run(&f,
        "alert tcp any any -> any any (dsize:>0; content:\"enough\"; bypass; sid:1;)\n"
        "alert tcp any any -> any any (dsize:>0; content:\"needle\"; sid:2;)\n",
        &ops, &found);
    assert_int_equal(found_count(&found, 1), 1);
    assert_int_equal(found_count(&found, 2), 1);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.flows[0].end, FLOW_END_REUSED);
    found_fini(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(verdict_ends_inspection, fresh),
        cmocka_unit_test_setup(all_are_judged_before_one_is_told, fresh),
        cmocka_unit_test_setup(a_copy_is_not_dropped, fresh),
        cmocka_unit_test_setup(what_is_let_through_again_begins_anew, fresh),
        cmocka_unit_test_setup(bypassed_flows_are_counted, fresh),
        cmocka_unit_test_setup(bypassed_flows_live_while_packets_pass, fresh),
        cmocka_unit_test_setup(no_room_means_inspected, fresh),
        cmocka_unit_test_setup(elephants_are_inspected_first, fresh),
        cmocka_unit_test_setup(past_the_depth_of_both_streams, fresh),
        cmocka_unit_test_setup(a_syn_ends_a_bypass, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
