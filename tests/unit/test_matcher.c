/*
 * Order, scope and number of alerts, and what is followed across chunks. The expectations were asked of
 * Suricata 8.0.8 with captures of the same packets; what is ours alone says so.
 */
#include "support/check.h"

#include <stdio.h>

#include "base/buf.h"
#include "support/conversation.h"
#include "support/engine.h"

static struct found run(struct frames *f, const char *rules)
{
    struct engine_options options = {.checksums = CHECKSUM_ON};
    struct found found;
    assert_int_equal(engine_run(rules, f->list, f->count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    return found;
}

/* The sids that alerted on one packet, in their order. */
static void check_packet(const struct found *found, uint64_t number, const uint32_t *sids, unsigned count)
{
    unsigned at = 0;
    for (uint32_t i = 0; i < found->count; i++) {
        if (found->list[i].number != number)
            continue;
        print_message("  packet %u: sid %u\n", (unsigned)number, found->list[i].sid);
        assert_true(at < count);
        assert_int_equal(found->list[i].sid, sids[at]);
        at++;
    }
    assert_int_equal(at, count);
}

#define CHECK_PACKET(found, number, ...)                                        \
    do {                                                                        \
        const uint32_t sids_[] = {__VA_ARGS__};                                 \
        check_packet((found), (number), sids_, sizeof sids_ / sizeof sids_[0]); \
    } while (0)

static void datagrams(struct frames *f, unsigned count)
{
    struct conversation c = conversation_new(f);
    for (unsigned i = 0; i < count; i++) {
        char text[] = "AAA udp0";
        text[7] = (char)('0' + i);
        datagram(&c, true, text, sizeof text - 1);
    }
}

static void test_setters_come_before_readers(void **state)
{
    (void)state;
    struct frames f = {0};
    datagrams(&f, 2);
    struct found found = run(
        &f, "alert udp any any -> any any (content:\"AAA\"; flowbits:isset,x; sid:1; priority:1;)\n"
            "alert udp any any -> any any (content:\"AAA\"; flowbits:set,x; sid:2; priority:9;)\n"
            "alert udp any any -> any any (content:\"AAA\"; flowbits:isnotset,x; sid:3;)\n"
            "alert udp any any -> any any (content:\"AAA\"; xbits:isset,z,track ip_src; sid:4; priority:1;)\n"
            "alert udp any any -> any any (content:\"AAA\"; xbits:set,z,track ip_src; sid:5; priority:9;)\n"
            "alert udp any any -> any any (content:\"AAA\"; hostbits:isset,h; sid:6; priority:1;)\n"
            "alert udp any any -> any any (content:\"AAA\"; hostbits:set,h; sid:7; priority:9;)\n"
            "alert udp any any -> any any (content:\"AAA\"; flowbits:isset,x; flowbits:set,y; sid:11;)\n"
            "alert udp any any -> any any (content:\"AAA\"; flowbits:isset,y; sid:12; priority:1;)\n"
            "alert udp any any -> any any (content:\"AAA\"; flowbits:unset,w; sid:13; priority:9;)\n");
    CHECK_PACKET(&found, 1, 2, 13, 11, 1, 12, 7, 6, 5);
    CHECK_PACKET(&found, 2, 2, 13, 11, 1, 12, 7, 6, 4, 5);
    found_fini(&found);
    frames_fini(&f);
}

static void test_fifteen_alerts_by_priority(void **state)
{
    (void)state;
    struct frames f = {0};
    datagrams(&f, 1);
    char rules[4096];
    size_t n = 0;
    for (int sid = 1; sid <= 20; sid++)
        n += (size_t)snprintf(rules + n, sizeof rules - n,
                              "alert udp any any -> any any (content:\"AAA\"; sid:%d; priority:%d;)\n", sid,
                              21 - sid);
    struct found found = run(&f, rules);
    CHECK_PACKET(&found, 1, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6);
    found_fini(&found);
    frames_fini(&f);
}

static void test_pass_of_a_datagram_is_for_the_packet(void **state)
{
    (void)state;
    struct frames f = {0};
    datagrams(&f, 3);
    struct found found = run(&f, "pass udp any any -> any any (content:\"udp1\"; sid:1;)\n"
                                 "alert udp any any -> any any (content:\"AAA\"; sid:2;)\n"
                                 "alert udp any any -> any any (content:\"udp1\"; flowbits:set,x; sid:3;)\n"
                                 "alert udp any any -> any any (flowbits:isset,x; sid:4;)\n");
    assert_int_equal(found.count, 3);
    CHECK_PACKET(&found, 1, 2);
    CHECK_PACKET(&found, 3, 4, 2);
    found_fini(&found);
    frames_fini(&f);
}

static void test_pass_by_address_is_for_the_flow(void **state)
{
    (void)state;
    struct frames f = {0};
    datagrams(&f, 3);
    struct found found = run(&f, "pass ip 10.0.0.1 any -> any any (sid:1;)\n"
                                 "alert udp any any -> any any (content:\"AAA\"; sid:2;)\n");
    assert_int_equal(found.count, 0);
    found_fini(&found);
    frames_fini(&f);
}

static void test_drop_of_a_flow_ends_its_alerts(void **state)
{
    (void)state;
    struct frames f = {0};
    datagrams(&f, 3);
    struct found found = run(&f, "drop ip 10.0.0.1 any -> any any (sid:1;)\n"
                                 "alert udp any any -> any any (content:\"AAA\"; sid:2;)\n");
    CHECK_PACKET(&found, 1, 1, 2);
    assert_int_equal(found.count, 2);
    found_fini(&found);
    frames_fini(&f);
}

static void three_lines(struct frames *f)
{
    struct conversation c = conversation_new(f);
    static const char *const lines[] = {"AAA-alpha", "AAA-beta", "AAA-gamma"};
    handshake(&c);
    for (unsigned i = 0; i < 3; i++) {
        client_sends(&c, TCP_PSH | TCP_ACK, lines[i], strlen(lines[i]));
        server_sends(&c, TCP_ACK, NULL, 0);
    }
}

/* A rule that a packet by itself has met acts on the packet, also where it looks at the stream as well, or
 * asks for the flow's protocol. */
static void test_what_a_packet_has_met_is_for_the_packet(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        bool itself; /* alerts, and so does the witness on the first line */
    } cases[] = {
        {"drop tcp any any -> any any (content:\"alpha\"; depth:100; sid:1;)\n", true},
        {"drop tcp any any -> any any (content:\"alpha\"; dsize:9; sid:1;)\n", true},
        {"drop tcp any any -> any any (content:\"alpha\"; stream_size:client,>,1; sid:1;)\n", true},
        {"pass tcp any any -> any any (content:\"alpha\"; depth:100; sid:1;)\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct frames f = {0};
        char rules[256];
        three_lines(&f);
        snprintf(rules, sizeof rules, "%salert tcp-pkt any any -> any any (content:\"AAA\"; sid:9;)\n",
                 cases[i].rule);
        struct found found = run(&f, rules);
        if (cases[i].itself)
            CHECK_PACKET(&found, 4, 1, 9);
        CHECK_PACKET(&found, 6, 9);
        CHECK_PACKET(&found, 8, 9);
        found_fini(&found);
        frames_fini(&f);
    }
}

static void test_bypass_needs_no_alert(void **state)
{
    (void)state;
    struct frames f = {0};
    three_lines(&f);
    struct found found = run(&f, "alert tcp-pkt any any -> any any (content:\"alpha\"; bypass; sid:1;)\n"
                                 "pass tcp-pkt any any -> any any (content:\"alpha\"; sid:2;)\n"
                                 "alert tcp-pkt any any -> any any (content:\"AAA\"; sid:9;)\n");
    assert_int_equal(found.count, 0);
    found_fini(&found);
    frames_fini(&f);
}

/* Ours alone: literals that lie within the first bytes are looked for only there. */
static void test_literals_at_the_edge_of_the_start(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    for (size_t at = 60; at < 62; at++) {
        char text[200];
        memset(text, '.', sizeof text);
        memcpy(text + at, "NEAR", 4);
        datagram(&c, true, text, sizeof text);
    }
    struct found found =
        run(&f, "alert udp any any -> any any (content:\"NEAR\"; depth:64; sid:1;)\n"
                "alert udp any any -> any any (content:\"NEAR\"; depth:65; sid:2;)\n"
                "alert udp any any -> any any (content:\"NEAR\"; offset:58; depth:6; sid:3;)\n"
                "alert udp any any -> any any (content:\"NEAR\"; offset:58; depth:7; sid:4;)\n"
                "alert udp any any -> any any (content:\"NEAR\"; sid:5;)\n");
    CHECK_PACKET(&found, 1, 1, 2, 3, 4, 5);
    CHECK_PACKET(&found, 2, 2, 4, 5);
    found_fini(&found);
    frames_fini(&f);
}

static void test_thresholds_do_not_hold_back_changes(void **state)
{
    (void)state;
    struct frames f = {0};
    datagrams(&f, 4);
    struct found found = run(
        &f, "alert udp any any -> any any (content:\"AAA\"; detection_filter:track by_src,count 2,seconds "
            "60; flowbits:set,x; sid:1;)\n"
            "alert udp any any -> any any (flowbits:isset,x; sid:2;)\n");
    CHECK_PACKET(&found, 1, 2);
    CHECK_PACKET(&found, 2, 2);
    CHECK_PACKET(&found, 3, 1, 2);
    CHECK_PACKET(&found, 4, 1, 2);
    found_fini(&found);
    frames_fini(&f);
}

static void count_turn(void *ctx)
{
    ++*(unsigned *)ctx;
}

static unsigned turns(struct frames *f, const char *rules)
{
    unsigned count = 0;
    struct engine_options options = {.checksums = CHECKSUM_ON, .wait_turn = count_turn, .wait_ctx = &count};
    struct found found;
    assert_int_equal(engine_run(rules, f->list, f->count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    found_fini(&found);
    return count;
}

/* Ours alone. A worker that waits stands still: a rule that fits but does not match must not make it. */
static void test_turns_are_waited_for_where_state_is_touched(void **state)
{
    (void)state;
    struct frames f = {0};
    datagrams(&f, 4);
    const char *limit = "alert udp any any -> any any (content:\"AAA\"; pcre:\"/udp[23]/\"; threshold:type "
                        "limit,track by_src,count 1,seconds 60; sid:1;)\n";
    assert_int_equal(turns(&f, limit), 2);
    assert_int_equal(turns(&f, "alert udp any any -> any any (content:\"AAA\"; pcre:\"/udp[2]/\"; "
                               "xbits:set,x,track ip_src; sid:1;)\n"),
                     1);
    assert_int_equal(
        turns(&f, "alert udp any any -> any any (content:\"AAA\"; xbits:isset,x,track ip_src; sid:1;)\n"), 4);
    assert_int_equal(turns(&f, "alert udp any any -> any any (content:\"AAA\"; flowbits:set,x; sid:1;)\n"),
                     0);
    frames_fini(&f);
}

/* A rule with these options alone alerts with the first `packets` of the four. */
static void check_alone(struct frames *f, const char *options, uint64_t packets)
{
    char rule[160];
    snprintf(rule, sizeof rule, "alert udp any any -> any any (%s; sid:1;)\n", options);
    struct found found = run(f, rule);
    for (uint64_t packet = 1; packet <= 4; packet++)
        if (packet <= packets)
            CHECK_PACKET(&found, packet, 1);
        else
            CHECK_PACKET(&found, packet);
    found_fini(&found);
}

static void test_rules_by_address_alert_once_a_direction(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    for (int i = 0; i < 2; i++) {
        datagram(&c, true, "a", 1);
        datagram(&c, false, "b", 1);
    }
    struct found found = run(&f, "alert udp any any -> any any (sid:1;)\n"
                                 "alert ip ![10.9.9.9] any -> any any (sid:2;)\n"
                                 "alert ip any any -> any any (flowbits:set,q; sid:3;)\n"
                                 "alert ip 10.0.0.0/8 any -> 192.168.0.0/16 any (sid:4;)\n"
                                 "alert ip any any -> any any (flowbits:isnotset,w; sid:5;)\n"
                                 "alert ip any any <> 192.168.1.1 any (sid:6;)\n");
    CHECK_PACKET(&found, 1, 3, 5, 1, 2, 4, 6);
    CHECK_PACKET(&found, 2, 3, 5, 1, 2, 6);
    CHECK_PACKET(&found, 3, 5, 2);
    CHECK_PACKET(&found, 4, 5, 2);
    found_fini(&found);
    /* So do those that ask for bits of hosts alone, but not those about bits of the flow. */
    static const char *const once[] = {
        "xbits:isnotset,xx,track ip_src",       "xbits:isset,yy,track ip_pair; xbits:set,yy,track ip_pair",
        "xbits:toggle,zz,track ip_src",         "hostbits:isnotset,hh,dst",
        "hostbits:isnotset,hh; flowbits:set,f", "hostbits:unset,hh"};
    static const char *const always[] = {"flowbits:unset,f", "flowbits:toggle,f",
                                         "hostbits:isnotset,hh; flowbits:isnotset,g"};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        check_alone(&f, once[i], i == 1 ? 0 : 2);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        check_alone(&f, always[i], 4);
    frames_fini(&f);
}

static void test_hooks_before_the_flow_alert_twice(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    struct found found = run(&f, "drop:packet tcp:pre_flow any any -> any 9999 (flags:A; alert; sid:1;)\n"
                                 "alert tcp:pre_flow any any -> any 9999 (flags:A; sid:2;)\n"
                                 "alert tcp:pre_stream any any -> any 9999 (flags:A; sid:3;)\n"
                                 "alert tcp:flow_start any any -> any any (sid:4;)\n");
    CHECK_PACKET(&found, 1, 4);
    CHECK_PACKET(&found, 2, 4);
    CHECK_PACKET(&found, 3, 1, 2, 2, 3, 3);
    found_fini(&found);
    frames_fini(&f);
}

/* Ours alone: Suricata looks at each chunk by itself. */
static void test_rules_are_followed_across_chunks(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    char block[2600];
    handshake(&c);
    memset(block, 'a', sizeof block);
    memcpy(block + sizeof block - 20, "alongliteral", 12);
    client_sends(&c, TCP_ACK, block, sizeof block);
    server_sends(&c, TCP_ACK, NULL, 0);
    client_sends(&c, TCP_ACK, "zz tiny and none of it", 22);
    server_sends(&c, TCP_ACK, NULL, 0);
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    struct found found =
        run(&f, "alert tcp any any -> any any (content:\"alongliteral\"; content:\"tiny\"; sid:1;)\n"
                "alert tcp any any -> any any (content:\"alongliteral\"; pcre:\"/t[ij]ny/\"; sid:2;)\n"
                "alert tcp any any -> any any (content:\"alongliteral\"; content:!\"tiny\"; sid:3;)\n"
                "alert tcp any any -> any any (content:\"alongliteral\"; sid:4;)\n"
                "alert tcp any any -> any any (content:\"alongliteral\"; content:\"absent\"; sid:5;)\n");
    CHECK_PACKET(&found, 6, 3, 4);
    CHECK_PACKET(&found, 8, 1, 2);
    assert_int_equal(found.count, 4);
    found_fini(&found);
    frames_fini(&f);
}

/* Their streams begin alike, so that only the first are scanned (scan_memo.h): what follows is told all the
 * same. */
static void test_streams_that_begin_alike(void **state)
{
    (void)state;
    enum { CONNECTIONS = 200 };
    static const char first[] = "GET /first HTTP/1.1\r\nHost: a\r\n\r\n",
                      second[] = "POST /second HTTP/1.1\r\n\r\n",
                      answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    static const char rules[] =
        "alert tcp any any -> any any (content:\"|0d 0a 0d 0a|POST /second\"; sid:1;)\n"
        "alert tcp any any -> any any (content:\"/first HTTP\"; content:\"/second\"; sid:2;)\n"
        "alert tcp any any -> any any (content:\"/first\"; sid:3;)\n"
        "alert tcp any any -> any any (content:\"okHTTP/1.1 200\"; sid:4;)\n"
        "alert tcp any any -> any any (content:\"second\"; content:!\"first\"; sid:5;)\n";
    struct frames f = {0};
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        struct conversation c = conversation_new(&f);
        c.client_port = (uint16_t)(c.client_port + i);
        handshake(&c);
        client_sends(&c, TCP_PSH | TCP_ACK, first, sizeof first - 1);
        server_sends(&c, TCP_PSH | TCP_ACK, answer, sizeof answer - 1);
        client_sends(&c, TCP_PSH | TCP_ACK, second, sizeof second - 1);
        server_sends(&c, TCP_PSH | TCP_ACK, answer, sizeof answer - 1);
        client_sends(&c, TCP_ACK, NULL, 0);
    }
    struct found found = run(&f, rules), plain;
    assert_int_equal(
        engine_run(rules, f.list, f.count, &(struct engine_options){.no_prefilter = true}, &plain), 0);
    assert_true(found_same(&found, &plain));
    for (int64_t sid = 1; sid <= 5; sid++)
        assert_int_equal(found_count(&found, sid), CONNECTIONS);
    found_fini(&found);
    found_fini(&plain);
    frames_fini(&f);
}

static void test_keywords_about_packets_keep_out_the_stream(void **state)
{
    (void)state;
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    client_sends(&c, TCP_PSH | TCP_ACK, "hello AAA", 9);
    server_sends(&c, TCP_ACK, NULL, 0);
    struct found found =
        run(&f, "alert tcp any any -> any any (ttl:>0; content:\"AAA\"; sid:1;)\n"
                "alert tcp any any -> any any (content:\"AAA\"; sid:2;)\n"
                "alert tcp any any -> any any (content:\"AAA\"; offset:3; sid:3;)\n"
                "alert ip any any -> any any (content:\"AAA\"; offset:3; sid:4;)\n"
                "alert tcp any any -> any any (content:\"AAA\"; flow:no_stream; sid:5;)\n"
                "alert tcp any any -> any any (content:\"AAA\"; flow:only_stream; sid:6;)\n");
    CHECK_PACKET(&found, 4, 1, 3, 4, 5);
    CHECK_PACKET(&found, 0, 2, 3, 4, 6);
    found_fini(&found);
    frames_fini(&f);
}

/*
 * A flow whose evaluations are dear again and again gets lower limits for them, so that rules which need few
 * steps find what they did before, and those that need many no longer do; other flows are as they were.
 */
static void test_limits_sink_in_a_flow_that_strains_them(void **state)
{
    (void)state;
    enum { EACH = 60, PADDING = 1000 };
    static char payload[PADDING + 3];
    struct frames f = {0};
    memset(payload, 'a', PADDING);
    memcpy(payload + PADDING, "bc", 3);
    for (unsigned flow = 0; flow < 2; flow++) {
        struct conversation c = conversation_new(&f);
        c.client_port = (uint16_t)(c.client_port + flow);
        for (unsigned i = 0; i < EACH; i++)
            datagram(&c, true, payload, sizeof payload - 1);
    }
    struct found found =
        run(&f, "alert udp any any -> any any (content:\"a\"; content:\"a\"; distance:0; "
                "content:\"c\"; within:1; sid:1;)\n"
                "alert udp any any -> any any (content:\"a\"; content:\"b\"; within:1; sid:2;)\n"
                "alert udp any any -> any any (content:\"b\"; sid:3;)\n");
    assert_int_equal(found_count(&found, 1), 0);
    /* 1,000 steps: at a half yet, not below. */
    assert_in_range(found_count(&found, 2), 2 * 3, EACH);
    assert_int_equal(found_count(&found, 2) % 2, 0);
    assert_int_equal(found_count(&found, 3), 2 * EACH);
    found_fini(&found);
    frames_fini(&f);
}

/* Twenty letters that differ from each other number's. */
static void lettered(char text[21], uint32_t number)
{
    for (int i = 0; i < 20; i++) {
        number = number * 1664525u + 1013904223u;
        text[i] = (char)('a' + (number >> 16) % 26);
    }
    text[20] = '\0';
}

/* So many literals that Hyperscan has an automaton for short blocks, which are scanned as longer ones. */
static void test_short_payloads_among_many_literals(void **state)
{
    (void)state;
    enum { RULES = 120, LEAST = 18, MOST = 80 };
    struct buf rules = {0};
    char text[21], payload[MOST];
    for (uint32_t i = 1; i <= RULES; i++) {
        lettered(text, i);
        buf_printf(&rules, "alert udp any any -> any any (content:\"%s\"; sid:%u;)\n", text, i);
    }
    buf_append_byte(&rules, 0);
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    for (size_t n = LEAST; n < MOST; n++) { /* at the end, as far as it has room */
        lettered(text, (uint32_t)n % RULES + 1);
        memset(payload, '.', sizeof payload);
        memcpy(payload + (n > 20 ? n - 20 : 0), text, n < 20 ? n : 20);
        datagram(&c, true, payload, n);
    }
    struct found found = run(&f, (const char *)rules.p);
    assert_int_equal(found.count, MOST - 20);
    for (uint32_t i = 0; i < found.count; i++)
        assert_int_equal(found.list[i].sid, (found.list[i].number - 1 + LEAST) % RULES + 1);
    found_fini(&found);
    frames_fini(&f);
    buf_fini(&rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_setters_come_before_readers),
        cmocka_unit_test(test_fifteen_alerts_by_priority),
        cmocka_unit_test(test_pass_of_a_datagram_is_for_the_packet),
        cmocka_unit_test(test_pass_by_address_is_for_the_flow),
        cmocka_unit_test(test_drop_of_a_flow_ends_its_alerts),
        cmocka_unit_test(test_what_a_packet_has_met_is_for_the_packet),
        cmocka_unit_test(test_bypass_needs_no_alert),
        cmocka_unit_test(test_literals_at_the_edge_of_the_start),
        cmocka_unit_test(test_thresholds_do_not_hold_back_changes),
        cmocka_unit_test(test_turns_are_waited_for_where_state_is_touched),
        cmocka_unit_test(test_rules_by_address_alert_once_a_direction),
        cmocka_unit_test(test_hooks_before_the_flow_alert_twice),
        cmocka_unit_test(test_rules_are_followed_across_chunks),
        cmocka_unit_test(test_streams_that_begin_alike),
        cmocka_unit_test(test_keywords_about_packets_keep_out_the_stream),
        cmocka_unit_test(test_limits_sink_in_a_flow_that_strains_them),
        cmocka_unit_test(test_short_payloads_among_many_literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
