/*
 * Inline: what is inspected before it is acknowledged, and which packets must not be sent on. "#" of the
 * checks: the numbers of the packets that are dropped, from 1 on.
 */
#include "support/check.h"

#include <stdio.h>

#include "support/conversation.h"
#include "support/engine.h"

static void check(struct frames *frames, const char *rules, const struct tcp_config *tcp, unsigned alerts,
                  const char *dropped)
{
    struct engine_options options = {.checksums = CHECKSUM_ON, .tcp = *tcp};
    struct found found;
    char text[512] = "";
    options.tcp.inline_mode = true;
    assert_int_equal(engine_run(rules, frames->list, frames->count, &options, &found), 0);
    for (unsigned i = 0, n = 0; i < sizeof found.dropped; i++)
        if (found.dropped[i])
            n += (unsigned)snprintf(text + n, sizeof text - n, "#%u", i);
    assert_string_equal(text, dropped);
    assert_int_equal(found.count, alerts);
    found_fini(&found);
    frames_fini(frames);
}

static const struct tcp_config usual;

static char told[256]; /* of drops */

#define SAYS(side, c, flags, text) side##_sends((c), (flags), (text), sizeof(text) - 1)

static const char stream_rule[] = "drop tcp any any -> any any (flow:to_server; content:\"evil\"; sid:1;)\n"
                                  "alert tcp any any -> any any (content:\"good\"; sid:2;)\n";

/* The packet that completes the match is the first that is dropped; then all of the flow. */
static void a_stream_is_cut_at_once(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    SAYS(client, &c, TCP_PSH | TCP_ACK, "good e");
    SAYS(client, &c, TCP_PSH | TCP_ACK, "vil");
    server_sends(&c, TCP_ACK, NULL, 0);
    SAYS(client, &c, TCP_PSH | TCP_ACK, "more");
    check(&f, stream_rule, &usual, 2, "#5#6#7");
}

/* Cutting it into segments does not hide what has places, either. */
static void places_count_from_the_window(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "drop tcp any any -> any any (flow:to_server; content:\"evil\"; offset:2; depth:6; sid:1;)",
        "drop tcp any any -> any any (flow:to_server; content:\"xx\"; content:\"vil\"; distance:1; within:3; "
        "sid:1;)",
        "drop tcp any any -> any any (flow:to_server; content:\"xx\"; pcre:\"/^evil$/R\"; sid:1;)"};
    for (unsigned i = 0; i < 3; i++) {
        struct frames f = {0};
        struct conversation c = conversation_new(&f);
        handshake(&c);
        for (const char *p = "xxevil"; *p; p++)
            client_sends(&c, TCP_PSH | TCP_ACK, p, 1);
        check(&f, rules[i], &usual, 1, "#9");
    }
}

static void a_request_is_cut_before_it_arrives(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    c.server_port = 80;
    handshake(&c);
    SAYS(client, &c, TCP_PSH | TCP_ACK, "GET /exploit HTTP/1.1\r\nHost: a\r\n");
    SAYS(client, &c, TCP_PSH | TCP_ACK, "\r\n");
    check(&f, "drop http any any -> any any (http.uri; content:\"exploit\"; sid:1;)", &usual, 1, "#4#5");
}

/* A rule about packets drops the packet, not its flow. */
static void a_packet_alone(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    datagram(&c, true, "evil", 4);
    datagram(&c, true, "good", 4);
    check(&f, "drop udp any any -> any any (dsize:4; content:\"evil\"; sid:1; noalert;)", &usual, 0, "#1");
}

static void pass_and_alert_drop_nothing(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    SAYS(client, &c, TCP_PSH | TCP_ACK, "good evil");
    check(&f,
          "pass tcp any any -> any any (content:\"good\"; sid:3;)\n"
          "drop tcp any any -> any any (content:\"evil\"; sid:1;)\n",
          &usual, 0, "");
}

/* The same bytes again are no harm, other bytes in their place are: the receiver might take those. */
static void what_differs_is_dropped(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    SAYS(client, &c, TCP_PSH | TCP_ACK, "harmless");
    c.client_sequence -= 8;
    SAYS(client, &c, TCP_PSH | TCP_ACK, "harmless");
    c.client_sequence -= 4;
    SAYS(client, &c, TCP_PSH | TCP_ACK, "ful!");
    c.client_sequence -= 2;
    SAYS(client, &c, TCP_PSH | TCP_ACK, "ssand more"); /* overlaps, with the same bytes */
    server_sends(&c, TCP_ACK, NULL, 0);
    check(&f, stream_rule, &usual, 0, "#6");
}

