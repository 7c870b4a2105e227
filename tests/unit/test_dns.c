/* DNS through the whole engine: what rules see of messages over UDP and TCP, with what was asked of Suricata
 * 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/session.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* Names, and what follows one in a question or a record. */
#define WWW         "\3www\7example\3com\0"
#define IN_A        "\0\1\0\1"
#define IN_TXT      "\0\20\0\1"
#define QUERY       "\x12\x34\1\0\0\1\0\0\0\0\0\0"     /* RD, a question */
#define ANSWER      "\x12\x34\x81\x80\0\1\0\1\0\0\0\0" /* QR, RD, RA; a question, an answer */
#define AT_QUESTION "\xc0\x0c"                         /* the name at byte 12 */
#define ADDRESS     "\0\0\0\x3c\0\4\xc0\0\2\1"         /* TTL, length, 192.0.2.1 */
#define TEN(text)   text text text text text text text text text text
#define LABEL63     "\x3f" TEN("abcdef") "xyz"

static const char rules[] =
    "alert dns any any -> any any (dns.query; content:\"www.example.com\"; bsize:15; sid:1;)\n"
    "alert dns any any -> any any (dns.queries.rrname; content:\"example\"; flow:to_client; sid:2;)\n"
    "alert dns any any -> any any (dns.answers.rrname; content:\"www.example.com\"; sid:3;)\n"
    "alert dns any any -> any any (dns.authorities.rrname; content:\"example.com\"; sid:4;)\n"
    "alert dns any any -> any any (dns.additionals.rrname; content:\"ns.example.com\"; sid:5;)\n"
    "alert dns any any -> any any (dns.response.rrname; content:\"alias\"; sid:6;)\n"
    "alert dns any any -> any any (dns.opcode:2; sid:7;)\n"
    "alert dns any any -> any any (dns.rcode:3; sid:8;)\n"
    "alert dns any any -> any any (dns.rrtype:16; sid:9;)\n"
    "alert dns any any -> any any (dns.query; content:!\"www\"; sid:10;)\n"
    "alert dns any any -> any any (dns.query; content:\"one\"; dns.query; content:\"two\"; sid:11;)\n"
    "alert dns:request_complete any any -> any any (msg:\"request\"; sid:20;)\n"
    "alert dns:response_complete any any -> any any (msg:\"response\"; sid:21;)\n"
    "alert dns any any -> any any (app-layer-event:dns.malformed_data; sid:30;)\n"
    "alert dns any any -> any any (app-layer-event:dns.not_request; sid:31;)\n"
    "alert dns any any -> any any (app-layer-event:dns.not_response; sid:32;)\n"
    "alert dns any any -> any any (app-layer-event:dns.z_flag_set; sid:33;)\n"
    "alert dns any any -> any any (app-layer-event:dns.invalid_opcode; sid:34;)\n"
    "alert dns any any -> any any (app-layer-event:dns.name_too_long; sid:35;)\n"
    "alert dns any any -> any any (app-layer-event:dns.infinite_loop; sid:36;)\n"
    "alert dns any any -> any any (app-layer-event:dns.too_many_labels; sid:37;)\n"
    "alert dns any any -> any any (app-layer-event:dns.invalid_additionals; sid:38;)\n"
    "alert dns any any -> any any (app-layer-event:dns.invalid_authorities; sid:39;)\n";

