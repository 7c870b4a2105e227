/* With which packets, and with those that stand for the end of a flow or of what can be read, the rules look
 * at a stream and its protocol: as Suricata 8.0.8 does, asked of the same packets. */
#include "support/check.h"

#include "support/app_case.h"

#define GET  "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
#define PAGE "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

static const char end_rules[] = "alert http any any -> any any (flow:only_stream,to_server; sid:1;)\n"
                                "alert http any any -> any any (flow:only_stream,to_client; sid:2;)\n";

/* A connection that is open has an end of both directions. */
/* clang-format off */
static const struct app_case ends[] = {
    {"open", {CLIENT(GET), SERVER(PAGE)}, "2@5 2@6 1@7 1@end 2@end"},
    {"open, asked only", {CLIENT(GET)}, "2@5 1@end 2@end"},
    {"closed by the client", {CLIENT(GET), SERVER(PAGE), CLIENT_FIN}, "2@5 2@6 1@7 1@8 2@9 1@end 2@end"},
    {"closed by the server", {CLIENT(GET), SERVER(PAGE), SERVER_FIN}, "2@5 2@6 1@7 2@8 1@9 1@end 2@end"},
    {"closed", {CLIENT(GET), SERVER(PAGE), CLIENT_FIN, SERVER_FIN}, "2@5 2@6 1@7 1@8 2@9 2@10 1@11"},
};
/* clang-format on */

#define HELLO  "\x10\x0f\0\4MQTT\5\2\0\x3c\0\0\2id"
#define OK     "\x20\3\0\0\0"
#define TOPICS "\x82\x07\0\1\0\0\1t\0"
#define HAVE   "\x90\4\0\1\0\0"
#define SAY    "\x30\5\0\1t\0x"
#define SAY_1  "\x32\6\0\1t\0\7\0"
#define GOT    "\x40\2\0\7"
#define PING   "\xc0\0"
#define PONG   "\xd0\0"

static const char chunk_rules[] = "alert tcp-stream any any -> any any (content:!\"zzz\"; sid:1;)\n";

/* What answers a message does not ask for its stream to be looked at. */
/* clang-format off */
static const struct app_case mqtt[] = {
    {"subscribe", {CLIENT(HELLO), SERVER(OK), CLIENT(TOPICS), SERVER(HAVE), CLIENT(PING), SERVER(PONG), CLIENT(PING)}, "1@7 1@11 1@15 1@17 1@end"},
    {"publish", {CLIENT(HELLO), SERVER(OK), CLIENT(SAY), CLIENT(SAY_1), SERVER(GOT), SERVER(SAY), CLIENT(PING)}, "1@7 1@10 1@13 1@17 1@end"},
};
/* clang-format on */

static void test_ends(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = end_rules, .port = 80};
    app_cases_check(&suite, ends, sizeof ends / sizeof ends[0]);
}

static void test_mqtt(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = chunk_rules, .port = 1883};
    app_cases_check(&suite, mqtt, sizeof mqtt / sizeof mqtt[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_mqtt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