/* With a hole before it as well. */
static void what_differs_behind_a_hole(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    c.client_sequence += 10;
    SAYS(client, &c, TCP_PSH | TCP_ACK, "harmless");
    c.client_sequence -= 8;
    SAYS(client, &c, TCP_PSH | TCP_ACK, "harmful!");
    check(&f, stream_rule, &usual, 0, "#5");
}

/* A reset that does not fit, an end of what never began. Data out of the window are the receiver's to refuse,
 * and rules see them as a packet's; of a connection that is not known they pass. */
static void what_does_not_belong(void **state)
{
    (void)state;
    struct tcp_config lenient = {.pass_invalid = true};
    for (int i = 0; i < 2; i++) {
        struct frames f = {0};
        struct conversation c = conversation_new(&f);
        handshake(&c);
        c.client_sequence += 100000000;
        SAYS(client, &c, TCP_PSH | TCP_ACK, "harmless");
        client_sends(&c, TCP_RST, NULL, 0);
        struct conversation unknown = conversation_new(&f);
        unknown.client_port++;
        SAYS(client, &unknown, TCP_PSH | TCP_ACK, "harmless");
        SAYS(client, &unknown, TCP_FIN | TCP_ACK, "evil good");
        check(&f, stream_rule, i ? &lenient : &usual, i ? 2 : 0, i ? "#7" : "#5#7");
    }
}

/* The client has not answered yet: who speaks is no server. */
static void what_comes_before_the_handshake_ends(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    client_sends(&c, TCP_SYN, NULL, 0);
    server_sends(&c, TCP_SYN | TCP_ACK, NULL, 0);
    uint32_t sequence = c.server_sequence;
    SAYS(server, &c, TCP_PSH | TCP_ACK, "good");
    c.server_sequence = sequence;
    client_sends(&c, TCP_ACK, NULL, 0);
    SAYS(server, &c, TCP_PSH | TCP_ACK, "good");
    check(&f, stream_rule, &usual, 1, "#3");
}