/* clang-format off */
static const struct app_case datagrams[] = {
    {"a question, its answer", {CLIENT(QUERY WWW IN_A), SERVER(ANSWER WWW IN_A AT_QUESTION IN_A ADDRESS)},
     "1@1 20@1 2@2 3@2 21@2"},
    {"the case of a name is kept", {CLIENT(QUERY "\3WWW\7example\3com\0" IN_A)}, "10@1 20@1"},
    {"two questions", {CLIENT("\x12\x34\1\0\0\2\0\0\0\0\0\0" "\3one\0" IN_A "\3two\0" IN_TXT)}, "9@1 10@1 11@1 20@1"},
    {"two questions in the other order", {CLIENT("\x12\x34\1\0\0\2\0\0\0\0\0\0" "\3two\0" IN_A "\3one\0" IN_A)}, "10@1 11@1 20@1"},
    {"an answer alone", {SERVER(ANSWER WWW IN_A AT_QUESTION IN_A ADDRESS)}, ""},
    {"no such name", {CLIENT(QUERY WWW IN_A), SERVER("\x12\x34\x81\x83\0\1\0\0\0\0\0\0" WWW IN_A)}, "1@1 20@1 2@2 8@2 21@2"},
    {"authorities and additionals", {CLIENT(QUERY WWW IN_A),
      SERVER("\x12\x34\x81\x80\0\1\0\0\0\1\0\1" WWW IN_A "\xc0\x10\0\2\0\1\0\0\0\x3c\0\5\2ns\xc0\x10" "\2ns\xc0\x10" IN_A ADDRESS)}, "1@1 20@1 2@2 4@2 5@2 21@2"},
    {"an alias", {CLIENT(QUERY WWW IN_A),
      SERVER(ANSWER WWW IN_A AT_QUESTION "\0\5\0\1\0\0\0\x3c\0\7\5alias\0")}, "1@1 20@1 2@2 3@2 6@2 21@2"},
    {"text", {CLIENT(QUERY WWW IN_TXT), SERVER(ANSWER WWW IN_TXT AT_QUESTION IN_TXT "\0\0\0\x3c\0\4\3abc")}, "1@1 9@1 20@1 2@2 3@2 9@2 21@2"},
    {"a status request", {CLIENT("\x12\x34\x10\0\0\1\0\0\0\0\0\0" WWW IN_A)}, "1@1 7@1 20@1"},
    {"an opcode that is none", {CLIENT("\x12\x34\x38\0\0\1\0\0\0\0\0\0" WWW IN_A)}, "1@1 20@1 34@1"},
    {"Z", {CLIENT("\x12\x34\1\x40\0\1\0\0\0\0\0\0" WWW IN_A)}, "1@1 20@1 33@1"},
    {"a response from the client", {CLIENT(QUERY WWW IN_A), CLIENT(ANSWER WWW IN_A AT_QUESTION IN_A ADDRESS)}, "1@1 20@1"},
    {"a request from the server", {CLIENT(QUERY WWW IN_A), SERVER(QUERY WWW IN_A)}, "1@1 20@1 1@2 20@2"},
    {"a question cut short", {CLIENT(QUERY WWW IN_A), CLIENT(QUERY "\3www\7exam")}, "1@1 20@1"},
    {"an answer cut short", {CLIENT(QUERY WWW IN_A), SERVER(ANSWER WWW IN_A AT_QUESTION IN_A "\0\0\0\x3c\0\4\xc0")}, "1@1 20@1"},
    {"a name that points at itself", {CLIENT(QUERY WWW IN_A), CLIENT("\x12\x35\1\0\0\1\0\0\0\0\0\0\xc0\x0c" IN_A)}, "1@1 20@1"},
    {"a name that points in a ring", {CLIENT(QUERY WWW IN_A), SERVER(ANSWER WWW IN_A "\1a\xc0\x21" IN_A ADDRESS)}, "1@1 20@1 2@2 21@2 35@2 37@2"},
    {"a name of 256 bytes", {CLIENT(QUERY LABEL63 LABEL63 LABEL63 LABEL63 "\0" IN_A)}, "10@1 20@1"},
    {"additionals cut short", {CLIENT(QUERY WWW IN_A), CLIENT("\x12\x34\1\0\0\1\0\0\0\0\0\1" WWW IN_A "\0\0\x29\x10")}, "1@1 20@1 1@2 20@2 38@2"},
    {"authorities cut short", {CLIENT(QUERY WWW IN_A), CLIENT("\x12\x34\1\0\0\1\0\0\0\1\0\0" WWW IN_A "\0\0")}, "1@1 20@1 1@2 20@2 39@2"},
    {"EDNS", {CLIENT("\x12\x34\1\0\0\1\0\0\0\0\0\1" WWW IN_A "\0\0\x29\x10\0\0\0\0\0\0\0")}, "1@1 20@1"},
    {"more questions than there are", {CLIENT("\x12\x34\1\0\0\3\0\0\0\0\0\0" WWW IN_A)}, ""},
    {"bytes behind a message", {CLIENT(QUERY WWW IN_A "rubbish")}, "1@1 20@1"},
    {"half a header", {CLIENT(QUERY WWW IN_A), CLIENT("\x12\x34\1\0\0\1")}, "1@1 20@1"},
    {"the root", {CLIENT(QUERY "\0" IN_A)}, "20@1"},
    {"the same question twice", {CLIENT(QUERY WWW IN_A), CLIENT(QUERY WWW IN_A), SERVER(ANSWER WWW IN_A AT_QUESTION IN_A ADDRESS)}, "1@1 20@1 1@2 20@2 2@3 3@3 21@3"},
};

