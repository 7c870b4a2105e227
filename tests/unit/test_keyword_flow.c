/* Keywords on flows, events and application protocols. Answers as Suricata 8.0.8 gave them. */
#include "support/check.h"
#include "flow/flow.h"

#include <stdio.h>
#include <stdlib.h>

#include "rule/keyword.h"
#include "support/rule_text.h"

static int setup(void **state)
{
    struct rule_kit *kit = malloc(sizeof *kit);
    rule_kit_init(kit);
    *state = kit;
    return 0;
}

static int teardown(void **state)
{
    rule_kit_fini(*state);
    free(*state);
    return 0;
}

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void expect(struct rule_kit *kit, const char *header, const char *option, bool accepted)
{
    struct rule *rule = rule_kit_rule(kit, header, option, 1);
    if ((rule != NULL) != accepted)
        fail_msg("%s: %s", option, accepted ? kit->err.message : "accepted");
    rule_free(rule);
}

static void test_flow_words(void **state)
{
    static const char *const good[] = {
        "flow:TO_SERVER",
        "flow: established , to_server",
        "flow:to_server; flow:established",
        "flow:not_established,stateless",
        "flow:established,to_server,only_stream",
        "flow:established,only_frag",
        "flow:to_server; flow:to_server",
    };
    static const char *const bad[] = {
        "flow:to_server,from_client",
        "flow:to_server,to_client",
        "flow:established,established",
        "flow:established,not_established",
        "flow:stateless,established",
        "flow:no_stream,only_stream",
        "flow:only_frag,no_frag",
        "flow:",
        "flow",
        "flow:established,",
        "flow:,established",
        "flow:foo",
        "flow:established to_server",
        "flow:\"established\"",
        "flow:to_server; flow:to_client",
        "flow:!established",
        "flow:established,to_server,only_stream,no_frag",
        "flow:established; flow:not_established",
        "flow:only_frag; flow:no_frag",
        "flow:stateless; flow:established",
    };
    for (size_t i = 0; i < COUNT(good); i++)
        expect(*state, "tcp", good[i], true);
    for (size_t i = 0; i < COUNT(bad); i++)
        expect(*state, "tcp", bad[i], false);
    struct rule *rule = rule_kit_rule(*state, "tcp", "flow:from_server,established,no_stream", 1);
    assert_int_equal(
        rule->flags & (RULE_TO_SERVER | RULE_TO_CLIENT | RULE_ESTABLISHED | RULE_NO_STREAM | RULE_STATELESS),
        RULE_TO_CLIENT | RULE_ESTABLISHED | RULE_NO_STREAM);
    rule_free(rule);
}

static bool holds(struct rule_kit *kit, const char *option, const struct view *view)
{
    struct rule *rule = rule_kit_rule(kit, "ip", option, 1);
    if (!rule)
        fail_msg("%s: %s", option, kit->err.message);
    bool yes = rule_tests_hold(rule, view);
    rule_free(rule);
    return yes;
}

static void test_flow_numbers(void **state)
{
    struct flow flow = {.start_ns = 900000000, .packets = {3, 2}, .bytes = {129, 86}};
    struct packet packet = packet_between(1, 2, 3.5);
    struct view view = packet_view(&packet), bare = view;
    view.flow = &flow;
    static const char *const yes[] = {"flow.age:3",
                                      "flow.age:>1",
                                      "flow.pkts:toserver,3",
                                      "flow.pkts:toclient, <3",
                                      "flow.pkts:either,2",
                                      "flow.pkts:both,>1",
                                      "flow.pkts_toserver:3",
                                      "flow.bytes:toserver,129",
                                      "flow.bytes:either,<100",
                                      "flow.bytes_toclient:86"};
    static const char *const no[] = {"flow.age:2",
                                     "flow.pkts:both,2",
                                     "flow.bytes:both,<100",
                                     "flow.bytes:toserver,>1kb",
                                     "flow.pkts_toclient:>2",
                                     "stream_size:both,>,0"};
    for (size_t i = 0; i < COUNT(yes); i++) {
        assert_true(holds(*state, yes[i], &view));
        assert_false(holds(*state, yes[i], &bare)); /* no flow */
    }
    for (size_t i = 0; i < COUNT(no); i++)
        assert_false(holds(*state, no[i], &view));
    static const char *const bad[] = {"flow.age:1h",
                                      "flow.pkts:1",
                                      "flow.pkts:>1,either",
                                      "flow.pkts:to_server,1",
                                      "flow.pkts:any,1",
                                      "flow.bytes:1",
                                      "flow.bytes_toserver:18446744073709551616",
                                      "flow.pkts:toserver,4294967296",
                                      "stream_size:either,==,5",
                                      "stream_size:either,5",
                                      "stream_size:any,>,5",
                                      "stream_size:client,<>,5",
                                      "stream_size:client,>,4294967296",
                                      "stream_size:CLIENT,>,5",
                                      "stream_size:toserver,>,5"};
    for (size_t i = 0; i < COUNT(bad); i++)
        expect(*state, "tcp", bad[i], false);
    expect(*state, "tcp", "stream_size: client , > , 5", true);
    expect(*state, "tcp", "stream_size:client,!,5", true);
    expect(*state, "tcp", "flow.bytes:either,>1KiB", true);
}

