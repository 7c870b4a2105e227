/*
 * Memory that rules keep: flowbits, flowint, xbits, hostbits, thresholds. Expectations are what
 * Suricata 8.0.8 answered; caps and failures are our own.
 */
#include "support/check.h"
#include "flow/flow.h"
#include "packet/packet.h"

#include <stdio.h>
#include <stdlib.h>

#include "match/state.h"
#include "match/store.h"
#include "support/rule_text.h"

struct fixture {
    bool no_flow;
    struct rule_kit kit;
    struct flow_memory flow;
    struct shared_state *shared;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    rule_kit_init(&f->kit);
    f->shared = shared_state_new(&(struct shared_state_config){.seed = 1});
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    flow_state_fini(&f->flow);
    shared_state_free(f->shared);
    rule_kit_fini(&f->kit);
    free(f);
    return 0;
}

/* Evaluates the rule's state options on a packet: all tests, then, if they hold, the changes. */
static bool step(struct fixture *f, const char *options, const struct packet *packet)
{
    struct rule *rule = rule_kit_rule(&f->kit, "ip", options, 1);
    if (!rule)
        fail_msg("%s: %s", options, f->kit.err.message);
    struct view view = packet_view(packet);
    bool holds = true;
    for (uint32_t i = 0; i < rule->state_count; i++)
        if (state_verb_is_test(rule->state[i].verb))
            holds = holds && state_holds(&rule->state[i], &f->flow, f->shared, &view);
    for (uint32_t i = 0; holds && i < rule->state_count; i++)
        state_change(&rule->state[i], &f->flow, f->shared, &view);
    rule_free(rule);
    return holds;
}

static bool on_flow(struct fixture *f, const char *options)
{
    struct packet p = packet_between(1, 2, 0);
    return step(f, options, &p);
}

static void test_flowbits(void **state)
{
    struct fixture *f = *state;
    assert_false(on_flow(f, "flowbits:isset,a"));
    assert_false(on_flow(f, "flowbits:set,a; flowbits:isset,a"));
    assert_false(on_flow(f, "flowbits:isset,a"));
    assert_true(on_flow(f, "flowbits:set,a"));
    assert_true(on_flow(f, "flowbits:isset,a"));
    assert_true(on_flow(f, "flowbits:isset,zz|a"));
    assert_true(on_flow(f, "flowbits:isset,a | zz"));
    assert_false(on_flow(f, "flowbits:isset,yy|zz"));
    assert_false(on_flow(f, "flowbits:isnotset,a"));
    assert_true(on_flow(f, "flowbits:isnotset,a|zz")); /* one of them is not */
    assert_true(on_flow(f, "flowbits:set,b|c"));       /* one bit with an odd name */
    assert_false(on_flow(f, "flowbits:isset,b|c"));
    assert_true(on_flow(f, "flowbits:toggle,a"));
    assert_false(on_flow(f, "flowbits:isset,a"));
    assert_true(on_flow(f, "flowbits:toggle,a"));
    assert_true(on_flow(f, "flowbits:isset,a"));
    assert_true(on_flow(f, "flowbits:unset,a"));
    assert_false(on_flow(f, "flowbits:isset,a"));
    struct rule *rule = rule_kit_rule(&f->kit, "ip", "flowbits:noalert", 1);
    assert_true(rule->flags & RULE_NOALERT);
    rule_free(rule);
}

static void test_flowint(void **state)
{
    struct fixture *f = *state;
    assert_true(on_flow(f, "flowint:ab,notset"));
    assert_false(on_flow(f, "flowint:ab,==,0"));
    assert_false(on_flow(f, "flowint:ab,!=,1"));
    assert_false(on_flow(f, "flowint:ab,>=,0"));
    assert_true(on_flow(f, "flowint:ab,-,1"));
    assert_false(on_flow(f, "flowint:ab,isset"));
    assert_true(on_flow(f, "flowint:ab,+,1"));
    assert_true(on_flow(f, "flowint:ab,==,1"));
    assert_true(on_flow(f, "flowint:ab,-,3"));
    assert_true(on_flow(f, "flowint:ab,>,5"));
    assert_true(on_flow(f, "flowint:ab,=,7; flowint:cd,=,7"));
    assert_true(on_flow(f, "flowint:ab,==,cd"));
    assert_true(on_flow(f, "flowint:ab,+,cd"));
    assert_true(on_flow(f, "flowint:ab,==,14"));
    assert_true(on_flow(f, "flowint:ab,>,nope"));
    assert_true(on_flow(f, "flowint:ab,=,nope"));
    assert_true(on_flow(f, "flowint:ab,==,nope"));
}

