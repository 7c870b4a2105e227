/* What a rule's gate demands of a transaction's buffers, and which endpoints of rules are the same. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "match/compiled.h"
#include "match/ends.h"
#include "match/gate.h"
#include "packet/packet.h"
#include "rule/view.h"
#include "support/rule_text.h"

static struct ruleset *build(const char *text, bool no_prefilter)
{
    struct rule_list *list = rule_list_of(text);
    assert_non_null(list);
    struct err err;
    struct ruleset *ruleset;
    struct ruleset_options options = {.no_prefilter = no_prefilter};
    assert_int_equal(ruleset_build(list, &options, &ruleset, &err), 0);
    return ruleset;
}

static struct ruleset *build_one(const char *options)
{
    char text[512];
    snprintf(text, sizeof text, "alert http any any -> any any (%s sid:1;)\n", options);
    struct ruleset *ruleset = build(text, false);
    if (ruleset->count != 1)
        fail_msg("refused: %s", options);
    return ruleset;
}

/* The gate's first demand, of the buffer asked for, holds for `yes` and not for `no` (NULL: none is tried).
 */
static void check(const char *options, enum buffer_id buffer, const char *yes, const char *no)
{
    struct ruleset *ruleset = build_one(options);
    const struct rule_gate *gate = &ruleset->gates[0];
    if (!gate->demand_count || gate->demands[0].buffer != buffer)
        fail_msg("%s: no demand, or of another buffer", options);
    if (yes && !demand_holds(&gate->demands[0], slice_str(yes)))
        fail_msg("%s: closed for %s", options, yes);
    if (no && demand_holds(&gate->demands[0], slice_str(no)))
        fail_msg("%s: open for %s", options, no);
    ruleset_unref(ruleset);
}

static void check_none(const char *options)
{
    struct ruleset *ruleset = build_one(options);
    if (ruleset->gates[0].demand_count)
        fail_msg("%s: a demand", options);
    ruleset_unref(ruleset);
}

static bool has_ports(const char *rule, bool no_prefilter, uint16_t source, uint16_t destination)
{
    struct ruleset *ruleset = build(rule, no_prefilter);
    struct packet packet = {.source_port = source, .destination_port = destination};
    bool has = gate_has_ports(&ruleset->gates[0], &packet);
    ruleset_unref(ruleset);
    return has;
}

static void test_ports(void **state)
{
    (void)state;
    const char *server = "alert tcp any any -> any [80,8080] (sid:1;)\n",
               *client = "alert tcp any 1024: -> any any (sid:1;)\n",
               *both = "alert tcp any any <> any 80 (sid:1;)\n";
    assert_true(has_ports(server, false, 5, 80));
    assert_true(has_ports(server, false, 5, 8080));
    assert_false(has_ports(server, false, 80, 5));
    assert_false(has_ports(server, false, 5, 8081));
    assert_true(has_ports(server, true, 5, 8081));
    assert_true(has_ports(client, false, 1024, 5));
    assert_false(has_ports(client, false, 1023, 5));
    assert_true(has_ports(both, false, 80, 5));
    assert_true(has_ports(both, false, 5, 80));
}

static void test_sizes(void **state)
{
    (void)state;
    check("http.uri; content:\"a\"; urilen:4;", BUFFER_HTTP_URI, "/abc", "/ab");
    check("http.user_agent; bsize:<4; content:\"a\";", BUFFER_HTTP_USER_AGENT, "abc", "abcd");
    check("http.user_agent; content:\"a\"; bsize:5<>8;", BUFFER_HTTP_USER_AGENT, "abcdef", "abcde");
    check("http.user_agent; content:\"a\"; bsize:5<>8;", BUFFER_HTTP_USER_AGENT, "abcdefg", "abcdefgh");
    check("http.host; content:\"a\"; bsize:>3; bsize:<9;", BUFFER_HTTP_HOST, "abcdefgh", "abc");
    check("http.uri; content:\"x\"; offset:70;", BUFFER_HTTP_URI, NULL, "short");
    check("http.uri; content:\"x\"; isdataat:40;", BUFFER_HTTP_URI, NULL, "x");
    check_none("http.uri; content:\"x\"; isdataat:!40; isdataat:40,relative;");
}

