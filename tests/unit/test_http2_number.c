/* Numbers of HTTP/2's frames: a rule about nothing else looks at them once, one with a content when it is
 * found. The expected alerts are Suricata 8.0.8's. */
#include "support/app_case.h"
#include "support/check.h"

/* clang-format off */
static const char rules[] =
    "alert http2 any any -> any any (http2.frametype:DATA; sid:1;)\n"
    "alert http2 any any -> any any (http2.frametype:DATA; flow:to_client; sid:2;)\n"
    "alert http2 any any -> any any (http2.frametype:DATA; flow:to_server; sid:3;)\n"
    "alert http2 any any -> any any (http2.frametype:DATA; http.stat_code; content:\"200\"; sid:4;)\n"
    "alert http2 any any -> any any (http2.frametype:HEADERS; http.stat_code; content:\"200\"; sid:5;)\n"
    "alert http2 any any -> any any (http2.frametype:DATA; http.method; content:\"POST\"; sid:6;)\n"
    "alert http2 any any -> any any (http2.frametype:HEADERS; http.request_body; content:\"example\"; sid:7;)\n";


static const struct app_case streams[] = {
    {"in steps", {CLIENT("PRI * HTTP/2.0\15\12\15\12SM\15\12\15\12\0\0\0\4\0\0\0\0\0"), SERVER("\0\0\0\4\0\0\0\0\0"), CLIENT("\0\0p\1\4\0\0\0\1\0\7:method\4POST\0\7:scheme\5https\0\5:path\2/x\0\12:authority\3dns\0\14content-type\12text/plain\0\6accept\27application/dns-message"), CLIENT("\0\0\12\0\1\0\0\0\1an example"), SERVER("\0\0\1\1\4\0\0\0\1\210\0\0\12\0\1\0\0\0\1EX example"), CLIENT_FIN, SERVER_FIN}, "6@13 7@13 4@15 5@15"},
    {"at once", {CLIENT("PRI * HTTP/2.0\15\12\15\12SM\15\12\15\12\0\0\0\4\0\0\0\0\0\0\0p\1\4\0\0\0\5\0\7:method\4POST\0\7:scheme\5https\0\5:path\2/x\0\12:authority\3dns\0\14content-type\12text/plain\0\6accept\27application/dns-message\0\0\5\0\1\0\0\0\5plain"), SERVER("\0\0\0\4\0\0\0\0\0\0\0\32\1\4\0\0\0\5\210\0\14content-type\12text/plain\0\0\5\0\1\0\0\0\5PLAIN"), CLIENT_FIN, SERVER_FIN}, "1@7 3@7 6@7 4@9 5@9"},
};
/* clang-format on */

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 80, .udp = false};
    app_cases_check(&suite, streams, sizeof streams / sizeof streams[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