static bool at(struct fixture *f, const char *options, uint8_t from, uint8_t to, double seconds)
{
    struct packet p = packet_between(from, to, seconds);
    return step(f, options, &p);
}

static void test_hostbits(void **state)
{
    struct fixture *f = *state;
    assert_true(at(f, "hostbits:set,a", 1, 2, 0));
    assert_true(at(f, "hostbits:isset,a", 1, 9, 1));
    assert_true(at(f, "xbits:isset,a,track ip_src", 1, 9, 1)); /* the same bits */
    assert_false(at(f, "hostbits:isset,a", 2, 1, 1));
    assert_true(at(f, "hostbits:isset,a,dst", 2, 1, 1));
    assert_true(at(f, "hostbits:isset,a", 1, 9, 300));
    assert_false(at(f, "hostbits:isset,a", 1, 9, 301));
    assert_true(at(f, "hostbits:toggle,a,dst", 1, 2, 400));
    assert_true(at(f, "hostbits:isset,a", 2, 7, 400));
    assert_true(at(f, "hostbits:toggle,a", 2, 7, 401));
    assert_false(at(f, "hostbits:isset,a", 2, 7, 401));
}

static void test_xbits(void **state)
{
    struct fixture *f = *state;
    assert_true(at(f, "xbits:set,a,track ip_src,expire 3", 1, 2, 0));
    assert_true(at(f, "xbits:isset,a,track ip_src", 1, 2, 3));
    assert_false(at(f, "xbits:isset,a,track ip_src", 1, 2, 3.1));
    assert_true(at(f, "xbits:set,a,track ip_src", 1, 2, 10));
    assert_true(at(f, "xbits:isset,a,track ip_src", 1, 2, 40));
    assert_false(at(f, "xbits:isset,a,track ip_src", 1, 2, 41));
    assert_true(at(f, "xbits:set,p,track ip_pair", 1, 2, 50));
    assert_true(at(f, "xbits:isset,p,track ip_pair", 2, 1, 51));
    assert_false(at(f, "xbits:isset,p,track ip_src", 1, 2, 51));
    assert_false(at(f, "xbits:isset,p,track ip_pair", 1, 3, 51));
    assert_true(at(f, "xbits:set,n", 1, 2, 60)); /* tracked nowhere */
    assert_false(at(f, "xbits:isset,n", 1, 2, 60));
}