#define LENGTH_Q "\0\x21" /* of a question after WWW */
#define LENGTH_A "\0\x31" /* of its answer */

static const struct app_case streams[] = {
    {"a question, its answer", {CLIENT(LENGTH_Q QUERY WWW IN_A), SERVER(LENGTH_A ANSWER WWW IN_A AT_QUESTION IN_A ADDRESS)}, "1@7 20@7 2@end 3@end 21@end"},
    {"two in one segment", {CLIENT(LENGTH_Q QUERY WWW IN_A "\0\x15" QUERY "\3one\0" IN_A)}, "1@end 10@end 20@end 20@end"},
    {"cut in its length and in its name", {CLIENT("\0"), CLIENT("\x21" QUERY "\3ww"), CLIENT("w\7example\3com\0" IN_A),
      SERVER(LENGTH_A ANSWER WWW IN_A), SERVER(AT_QUESTION IN_A ADDRESS)}, "1@11 20@11 2@end 3@end 21@end"},
    {"a gap between messages", {CLIENT(LENGTH_Q QUERY WWW IN_A), CLIENT_GAP(35), CLIENT(LENGTH_Q QUERY WWW IN_A)}, "1@6 20@6 1@end 20@end"},
    {"a gap within a message", {CLIENT(LENGTH_Q QUERY WWW IN_A), CLIENT_GAP(20), CLIENT("ple\3com\0" IN_A),
      CLIENT(LENGTH_Q QUERY WWW IN_A)}, "1@6 20@6 1@end 20@end"},
    {"a length that is more than there is", {CLIENT(LENGTH_Q QUERY WWW IN_A), CLIENT("\xff\xff" QUERY WWW IN_A), CLIENT_FIN, SERVER_FIN}, "1@6 20@6"},
    {"a message without bytes", {CLIENT(LENGTH_Q QUERY WWW IN_A), CLIENT("\0\0" LENGTH_Q QUERY WWW IN_A)}, "1@6 20@6 1@end 20@end"},
    {"a message that is none", {CLIENT(LENGTH_Q QUERY WWW IN_A), CLIENT("\0\x0c" "zzzzzzzzzzzz" LENGTH_Q QUERY WWW IN_A)}, "1@6 20@6"},
    {"a response from the client", {CLIENT(LENGTH_Q QUERY WWW IN_A), CLIENT(LENGTH_A ANSWER WWW IN_A AT_QUESTION IN_A ADDRESS), SERVER(LENGTH_Q QUERY WWW IN_A)}, "1@6 20@6"},
    {"a question that never ends", {CLIENT(LENGTH_Q QUERY WWW IN_A), SERVER("\0\x21\x12\x34"), CLIENT_FIN, SERVER_FIN}, "1@7 20@7"},
};
/* clang-format on */

static const char mdns_rules[] =
    "alert mdns any any -> any any (mdns.queries.rrname; content:\"_http._tcp.local\"; sid:1;)\n"
    "alert mdns any any -> any any (mdns.answers.rrname; content:\"printer\"; sid:2;)\n"
    "alert mdns any any -> any any (mdns.additionals.rrname; content:\"local\"; sid:3;)\n"
    "alert mdns any any -> any any (mdns.response.rrname; content:\"printer\"; sid:4;)\n"
    "alert mdns any any -> any any (mdns.authorities.rrname; content:\"local\"; sid:5;)\n";

