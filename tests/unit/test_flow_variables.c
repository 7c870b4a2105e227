/* flowvar, pktvar and the captures of pcre that set them, as Suricata 8.0.8 answered. */
#include "support/check.h"

#include "match/flow_variables.h"
#include "packet/packet.h"
#include "rule/capture.h"
#include "support/app_case.h"

/* clang-format off */
static const char rules[] =
    "alert udp any any -> any any (pcre:\"/user=(?P<flow_user>\\w+)/\"; noalert; sid:1;)\n"
    "alert udp any any -> any any (flowvar:user,\"alice\"; sid:2;)\n"
    "alert udp any any -> any any (flowvar:user,lic; sid:3;)\n"
    "alert udp any any -> any any (flowvar:user,\"bob\"; content:\"reply\"; sid:4;)\n"
    "alert udp any any -> any any (pcre:\"/pass=(.)/, pkt:pass\"; sid:5;)\n"
    "alert udp any any -> any any (pktvar:pass,\"q\"; sid:6;)\n"
    "alert udp any any -> any any (pcre:\"/id=(?P<flow_id>\\d)/\"; content:\"user\"; sid:7;)\n"
    "alert udp any any -> any any (flowvar:id,\"|37|\"; sid:8;)\n"
    "alert udp any any -> any any (pcre:\"/(?P<flow_all>.*)/\"; flowvar:all,\"u\"; sid:9;)\n"
    "alert udp any any -> any any (pcre:\"/^([a-z])([a-z])/, flow:one, flow:two\"; noalert; sid:10;)\n"
    "alert udp any any -> any any (flowvar:one,\"u\"; flowvar:two,\"s\"; sid:11;)\n";

static const struct app_case datagrams[] = {
    {"set, and set anew", {CLIENT("user=alice x"), CLIENT("nothing"), CLIENT("user=bob x"), SERVER("reply")}, "2@1 3@1 11@1 2@2 3@2 11@3 4@4"},
    {"in another case", {CLIENT("user=ALICE x"), CLIENT("nothing")}, "11@1"},
    {"of the packet", {CLIENT("pass=q"), CLIENT("nothing")}, "5@1 6@1"},
    {"only of a rule that matches", {CLIENT("id=8"), CLIENT("id=7 user=x"), CLIENT("id=9")}, "7@2 8@2 8@3"},
};

static const char http_rules[] =
    "alert http any any -> any any (http.uri; pcre:\"/^(.)(.*)/, flow:first, flow:rest\"; noalert; sid:1;)\n"
    "alert http any any -> any any (http.uri; content:\"/\"; flowvar:first,\"/\"; sid:2;)\n"
    "alert http any any -> any any (flow:to_client; http.stat_code; content:\"200\"; flowvar:rest,\"b\"; sid:3;)\n";

/* What a transaction sets is seen from the next packet on. */
static const struct app_case requests[] = {
    {"two requests", {CLIENT("GET /abc HTTP/1.1\r\nHost: a\r\n\r\n"), SERVER("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), CLIENT("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"), SERVER("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}, "3@9 2@11"},
};
/* clang-format on */

static void test_datagrams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 9999, .udp = true};
    app_cases_check(&suite, datagrams, sizeof datagrams / sizeof datagrams[0]);
}

static void test_requests(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = http_rules, .port = 80};
    app_cases_check(&suite, requests, sizeof requests / sizeof requests[0]);
}

static bool has(struct flow_variables *variables, uint64_t key, bool of_packet, const char *pattern,
                const struct packet *packet)
{
    return flow_variables_have(variables, key, of_packet, slice_str(pattern), packet);
}

static void test_store(void **state)
{
    (void)state;
    char name[] = "x";
    struct flow_variables variables = {0};
    struct packet first = {.number = 1}, second = {.number = 2};
    struct group_capture flow = {.kind = CAPTURE_FLOW, .key = 7, .name = name};
    struct group_capture packet = {.kind = CAPTURE_PACKET, .key = 7, .name = name};
    assert_false(has(&variables, 7, false, "a", &first));
    assert_int_equal(flow_variables_set(&variables, &flow, slice_str("abc"), &first, false), 0);
    assert_int_equal(flow_variables_set(&variables, &packet, slice_str("def"), &first, false), 0);
    assert_true(has(&variables, 7, false, "bc", &first) && has(&variables, 7, false, "bc", &second));
    assert_true(has(&variables, 7, true, "de", &first));
    assert_false(has(&variables, 7, true, "de", &second));
    assert_int_equal(flow_variables_set(&variables, &flow, slice_str("xyz"), &second, true), 0);
    assert_true(has(&variables, 7, false, "bc", &second)); /* the other one is late */
    assert_false(has(&variables, 7, false, "xyz", &second));
    assert_true(has(&variables, 7, false, "xyz", &first) && variables.count == 2);
    int rc = 0;
    for (flow.key = 100; !rc; flow.key++)
        rc = flow_variables_set(&variables, &flow, slice_str(""), &first, false);
    assert_int_equal(variables.count, 64);
    flow_variables_fini(&variables);
}

/* A value noted again stands for the one before; there is room for so many. */
static void test_notes(void **state)
{
    (void)state;
    static struct captures captures;
    static struct group_capture groups[CAPTURES_MOST + 1];
    capture_note(&captures, &groups[0], slice_str("a"));
    capture_note(&captures, &groups[0], slice_str("bc"));
    assert_int_equal(captures.count, 1);
    assert_memory_equal(captures.bytes.p + captures.list[0].at, "bc", 2);
    for (size_t i = 0; i <= CAPTURES_MOST; i++)
        capture_note(&captures, &groups[i], slice_str("d"));
    assert_int_equal(captures.count, CAPTURES_MOST);
    captures_clear(&captures);
    assert_int_equal(captures.count, 0);
    buf_fini(&captures.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_datagrams),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_store),
        cmocka_unit_test(test_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