static void test_refusals(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {
        "flowbits:set",
        "flowbits:noalert,a",
        "flowbits:reset,a",
        "flowbits:SET,a",
        "flowbits:set, a b",
        "flowbits:isset,",
        "flowbits:isset,|",
        "flowbits:isset , a",
        "flowbits:isset,a b|c",
        "flowbits:\"set,a\"",
        "flowint:a,+,1",
        "flowint:ab,+,-1",
        "flowint:ab,+,4294967296",
        "flowint:ab,+,0x5",
        "flowint:ab,+",
        "flowint:ab,foo,1",
        "flowint:ab,unset",
        "flowint:ab,*,2",
        "flowint:a b,+,1",
        "flowint:1ab,+,1",
        "flowint:_ab,+,1",
        "flowint:ab-c,+,1",
        "flowint:ab,+,b",
        "flowint:ab,==,12abc",
        "xbits:set,a,track by_src",
        "xbits:isset,a,track tx",
        "xbits:set,a,track ip_src,expire 0",
        "xbits:SET,a,track ip_src",
        "xbits:set,a,track IP_SRC",
        "xbits:set,a,track ip_src,expire 1m",
        "xbits:set,,track ip_src",
        "xbits:set,a b,track ip_src",
        "xbits:set,a,foo",
        "xbits:set,a,track ip_src,expire 10,track ip_dst",
        "hostbits:set",
        "hostbits:set,a,both",
        "hostbits:set,a,foo",
        "hostbits:set,a b",
        "hostbits:set,a,src,5",
        "hostbits:foo,a",
        "threshold:type limit,track by_src,count 1",
        "threshold:track by_src,count 1,seconds 5",
        "threshold:type limit,count 1,seconds 5",
        "threshold:type Limit,track by_src,count 1,seconds 5",
        "threshold:type limit,track by_src,count -1,seconds 5",
        "threshold:type limit,track by_either,count 1,seconds 5",
        "threshold:type backoff,track by_src,count 1,multiplier 10",
        "threshold:type backoff,track by_flow,count 1,multiplier 10,seconds 5",
        "threshold:type backoff,track by_flow,count 1,multiplier 1",
        "threshold:type backoff,track by_flow,count 1",
        "threshold:type limit track by_src, count 1, seconds 60",
        "threshold:type both,track by_src,count 1,seconds 6; detection_filter:track by_src,count 1,seconds 5",
        "detection_filter:track by_both,count 1,seconds 5",
        "detection_filter:track by_rule,count 1,seconds 5",
        "detection_filter:track by_src,count 0,seconds 5",
        "detection_filter:track by_src,count 1,seconds 0",
        "detection_filter:track by_src,count 1,seconds 5,unique_on src_port",
        "tag:foo",
        "tag:session,10",
        "tag:host,10,packets,both",
        "tag:session,-1,packets",
        "tag:session,4294967296,packets",
        "tag:host,src",
    };
    static const char *const good[] = {
        "flowbits:isset,a|",
        "flowbits:set,a,grp",
        "flowbits:set, a",
        "flowint:a.b/c,+,1",
        "flowint:ab,isset,1",
        "flowint: ab , + , 1 ",
        "xbits:set,a,track tx",
        "xbits:set,a,expire 10,track ip_src",
        "xbits:noalert",
        "hostbits: set , a , src",
        "hostbits:isset,a|b",
        "threshold:type limit,track by_src,count 0,seconds 0",
        "threshold: type both, track by_both, seconds 60, count 2",
        "threshold:type limit,track by_src,count 1,seconds 5,x 5",
        "threshold:type limit, track by_src, count 1, seconds 1m",
        "detection_filter:count 1,track by_flow,seconds 5",
        "threshold:type backoff,track by_flow, multiplier 2, count 1",
        "tag:session",
        "tag:host , 10 , packets , src",
        "tag:session,10,bytes",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (rule_kit_rule(&f->kit, "ip", bad[i], 1))
            fail_msg("accepted: %s", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct rule *rule = rule_kit_rule(&f->kit, "ip", good[i], 1);
        if (!rule)
            fail_msg("refused: %s: %s", good[i], f->kit.err.message);
        rule_free(rule);
    }
}

/* The 1-based numbers of the matches that alert, as text. */
static void expect_alerts(struct fixture *f, const char *options, const double *times, unsigned count,
                          const char *expected)
{
    static unsigned sid = 100;
    char got[256] = "";
    struct flow flow = {.protocol = 17};
    struct rule *rule = rule_kit_rule(&f->kit, "ip", options, sid++);
    assert_non_null(rule);
    for (unsigned i = 0; i < count; i++) {
        struct packet p = packet_between(1, 2, times[i]);
        struct view view = packet_view(&p);
        enum rule_action action = ACTION_ALERT;
        view.flow = f->no_flow ? NULL : &flow;
        if (threshold_check(rule, f->no_flow ? NULL : &f->flow, f->shared, &view, &action) == THRESHOLD_ALERT)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%u", *got ? " " : "", i + 1);
        assert_int_equal(action, ACTION_ALERT);
    }
    if (strcmp(got, expected) != 0)
        fail_msg("%s: %s instead of %s", options, got, expected);
    rule_free(rule);
}

static void test_windows(void **state)
{
    static const double t[] = {1000,   1001, 1002,   1003, 1004, 1005, 1006,   1007, 1008, 1009,
                               1009.5, 1010, 1010.5, 1011, 1012, 1020, 1020.5, 1021, 1022, 1031};
    static const struct {
        const char *kind;
        unsigned count, seconds;
        const char *alerts;
    } cases[] = {
        {"limit", 1, 10, "1 13 18"},
        {"limit", 2, 10, "1 2 13 14 18 19"},
        {"limit", 3, 5, "1 2 3 7 8 9 15 16 17 18 20"},
        {"limit", 1, 1, "1 3 5 7 9 11 14 16 19 20"},
        {"limit", 0, 10, "1 13 18"},
        {"limit", 2, 2, "1 2 4 5 7 8 10 11 15 16 17 20"},
        {"limit", 1, 0, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"},
        {"threshold", 2, 10, "2 4 6 8 10 12 14 16 19"},
        {"threshold", 3, 5, "3 6 9 12 18"},
        {"threshold", 2, 1, "2 4 6 8 10 12 15 17"},
        {"threshold", 0, 10, "2 3 4 5 6 7 8 9 10 11 12 14 15 16 17 19 20"},
        {"threshold", 3, 0, ""},
        {"threshold", 2, 2, "2 5 8 11 13 17 19"},
        {"both", 1, 10, "1 13 18"},
        {"both", 2, 10, "2 14 19"},
        {"both", 3, 5, "3 9 18"},
        {"both", 0, 10, ""},
        {"both", 2, 2, "2 5 8 11 17"},
        {"", 1, 10, "2 3 4 5 6 7 8 9 10 11 12 14 15 16 17 19 20"},
        {"", 2, 10, "3 4 5 6 7 8 9 10 11 12 15 16 17 20"},
        {"", 3, 5, "4 5 6 10 11 12 13 14 19"},
        {"", 1, 1, "2 4 6 8 10 12 13 15 17 18"},
        {"", 2, 2, "3 6 9 12 13 14 18 19"},
        {"", 5, 10, "6 7 8 9 10 11 12"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char options[128];
        snprintf(options, sizeof options, "%s%s%strack by_src,count %u,seconds %u",
                 *cases[i].kind ? "threshold:type " : "detection_filter:", cases[i].kind,
                 *cases[i].kind ? "," : "", cases[i].count, cases[i].seconds);
        expect_alerts(*state, options, t, 20, cases[i].alerts);
    }
}

static void test_backoff(void **state)
{
    double t[25];
    for (int i = 0; i < 25; i++)
        t[i] = 1000 + i;
    expect_alerts(*state, "threshold:type backoff,track by_flow,count 1,multiplier 2", t, 25, "1 2 4 8 16");
    expect_alerts(*state, "threshold:type backoff,track by_flow,count 3,multiplier 2", t, 25, "3 6 12 24");
    expect_alerts(*state, "threshold:type backoff,track by_flow,count 5,multiplier 3", t, 25, "5 15");
}

/* As in Suricata. */
static void test_by_flow_without_a_flow(void **state)
{
    struct fixture *f = *state;
    static const double t[] = {1000, 1001, 1002};
    f->no_flow = true;
    expect_alerts(f, "threshold:type backoff,track by_flow,count 1,multiplier 2", t, 3, "");
    expect_alerts(f, "threshold:type limit,track by_flow,count 1,seconds 60", t, 3, "");
    expect_alerts(f, "threshold:type both,track by_flow,count 1,seconds 60", t, 3, "");
    expect_alerts(f, "threshold:type threshold,track by_flow,count 1,seconds 60", t, 3, "");
}

static void test_rate_filter(void **state)
{
    struct fixture *f = *state;
    struct threshold t = {.kind = THRESHOLD_RATE_FILTER,
                          .track = TRACK_SOURCE,
                          .count = 3,
                          .seconds = 5,
                          .timeout_s = 4,
                          .new_action = ACTION_DROP};
    struct rule rule = {.gid = 1, .sid = 1, .thresholds = &t, .threshold_count = 1};
    static const char expected[] = "aaadddddaaaadddddaaaadddd";
    for (unsigned i = 0; i < 25; i++) {
        struct packet p = packet_between(1, 2, i);
        struct view view = packet_view(&p);
        enum rule_action action = ACTION_ALERT;
        assert_int_equal(threshold_check(&rule, &f->flow, f->shared, &view, &action), THRESHOLD_ALERT);
        if ((action == ACTION_DROP) != (expected[i] == 'd'))
            fail_msg("match %u", i + 1);
    }
}

static void test_suppress(void **state)
{
    struct fixture *f = *state;
    struct address_range range = {.from = {.bytes = {10, 0, 0, 4}, .version = 4}};
    range.to = range.from;
    struct address_set hosts = {.ranges = &range, .count = 1};
    static const struct {
        enum state_track track;
        uint8_t from, to;
        enum threshold_verdict verdict;
    } cases[] = {
        {TRACK_SOURCE, 4, 1, THRESHOLD_SILENT},      {TRACK_SOURCE, 1, 4, THRESHOLD_ALERT},
        {TRACK_DESTINATION, 1, 4, THRESHOLD_SILENT}, {TRACK_DESTINATION, 4, 1, THRESHOLD_ALERT},
        {TRACK_BOTH, 1, 4, THRESHOLD_SILENT},        {TRACK_BOTH, 4, 1, THRESHOLD_SILENT},
        {TRACK_BOTH, 1, 2, THRESHOLD_ALERT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct threshold t = {.kind = THRESHOLD_SUPPRESS, .track = cases[i].track, .hosts = &hosts};
        struct rule rule = {.gid = 1, .sid = 1, .thresholds = &t, .threshold_count = 1};
        struct packet p = packet_between(cases[i].from, cases[i].to, 0);
        struct view view = packet_view(&p);
        enum rule_action action = ACTION_ALERT;
        assert_int_equal(threshold_check(&rule, &f->flow, f->shared, &view, &action), cases[i].verdict);
    }
}

static void test_tracks(void **state)
{
    struct fixture *f = *state;
    static const uint8_t pairs[][2] = {{1, 2}, {1, 3}, {4, 2}, {1, 2}, {2, 1}, {2, 1}, {1, 3}, {1, 2}};
    static const struct {
        const char *track, *alerts;
    } cases[] = {
        {"by_src", "ynynynnn"}, {"by_dst", "yynnynnn"}, {"by_both", "yyynnnnn"}, {"by_rule", "ynnnnnnn"}};
    for (unsigned i = 0; i < 4; i++) {
        char options[128];
        snprintf(options, sizeof options, "threshold:type limit,track %s,count 1,seconds 100",
                 cases[i].track);
        struct rule *rule = rule_kit_rule(&f->kit, "ip", options, 500 + i);
        for (unsigned j = 0; j < 8; j++) {
            struct packet p = packet_between(pairs[j][0], pairs[j][1], j);
            struct view view = packet_view(&p);
            enum rule_action action = ACTION_ALERT;
            bool alert = threshold_check(rule, &f->flow, f->shared, &view, &action) == THRESHOLD_ALERT;
            if (alert != (cases[i].alerts[j] == 'y'))
                fail_msg("%s, packet %u", cases[i].track, j + 1);
        }
        rule_free(rule);
    }
}

/* Past the cap what expires soonest gives way, and is counted; memory stays as it is. */
static void test_cap(void **state)
{
    (void)state;
    struct shared_state *s = shared_state_new(&(struct shared_state_config){.seed = 1, .memory = 16 << 10});
    struct state_name name = {.text = "x", .key = 1};
    struct state_op op = {
        .store = STORE_HOSTBIT, .verb = VERB_SET, .track = TRACK_SOURCE, .names = &name, .name_count = 1};
    struct shared_state_counters c = {0};
    unsigned kept = 0;
    while (!c.evicted) {
        struct packet p = packet_between((uint8_t)kept, 0, 0);
        p.source_address.bytes[1] = (uint8_t)(kept >> 8);
        struct view view = packet_view(&p);
        op.expire_s = 100 + kept; /* the first expires first */
        state_change(&op, NULL, s, &view);
        shared_state_counters(s, &c);
        kept++;
        assert_true(kept < 1000);
    }
    assert_int_equal(c.host_bits, kept - 1);
    for (unsigned i = 0; i < kept; i++) {
        struct packet p = packet_between((uint8_t)i, 0, 0);
        p.source_address.bytes[1] = (uint8_t)(i >> 8);
        struct view view = packet_view(&p);
        struct state_op test = op;
        test.verb = VERB_ISSET;
        assert_int_equal(state_holds(&test, NULL, s, &view), i > 0);
    }
    shared_state_free(s);
}

static void test_flow_cap(void **state)
{
    struct fixture *f = *state;
    for (uint64_t i = 0; i < FLOW_MEMORY_MOST; i++) {
        assert_int_equal(flow_memory_set_bit(&f->flow, i * 7919 % FLOW_MEMORY_MOST), 0);
        assert_int_equal(flow_memory_set_counter(&f->flow, i, (uint32_t)i), 0);
    }
    assert_true(flow_memory_set_bit(&f->flow, FLOW_MEMORY_MOST) < 0);
    assert_true(flow_memory_set_counter(&f->flow, FLOW_MEMORY_MOST, 1) < 0);
    for (uint64_t i = 0; i < FLOW_MEMORY_MOST; i++) {
        assert_true(flow_memory_has_bit(&f->flow, i));
        assert_int_equal(*flow_memory_counter(&f->flow, i), i);
    }
    struct packet p = packet_between(1, 2, 0);
    assert_true(step(f, "flowbits:set,another", &p));
    assert_false(step(f, "flowbits:isset,another", &p));
    struct shared_state_counters c;
    shared_state_counters(f->shared, &c);
    assert_int_equal(c.no_memory, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_flowbits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_flowint, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostbits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_xbits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_windows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_backoff, setup, teardown),
        cmocka_unit_test_setup_teardown(test_by_flow_without_a_flow, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rate_filter, setup, teardown),
        cmocka_unit_test_setup_teardown(test_suppress, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tracks, setup, teardown),
        cmocka_unit_test(test_cap),
        cmocka_unit_test_setup_teardown(test_flow_cap, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