/* clang-format off */
static const struct app_case multicast[] = {
    {"a question", {CLIENT("\0\0\0\0\0\1\0\0\0\0\0\0" "\5_http\4_tcp\5local\0" "\0\14\0\1")}, "1@1"},
    {"an answer nobody asked for", {CLIENT("\0\0\x84\0\0\0\0\1\0\0\0\0" "\7printer\5local\0" IN_A ADDRESS)}, "2@1 4@1"},
    {"services and what they are", {CLIENT("\0\0\x84\0\0\0\0\1\0\0\0\1" "\5_http\4_tcp\5local\0" "\0\14\0\1\0\0\0\x3c\0\12\7printer\xc0\x17"
      "\7printer\xc0\x17" IN_A ADDRESS)}, "3@1 4@1"},
    {"a probe", {CLIENT("\0\0\0\0\0\1\0\0\0\1\0\0" "\7printer\5local\0" "\0\xff\0\1" "\xc0\x0c" IN_A ADDRESS)}, ""},
    {"cut short", {CLIENT("\0\0\x84\0\0\0\0\1\0\0\0\0" "\7printer\5local\0" IN_A "\0\0")}, ""},
};
/* clang-format on */

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_datagrams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 53, .udp = true};
    app_cases_check(&suite, datagrams, COUNT(datagrams));
}

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 53};
    app_cases_check(&suite, streams, COUNT(streams));
}

static void test_multicast(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = mdns_rules, .port = 5353, .udp = true};
    app_cases_check(&suite, multicast, COUNT(multicast));
}

/* The same message in one piece and byte by byte: parsed once, when it is whole. */
static void test_bytes(void **state)
{
    (void)state;
    static const char message[] = LENGTH_Q QUERY WWW IN_A;
    struct app_driver d;
    assert_true(app_driver_open(&d, &dns_parser, false));
    for (size_t i = 0; i + 1 < sizeof message; i++) {
        assert_int_equal(d.session->next_id, 0);
        app_driver_feed(&d, TO_SERVER, slice_of(message + i, 1));
    }
    assert_int_equal(d.session->next_id, 1);
    assert_int_equal(d.pending[TO_SERVER].n, 0);
    app_driver_close(&d);
}

/* A request is complete in its own direction at once, in the other it never has anything: nothing is left. */
static void test_nothing_waits(void **state)
{
    (void)state;
    static const char request[] = QUERY WWW IN_A;
    struct app_driver d;
    assert_true(app_driver_open(&d, &dns_parser, true));
    for (unsigned i = 1; i <= 1000; i++) {
        app_driver_feed(&d, TO_SERVER, slice_of(request, sizeof request - 1));
        assert_int_equal(d.session->next_id, i);
        assert_int_equal(d.session->alive, 0);
    }
    assert_int_equal(app_engine_counters(d.engine)->transactions_forced, 0);
    app_driver_close(&d);
}

/* Every byte of an answer changed to every value of a few: read inside its bounds (they end where the heap
 * block does), and answered with at most one transaction. */
static void test_damage(void **state)
{
    (void)state;
    static const char answer[] = ANSWER WWW IN_A AT_QUESTION IN_A ADDRESS;
    static const uint8_t values[] = {0, 1, 0x0c, 0x3f, 0x40, 0x7f, 0xc0, 0xff};
    char damaged[sizeof answer];
    for (size_t i = 0; i + 1 < sizeof answer; i++)
        for (size_t v = 0; v < sizeof values; v++) {
            struct app_driver d;
            memcpy(damaged, answer, sizeof answer);
            damaged[i] = (char)values[v];
            assert_true(app_driver_open(&d, &dns_parser, true));
            app_driver_feed(&d, TO_CLIENT, slice_of(damaged, sizeof answer - 1));
            assert_in_range(d.session->next_id, 0, 1);
            app_driver_close(&d);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_multicast),     cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_nothing_waits), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_datagrams),     cmocka_unit_test(test_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
