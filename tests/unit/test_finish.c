/* What is said of a rule as a whole, after its options. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "rule/classes.h"
#include "packet/packet.h"
#include "rule/keyword.h"
#include "rule/keyword_names.h"
#include "rule/rule_list.h"
#include "rule/variables.h"

static struct rule *parse(const char *protocol, const char *options, struct err *err)
{
    struct variables *variables = variables_new();
    struct rule_context context = {.variables = variables};
    char text[512];
    struct rule *rule;
    snprintf(text, sizeof text, "alert %s any any -> any any (%s sid:1;)", protocol, options);
    *err = (struct err){0};
    int rc = rule_parse(slice_str(text), &context, &rule, NULL, err);
    assert_true(rc == 0 || rc == -EINVAL);
    variables_free(variables);
    return rule;
}

static const struct {
    const char *protocol, *options, *says; /* NULL: loads */
} cases[] = {
    {"tcp", "dsize:3; content:\"abcd\";", "can never match"},
    {"tls", "tls.cert_serial; content:\"05\";", NULL}, /* of one byte */
    {"tls", "tls.cert_serial; content:\"5c:19\";", NULL},
    {"tls", "tls.cert_serial; content:\"5c19\";", "can never match"},
    {"tls", "tls.cert_fingerprint; content:\"4a:a3\";", "can never match"},
    {"tls", "ja3.hash; content:\"e7eca2baf4458d095b7f45da28c16c34\";", NULL},
    {"tls", "ja3.hash; content:\"e7eca2baf4458d09\";", "can never match"},
    {"http", "http.host; content:\"Example\";", "can never match"},
    {"http", "http.method; content:\"GET \";", "can never match"},
    {"tcp", "dsize:<5; content:\"abcde\";", NULL}, /* Suricata takes the 5 for what may be */
    {"tcp", "dsize:<5; content:\"ab\"; content:\"cd\"; distance:2;", "can never match"},
    {"tcp", "dsize:2<>5; content:\"abcdef\";", "can never match"},
    {"tcp", "dsize:>2; content:\"abcdef\";", NULL},
    {"tcp", "dsize:3; content:\"a\"; offset:3;", "can never match"},
    {"tcp", "dsize:3; content:\"ab\"; content:\"cd\";", NULL},
    {"tcp", "dsize:4; content:\"aaaa\"; content:!\"bb\"; distance:0;", NULL},
    {"tcp", "dsize:3; content:!\"aaaa\";", "can never match"},
    {"tcp-stream", "content:\"a\"; ttl:64;", "ttl is about packets"},
    {"tcp-stream", "content:\"a\"; flow:established;", NULL},
    {"tcp", "flow:only_stream; content:\"a\"; flags:A;", "flags is about packets"},
    {"tcp-stream", "content:\"a\"; tcp.hdr; content:\"b\";", "tcp.hdr is about packets"},
    {"tcp-pkt", "flow:only_stream; content:\"a\";", "nothing is both"},
    {"udp", "tcp.hdr; content:\"a\";", "tcp.hdr"},
    {"tcp", "icmpv6.hdr; content:\"a\";", "icmpv6.hdr"},
    {"ip", "tcp.hdr; content:\"a\";", NULL},
    {"ipv4", "ipv6.hdr; content:\"a\";", "ipv6.hdr"},
    {"tcp", "tcp.hdr;", "nothing looks into tcp.hdr"},
    {"tcp", "tcp.hdr; pkt_data; content:\"a\";", "nothing has looked into tcp.hdr"},
    {"tcp", "flow:established; flow:established;", "flow"},
    {"smtp", "flow:to_client; filesize:>0;", "flow direction"}, /* mail is read on its way to the server */
    {"smtp", "flow:to_client; file.data; content:\"a\";", "flow direction"},
    {"smtp", "flow:to_server; file.data; content:\"a\";", NULL},
    {"tcp", "flow:to_client; file.data; content:\"a\";", NULL},
    {"mqtt", "flow:to_client; mqtt.subscribe.topic; content:\"a\";", "flow direction"},
    {"mqtt", "flow:to_client; mqtt.publish.topic; content:\"a\";", NULL},
    {"tcp", "http.uri; content:\"a\"; ttl:64; Flags:S;", "flags is about packets, but"},
    {"tcp", "http.uri; content:\"a\"; IP_ID:1;", "no such"},
    {"ip", "snmp.trap_type:255;", NULL},
    {"ip", "snmp.trap_type:256;", ""},
    {"ip", "ftp.reply_received:on;", NULL},
    {"ip", "ftp.reply_received:foo;", ""},
};

static void test_checks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err;
        struct rule *rule = parse(cases[i].protocol, cases[i].options, &err);
        if ((rule == NULL) != (cases[i].says != NULL) || (!rule && !strstr(err.message, cases[i].says)))
            fail_msg("%s: %s: %s", cases[i].protocol, cases[i].options, err.message);
        rule_free(rule);
    }
}

