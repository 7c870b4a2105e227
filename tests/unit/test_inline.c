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

/* Out of the window, for a connection that is known; of one that is not known anything passes. */
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
        struct conversation unknown = conversation_new(&f);
        unknown.client_port++;
        SAYS(client, &unknown, TCP_PSH | TCP_ACK, "harmless");
        check(&f, stream_rule, i ? &lenient : &usual, 0, i ? "" : "#4");
    }
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
        cmocka_unit_test(replaces_in_each_packet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