static void test_places(void **state)
{
    (void)state;
    check("http.uri; content:\"/abc\"; startswith;", BUFFER_HTTP_URI, "/abcd", "/abd");
    check("http.uri; content:\"bc\"; offset:2; depth:2;", BUFFER_HTTP_URI, "/abc", "/bca");
    check("http.uri; content:\".PhP\"; nocase; endswith;", BUFFER_HTTP_URI, "/x.pHp", "/x.php3");
    check("http.uri; content:\"a[`\"; nocase; startswith;", BUFFER_HTTP_URI, "A[`", "a{@");
    check("http.uri; content:\"/abcdefg\"; startswith; endswith;", BUFFER_HTTP_URI, "/abcdefg", "/abcdefgh");
    check("http.uri; content:\"abc\"; depth:10; endswith;", BUFFER_HTTP_URI, "1234567abc", "12345678abc");
    check("http.user_agent; content:\"z\"; depth:1; http.method; content:\"POST\"; startswith;",
          BUFFER_HTTP_USER_AGENT, "zx", "xz");
}

static void test_none(void **state)
{
    (void)state;
    check_none("http.uri; content:\"abc\";");
    check_none("http.uri; content:!\"abc\"; startswith;");
    check_none("http.uri; content:\"abc\"; depth:9;");
    check_none("http.uri; absent:or_else; content:\"abc\"; startswith;");
    check_none("http.uri; to_md5; content:\"abc\"; startswith;");
    check_none("http.request_body; content:\"abc\"; startswith;");
    check_none("http.request_header; content:\"abc\"; startswith;");
    check_none("content:\"abc\"; startswith; http.uri; content:\"abc\";");
    struct ruleset *ruleset =
        build("alert http any any -> any any (http.uri; content:\"abc\"; startswith; sid:1;)\n", true);
    assert_int_equal(ruleset->gates[0].demand_count, 0);
    ruleset_unref(ruleset);
}

static struct packet segment_between(uint8_t source, uint8_t destination)
{
    struct packet packet = packet_between(source, destination, 0);
    packet.layers |= LAYER_TCP;
    packet.source_port = 1000;
    packet.destination_port = 80;
    return packet;
}

static void test_ends(void **state)
{
    (void)state;
    struct ruleset *ruleset = build("alert tcp 10.0.0.1 any -> any 80 (content:\"a1\"; sid:1;)\n"
                                    "alert tcp 10.0.0.1 any -> any 80 (content:\"a2\"; sid:2;)\n"
                                    "alert tcp 10.0.0.1 any <> any 80 (content:\"a3\"; sid:3;)\n"
                                    "alert tcp 10.0.0.1 any -> any !80 (content:\"a4\"; sid:4;)\n",
                                    false);
    assert_int_equal(ruleset->ends->count, 3);
    const struct rule_gate *gates = ruleset->gates;
    assert_int_equal(gates[0].ends, gates[1].ends);
    struct ends_memo *memo = ends_memo_new(ruleset->ends);
    assert_non_null(memo);
    for (int round = 0; round < 40; round++) { /* other packets take their places in between */
        struct packet packet = segment_between(round % 2 ? 1 : 2, (uint8_t)(round % 3 + 3));
        if (round % 5 == 4)
            packet.destination_port = 81;
        struct view view = {.packet = &packet};
        ends_memo_turn(memo);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(ends_fit(memo, gates[0].ends, &view), round % 2 && round % 5 != 4);
            assert_int_equal(ends_fit(memo, gates[2].ends, &view), round % 2 && round % 5 != 4);
            assert_int_equal(ends_fit(memo, gates[3].ends, &view), round % 2 && round % 5 == 4);
        }
    }
    ends_memo_free(memo);
    ruleset_unref(ruleset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ports), cmocka_unit_test(test_sizes), cmocka_unit_test(test_places),
        cmocka_unit_test(test_none),  cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