static void test_events(void **state)
{
    struct packet packet = packet_between(1, 2, 0);
    struct view view = packet_view(&packet);
    packet_event_add(&packet.events, packet_event_by_name(slice_str("ipv4.trunc_pkt")));
    packet_event_add(&packet.events, packet_event_by_name(slice_str("stream.pkt_invalid_ack")));
    assert_true(holds(*state, "decode-event:ipv4.trunc_pkt", &view));
    assert_true(holds(*state, "decode-event:IPV4.trunc_pkt", &view));
    assert_true(holds(*state, "stream-event:pkt_invalid_ack", &view));
    assert_true(holds(*state, "engine-event:stream.pkt_invalid_ack", &view));
    assert_false(holds(*state, "decode-event:ipv4.hlen_too_small", &view));
    assert_false(holds(*state, "decode-event:ipv4.trunc_pkt; decode-event:ipv4.hlen_too_small", &view));
    struct rule *rule = rule_kit_rule(*state, "pkthdr", "decode-event:ipv4.trunc_pkt", 1);
    assert_int_equal(rule->hints.event, packet_event_by_name(slice_str("ipv4.trunc_pkt")));
    assert_true(rule->flags & RULE_NEEDS_DECODE_EVENT);
    rule_free(rule);
    static const char *const bad[] = {"decode-event:foo",
                                      "decode-event:stream.pkt_invalid_ack",
                                      "stream-event:ipv4.trunc_pkt",
                                      "stream-event:stream.pkt_invalid_ack",
                                      "engine-event:ipv4.trunc_pkt",
                                      "engine-event:foo",
                                      "decode-event:ipv4.trunc_pkt,x"};
    for (size_t i = 0; i < COUNT(bad); i++)
        expect(*state, "ip", bad[i], false);
}

static void test_app_words(void **state)
{
    static const char *const good[] = {"http",
                                       "!http",
                                       "http,final",
                                       "http,original",
                                       "http,either",
                                       "http,to_server",
                                       "http,direction",
                                       "unknown",
                                       "failed",
                                       "!failed",
                                       "http|tls",
                                       "!http|tls,final",
                                       "\"http\"",
                                       "http,",
                                       " http",
                                       "! http",
                                       "!http; app-layer-protocol:!tls",
                                       "http,to_server; app-layer-protocol:tls,to_client",
                                       "http,original; app-layer-protocol:http,final",
                                       "doh2",
                                       "telnet"};
    static const char *const bad[] = {"foo",
                                      "!unknown",
                                      "http|!tls",
                                      "http,tls",
                                      "http, final",
                                      "http ,final",
                                      "HTTP",
                                      "http,final,either",
                                      "http|",
                                      "|http",
                                      "http,both",
                                      "any",
                                      "modbus",
                                      "llmnr",
                                      "http; app-layer-protocol:http",
                                      "http; app-layer-protocol:!tls"};
    char option[128];
    for (size_t i = 0; i < COUNT(good) + COUNT(bad); i++) {
        snprintf(option, sizeof option, "app-layer-protocol:%s",
                 i < COUNT(good) ? good[i] : bad[i - COUNT(good)]);
        expect(*state, "tcp", option, i < COUNT(good));
    }
    expect(*state, "http", "app-layer-protocol:http", false);
}

static void test_app(void **state)
{
    struct packet packet = packet_between(1, 2, 0);
    struct flow flow = {.app = APP_HTTP1, .app_direction = {APP_HTTP1, APP_FAILED}, .app_original = APP_TLS};
    struct view view = packet_view(&packet);
    view.flow = &flow;
    assert_true(holds(*state, "app-layer-protocol:http", &view));
    assert_true(holds(*state, "app-layer-protocol:tls|http1", &view));
    assert_false(holds(*state, "app-layer-protocol:tls", &view));
    assert_true(holds(*state, "app-layer-protocol:!tls", &view));
    assert_true(holds(*state, "app-layer-protocol:failed,to_client", &view));
    assert_true(holds(*state, "app-layer-protocol:tls,original", &view));
    assert_true(holds(*state, "app-layer-protocol:http,either", &view));
    view.direction = TO_CLIENT;
    assert_false(holds(*state, "app-layer-protocol:http", &view));
    flow.app_direction[TO_CLIENT] = APP_UNKNOWN;
    assert_false(holds(*state, "app-layer-protocol:!http", &view)); /* not known yet */
    assert_true(holds(*state, "app-layer-protocol:unknown", &view));
    view.flow = NULL;
    assert_false(holds(*state, "app-layer-protocol:!http", &view));
}

/* A rule about nothing else waits for the packet that carries the news; prefilter asks for that too. */
static void test_app_news(void **state)
{
    static const struct {
        const char *options;
        bool waits;
    } cases[] = {
        {"app-layer-protocol:http", true},
        {"app-layer-protocol:!tls; app-layer-protocol:!dns", true},
        {"flow:to_server; app-layer-protocol:http", true},
        {"app-layer-protocol:http; flowbits:set,a", true},
        {"app-layer-protocol:http; prefilter; ttl:64", true},
        {"app-layer-protocol:http; ttl:64", false},
        {"app-layer-protocol:http; content:\"a\"", false},
        {"app-layer-protocol:http; flow:established", false},
        {"app-layer-protocol:http; flowbits:isset,a", false},
        {"ttl:64", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rule *rule = rule_kit_rule(*state, "tcp", cases[i].options, 1);
        assert_non_null(rule);
        assert_int_equal((rule->flags & RULE_APP_NEWS) != 0, cases[i].waits);
        rule_free(rule);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_flow_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_flow_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_events, setup, teardown),
        cmocka_unit_test_setup_teardown(test_app_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_app, setup, teardown),
        cmocka_unit_test_setup_teardown(test_app_news, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
