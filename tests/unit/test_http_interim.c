/* Interim answers of HTTP/1: rules see their first line. The expected alerts are Suricata 8.0.8's. */
#include "support/app_case.h"
#include "support/check.h"

/* clang-format off */
static const char rules[] =
    "alert http any any -> any any (http.stat_code; content:\"100\"; sid:1;)\n"
    "alert http any any -> any any (http.stat_code; content:\"200\"; sid:2;)\n"
    "alert http any any -> any any (http.stat_msg; content:\"Continue\"; sid:3;)\n"
    "alert http any any -> any any (http.stat_msg; content:!\"OK\"; sid:4;)\n"
    "alert http any any -> any any (http.response_line; content:\"100 Continue\"; endswith; sid:5;)\n"
    "alert http any any -> any any (http.protocol; content:\"HTTP/1.1\"; flow:to_client; sid:6;)\n"
    "alert http any any -> any any (http.header; content:\"X|3a|\"; flow:to_client; sid:7;)\n"
    "alert http any any -> any any (http.header; content:\"Y|3a|\"; flow:to_client; sid:8;)\n"
    "alert http any any -> any any (http.header; content:!\"Q\"; flow:to_client; sid:9;)\n"
    "alert http any any -> any any (http.server; absent; sid:10;)\n"
    "alert http any any -> any any (http.response_line; content:\"200 OK\"; endswith; sid:11;)\n"
    "alert http any any -> any any (http.stat_code; content:\"200\"; http.header; content:\"Y|3a|\"; sid:12;)\n"
    "alert http1:response_line any any -> any any (sid:13;)\n"
    "alert http1:response_headers any any -> any any (sid:14;)\n"
    "alert http1:response_complete any any -> any any (sid:15;)\n";

#define POST "POST /p HTTP/1.1\15\12Host: h\15\12Expect: 100-continue\15\12Content-Length: 5\15\12\15\12"
#define OK "HTTP/1.1 200 OK\15\12Content-Length: 5\15\12Y: 2\15\12\15\12hello"
#define CONTINUE_X "HTTP/1.1 100 Continue\15\12X: 1\15\12\15\12"
#define CONTINUE "HTTP/1.1 100 Continue\15\12\15\12"

static const struct app_case streams[] = {
    {"an interim answer", {CLIENT(POST), SERVER(CONTINUE), CLIENT("12345"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@9 3@9 4@9 6@9 13@9 2@13 8@13 9@13 10@13 12@13 13@13 14@13 15@13"},
    {"with a header", {CLIENT(POST), SERVER(CONTINUE_X), CLIENT("12345"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@9 3@9 4@9 6@9 13@9 2@13 8@13 9@13 10@13 12@13 13@13 14@13 15@13"},
    {"twice", {CLIENT(POST), SERVER(CONTINUE_X), SERVER(CONTINUE_X), CLIENT("12345"), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@8 3@8 4@8 6@8 13@8 13@11 2@15 8@15 9@15 10@15 12@15 13@15 14@15 15@15"},
    {"both in a segment", {CLIENT(POST), SERVER(CONTINUE_X OK), CLIENT("12345"), CLIENT_FIN, SERVER_FIN}, "2@9 6@9 8@9 9@9 10@9 12@9 13@9 14@9 15@9"},
    {"behind the body", {CLIENT(POST "12345"), SERVER(CONTINUE_X), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@8 3@8 4@8 6@8 13@8 2@11 8@11 9@11 10@11 12@11 13@11 14@11 15@11"},
    {"two requests", {CLIENT(POST "12345"), SERVER(CONTINUE_X), SERVER(OK), CLIENT(POST "12345"), SERVER(CONTINUE_X), SERVER(OK), CLIENT_FIN, SERVER_FIN}, "1@8 3@8 4@8 6@8 13@8 2@11 8@11 9@11 10@11 12@11 13@11 14@11 15@11 1@14 3@14 4@14 6@14 13@14 2@17 8@17 9@17 10@17 12@17 13@17 14@17 15@17"},
    {"it alone", {CLIENT(POST), SERVER(CONTINUE_X), CLIENT_FIN, SERVER_FIN}, "1@9 3@9 4@9 6@9 13@9 13@end"},
    {"no answer", {CLIENT(POST), SERVER(CONTINUE), CLIENT("12345"), CLIENT_FIN, SERVER_FIN}, "1@9 3@9 4@9 6@9 13@9 13@end"},
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