/* A limit is about alerts alone; what is to match so often first drops when it has. */
static void thresholds_and_drops(void **state)
{
    (void)state;
    static const struct {
        const char *threshold;
        unsigned alerts;
        const char *dropped;
    } cases[] = {
        {"threshold:type limit,track by_src,count 1,seconds 60", 1, "#1#2#3#4"},
        {"threshold:type threshold,track by_src,count 3,seconds 60", 1, "#3"},
        {"threshold:type both,track by_src,count 2,seconds 60", 1, "#2#3#4"},
        {"threshold:type both,track by_flow,count 2,seconds 60", 1, "#2#3#4"},
        {"detection_filter:track by_src,count 2,seconds 60", 2, "#3#4"},
        {"detection_filter:track by_flow,count 2,seconds 60", 2, "#3#4"},
        {"noalert", 0, "#1#2#3#4"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct frames f = {0};
        struct conversation c = conversation_new(&f);
        char rule[256];
        for (int k = 0; k < 4; k++)
            datagram(&c, true, "evil", 4);
        snprintf(rule, sizeof rule, "drop udp any any -> any any (content:\"evil\"; %s; sid:1;)",
                 cases[i].threshold);
        check(&f, rule, &usual, cases[i].alerts, cases[i].dropped);
    }
}

static void note_drop(void *ctx, const struct drop_record *record)
{
    (void)ctx;
    char *text = told + strlen(told);
    snprintf(text, sizeof told - (size_t)(text - told), "#%u %d%s%s ", (unsigned)record->packet->number,
             record->packet->dropped, record->alert ? " rule" : "", record->rejects ? " rejected" : "");
}

static void midstream(enum exception_policy policy, bool inline_mode, unsigned alerts, const char *expected)
{
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    struct engine_options options = {.tcp.inline_mode = inline_mode, .dropped = note_drop};
    struct found found;
    options.exceptions.of[EXCEPTION_MIDSTREAM] = (uint8_t)policy;
    *told = 0;
    SAYS(client, &c, TCP_PSH | TCP_ACK, "good");
    SAYS(server, &c, TCP_PSH | TCP_ACK, "good");
    assert_int_equal(engine_run("alert tcp any any -> any any (content:\"good\"; sid:2;)", f.list, f.count,
                                &options, &found),
                     0);
    assert_string_equal(told, expected);
    assert_int_equal(found.count, alerts);
    found_fini(&found);
    frames_fini(&f);
}

/* Of a connection whose beginning was not seen; what the numbers are: enum drop_reason. */
static void exception_policies(void **state)
{
    (void)state;
    char packets[64], flow[64], reject[64];
    snprintf(packets, sizeof packets, "#1 %d #2 %d ", DROP_STREAM_MIDSTREAM, DROP_STREAM_MIDSTREAM);
    snprintf(flow, sizeof flow, "#1 %d #2 %d ", DROP_STREAM_MIDSTREAM, DROP_EXCEPTION);
    snprintf(reject, sizeof reject, "#1 %d rejected #2 %d ", DROP_STREAM_MIDSTREAM, DROP_EXCEPTION);
    for (int inline_mode = 0; inline_mode < 2; inline_mode++) {
        midstream(POLICY_IGNORE, inline_mode, 2, "");
        midstream(POLICY_PASS_FLOW, inline_mode, 0, "");
        midstream(POLICY_PASS_PACKET, inline_mode, 0, "");
        midstream(POLICY_BYPASS, inline_mode, 0, "");
        midstream(POLICY_DROP_PACKET, inline_mode, 0, inline_mode ? packets : "");
        midstream(POLICY_DROP_FLOW, inline_mode, 0, inline_mode ? flow : "");
        midstream(POLICY_REJECT, inline_mode, inline_mode ? 0 : 2, inline_mode ? reject : "");
    }
}

static void policies_settle(void **state)
{
    (void)state;
    const struct exception_policies unset = {0}, some = {.master = POLICY_PASS_FLOW,
                                                         .of[EXCEPTION_APP_ERROR] = POLICY_AUTO,
                                                         .of[EXCEPTION_SESSION] = POLICY_REJECT};
    struct exception_policies p = exception_settle(&unset, false, false);
    for (int e = 0; e < EXCEPTIONS; e++)
        assert_int_equal(p.of[e], POLICY_IGNORE);
    p = exception_settle(&unset, true, true);
    for (int e = 0; e < EXCEPTIONS; e++)
        assert_int_equal(p.of[e], e == EXCEPTION_MIDSTREAM ? POLICY_IGNORE : POLICY_DROP_FLOW);
    p = exception_settle(&unset, true, false);
    assert_int_equal(p.of[EXCEPTION_MIDSTREAM], POLICY_DROP_FLOW);
    p = exception_settle(&some, true, false);
    assert_int_equal(p.of[EXCEPTION_MIDSTREAM], POLICY_PASS_FLOW);
    assert_int_equal(p.of[EXCEPTION_APP_ERROR], POLICY_DROP_FLOW);
    assert_int_equal(p.of[EXCEPTION_SESSION], POLICY_REJECT);
}

static const char replace_rule[] =
    "alert tcp any any -> any any (content:\"ev\"; content:\"il\"; replace:\"ry\"; distance:0; sid:1;)";

/* Each copy of the segment is changed, its checksum mended; what lies across two segments is not. */
static void replaces_in_each_packet(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    struct engine_options options = {.checksums = CHECKSUM_ON, .rewrites = true, .tcp.inline_mode = true};
    struct found found;
    handshake(&c);
    SAYS(client, &c, TCP_PSH | TCP_ACK, "ev");
    SAYS(client, &c, TCP_PSH | TCP_ACK, "il");
    SAYS(client, &c, TCP_PSH | TCP_ACK, "an evil il");
    c.client_sequence -= 10;
    SAYS(client, &c, TCP_PSH | TCP_ACK, "an evil il");
    assert_int_equal(engine_run(replace_rule, f.list, f.count, &options, &found), 0);
    assert_int_equal(found.count, 3);
    for (unsigned i = 5; i < 7; i++)
        assert_memory_equal(f.bytes[i] + f.list[i].bytes.n - 10, "an evry il", 10);
    assert_memory_equal(f.bytes[4] + f.list[4].bytes.n - 2, "il", 2);
    found_fini(&found);
    options.rewrites = false; /* what went out is in order */
    assert_int_equal(engine_run("alert tcp any any -> any any (tcpv4-csum:invalid; sid:1;)\n"
                                "alert tcp any any -> any any (content:\"evry\"; sid:2;)",
                                f.list, f.count, &options, &found),
                     0);
    assert_int_equal(found_count(&found, 1), 0);
    assert_int_equal(found_count(&found, 2), 2);
    found_fini(&found);
    frames_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_count_from_the_window),
        cmocka_unit_test(a_stream_is_cut_at_once),
        cmocka_unit_test(a_request_is_cut_before_it_arrives),
        cmocka_unit_test(a_packet_alone),
        cmocka_unit_test(pass_and_alert_drop_nothing),
        cmocka_unit_test(what_differs_is_dropped),
        cmocka_unit_test(what_differs_behind_a_hole),
        cmocka_unit_test(what_does_not_belong),
        cmocka_unit_test(what_comes_before_the_handshake_ends),
        cmocka_unit_test(thresholds_and_drops),
        cmocka_unit_test(exception_policies),
        cmocka_unit_test(policies_settle),
        cmocka_unit_test(replaces_in_each_packet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