static void test_chain_order(void **state)
{
    (void)state;
    struct err err;
    struct rule *rule = parse("tcp",
                              "tcp.hdr; content:\"a\"; ipv4.hdr; content:\"b\"; pkt_data; content:\"c\"; "
                              "base64_decode:offset 1; base64_data; content:\"d\";",
                              &err);
    assert_non_null(rule);
    assert_int_equal(rule->chain_count, 4);
    assert_int_equal(rule->chains[0].buffer, BUFFER_PAYLOAD);
    assert_int_equal(rule->chains[1].buffer, BUFFER_TCP_HDR);
    assert_int_equal(rule->chains[2].buffer, BUFFER_IPV4_HDR);
    assert_int_equal(rule->chains[3].buffer, BUFFER_BASE64_DATA);
    rule_free(rule);
}

static void test_needs_packet(void **state)
{
    static const struct {
        const char *protocol, *options;
        bool needs;
    } packet_cases[] = {
        {"tcp", "content:\"a\";", false},
        {"tcp", "content:\"a\"; depth:5;", true},
        {"tcp", "content:\"a\"; offset:5;", true},
        {"tcp", "content:\"a\"; startswith;", true},
        {"tcp", "content:\"a\"; content:\"b\"; within:5;", false},
        {"tcp", "tcp.hdr; content:\"a\"; depth:5;", false},
        {"tcp-stream", "content:\"a\"; depth:5;", false},
        {"tcp", "flow:only_stream; content:\"a\"; depth:5;", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof packet_cases / sizeof packet_cases[0]; i++) {
        struct err err;
        struct rule *rule = parse(packet_cases[i].protocol, packet_cases[i].options, &err);
        assert_non_null(rule);
        if (((rule->flags & RULE_NEEDS_PACKET) != 0) != packet_cases[i].needs)
            fail_msg("%s: %s", packet_cases[i].protocol, packet_cases[i].options);
        rule_free(rule);
    }
}

static void test_layers(void **state)
{
    (void)state;
    struct err err;
    struct rule *rule = parse("ip", "", &err);
    assert_int_equal(rule->hints.layers, LAYER_IPV4 | LAYER_IPV6);
    rule_free(rule);
    rule = parse("icmp", "", &err);
    assert_int_equal(rule->hints.layers, LAYER_ICMPV4 | LAYER_ICMPV6);
    rule_free(rule);
    rule = parse("pkthdr", "", &err);
    assert_int_equal(rule->hints.layers, 0);
    rule_free(rule);
}

static void test_names(void **state)
{
    (void)state;
    assert_non_null(keyword_name_find(slice_str("HTTP.uri")));
    assert_null(keyword_name_find(slice_str("http.uri"))->needs);
    assert_string_equal(keyword_name_find(slice_str("lua"))->needs, "a Lua interpreter");
    assert_null(keyword_name_find(slice_str("http.ur")));
    assert_null(keyword_name_find(slice_str("http.uri.")));
    assert_true(keyword_name_find(slice_str("pcre"))->quotes);
    assert_false(keyword_name_find(slice_str("sid"))->quotes);
    assert_string_equal(keyword_name_near(slice_str("contnet")), "content");
    assert_string_equal(keyword_name_near(slice_str("http.user-agent")), "http.user_agent");
    assert_null(keyword_name_near(slice_str("zzzzzzzz")));
    /* Sorted, or a search would miss some: each name finds itself. */
#define KEYWORD_NAME(word, waits, quoted) assert_string_equal(keyword_name_find(slice_str(word))->name, word);
#include "rule/keyword_name_list.h"
#undef KEYWORD_NAME
}

/* The first of a name is found, by each of its names and in any case. */
static void test_keywords(void **state)
{
    static const struct keyword *const families[] = {
#define KEYWORDS(family) keywords_##family,
#include "rule/keyword_list.h"
#undef KEYWORDS
    };
    (void)state;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        for (const struct keyword *k = families[i]; k->name; k++) {
            const struct keyword *found = keyword_find(slice_str(k->name));
            assert_string_equal(found->name, k->name);
            assert_true(!k->alias || keyword_find(slice_str(k->alias)) == found);
        }
    assert_ptr_equal(keyword_find(slice_str("CONTENT")), keyword_find(slice_str("content")));
    assert_null(keyword_find(slice_str("conten")));
    assert_null(keyword_find(slice_str("contents")));
    assert_null(keyword_find(slice_str("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checks),       cmocka_unit_test(test_chain_order),
        cmocka_unit_test(test_needs_packet), cmocka_unit_test(test_layers),
        cmocka_unit_test(test_names),        cmocka_unit_test(test_keywords),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
