/*
 * Frames of HTTP/1 and DNS: messages as they are on the wire. The expected alerts are Suricata 8.0.8's, which
 * looks at a long frame several times, in pieces; here it is looked at once.
 */
#include "support/app_case.h"
#include "support/check.h"

#define GET(uri)  "GET " uri " HTTP/1.1\r\nHost: x\r\n\r\n"
#define POST(uri) "POST " uri " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
#define CHUNKED(uri, trailer)                                                \
    "POST " uri " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" \
    "5\r\nhello\r\n0\r\n" trailer "\r\n"
#define OK(body)   "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" body
#define OK_CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbody1\r\n0\r\n\r\n"

static const char http_rules[] =
    "alert http1 any any -> any any (frame:http1.request; content:\"GET\"; startswith; sid:1;)\n"
    "alert http1 any any -> any any (frame:request; content:\"POST\"; startswith; sid:2;)\n"
    "alert http1 any any -> any any (frame:request; content:\"|0d 0a 0d 0a|\"; endswith; sid:3;)\n"
    "alert http1 any any -> any any (frame:request; content:\"hello\"; sid:4;)\n"
    "alert http1 any any -> any any (frame:request; content:!\"zq\"; sid:5;)\n"
    "alert http any any -> any any (frame:http1.request; content:\"/b\"; sid:6;)\n"
    "alert http1 any any -> any any (frame:response; content:\"HTTP/1.1\"; startswith; sid:10;)\n"
    "alert http1 any any -> any any (frame:response; content:\"body1\"; endswith; sid:11;)\n"
    "alert http1 any any -> any any (frame:response; content:!\"zq\"; sid:12;)\n"
    "alert http1 any any -> any any (frame:response; content:\"body2\"; sid:13;)\n";

/* clang-format off */
static const struct app_case http_cases[] = {
    {"one", {CLIENT(GET("/a")), SERVER(OK("body1")), CLIENT_FIN, SERVER_FIN}, "1@7 3@7 5@7 10@9 11@9 12@9"},
    {"two", {CLIENT(GET("/a")), SERVER(OK("body1")), CLIENT(GET("/b")), SERVER(OK("body2")), CLIENT_FIN, SERVER_FIN}, "1@7 3@7 5@7 10@9 11@9 12@9 1@11 3@11 5@11 6@11 10@13 12@13 13@13"},
    {"two at once", {CLIENT(GET("/a") GET("/b")), SERVER(OK("body1") OK("body2")), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 3@7 3@7 5@7 5@7 6@7 10@9 10@9 11@9 12@9 12@9 13@9"},
    {"a body between", {CLIENT(GET("/a") POST("/p") GET("/b")), SERVER(OK("body1") OK("bodyx") OK("body2")), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 3@7 3@7 4@7 5@7 5@7 5@7 6@7 10@9 10@9 10@9 11@9 12@9 12@9 12@9 13@9"},
    {"chunks", {CLIENT(CHUNKED("/a", "") GET("/b")), SERVER(OK_CHUNKED OK("body2")), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 3@7 4@7 5@7 5@7 6@7 10@9 10@9 12@9 12@9 13@9"},
    {"a trailer", {CLIENT(CHUNKED("/a", "X: y\r\n") GET("/b")), SERVER(OK_CHUNKED OK("body2")), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 3@7 4@7 5@7 5@7 6@7 10@9 10@9 12@9 12@9 13@9"},
    {"in pieces", {CLIENT("GET /a HTTP/1.1\r\n"), CLIENT("Host: x\r\n"), CLIENT("\r\n"), SERVER("HTTP/1.1 200 OK\r\nContent-Le"), SERVER("ngth: 5\r\n\r\nbo"), SERVER("dy1"), CLIENT_FIN, SERVER_FIN}, "1@11 3@11 5@11 10@17 11@17 12@17"},
    {"until the end", {CLIENT(GET("/a")), SERVER("HTTP/1.0 200 OK\r\n\r\nxbody1"), SERVER_FIN, CLIENT_FIN}, "1@7 3@7 5@7 11@11 12@11"},
    {"a request that is not whole", {CLIENT("GET /a HTTP/1.1\r\nHost: x\r\n"), CLIENT_FIN, SERVER_FIN}, "1@9 5@9"},
    {"without an answer", {CLIENT(GET("/a")), CLIENT_FIN, SERVER_FIN}, "1@6 3@6 5@6"},
    {"100 before 200", {CLIENT("POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"), SERVER("HTTP/1.1 100 Continue\r\n\r\n"), CLIENT("hello"), SERVER(OK("body1")), CLIENT_FIN, SERVER_FIN}, "2@11 4@11 5@11 10@13 11@13 12@13"},
};

#define QUERY "\0\x1a\1\0\0\1\0\0\0\0\0\0\7example\3com\0\0\1\0\1"
#define ANSWER "\x81\x80\0\1\0\0\0\0\0\0\7example\3com\0\0\1\0\1"

static const char dns_rules[] =
    "alert dns any any -> any any (frame:dns.pdu; content:\"|01 00 00 01|\"; offset:2; depth:4; sid:1;)\n"
    "alert dns any any -> any any (frame:pdu; content:\"|81 80|\"; offset:2; depth:2; sid:2;)\n"
    "alert dns any any -> any any (frame:pdu; content:\"|00 01|\"; endswith; bsize:29; sid:3;)\n";

static const struct app_case dns_tcp_cases[] = {
    {"a question, its answer", {CLIENT("\0\x1d" QUERY), SERVER("\0\x1d" "\0\x1a" ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 3@7 2@9 3@9"},
    {"two at once", {CLIENT("\0\x1d" QUERY "\0\x1d" QUERY), SERVER("\0\x1d" "\0\x1a" ANSWER "\0\x1d" "\0\x1a" ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 3@7 3@7 2@9 2@9 3@9 3@9"},
    {"in pieces", {CLIENT("\0"), CLIENT("\x1d\0\x1a\1\0\0\1"), CLIENT("\0\0\0\0\0\0\7example\3com\0\0\1\0\1"), SERVER("\0\x1d" "\0\x1a" ANSWER), CLIENT_FIN, SERVER_FIN}, "1@11 3@11 2@13 3@13"},
};
static const struct app_case dns_udp_cases[] = {
    {"a question, its answer", {CLIENT(QUERY), SERVER("\0\x1a" ANSWER)}, "1@1 3@1 2@2 3@2"},
};
/* clang-format on */

static void test_http(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = http_rules, .port = 80};
    app_cases_check(&suite, http_cases, sizeof http_cases / sizeof *http_cases);
}

static void test_dns(void **state)
{
    (void)state;
    static const struct app_suite tcp = {.rules = dns_rules, .port = 53};
    static const struct app_suite udp = {.rules = dns_rules, .port = 53, .udp = true};
    app_cases_check(&tcp, dns_tcp_cases, sizeof dns_tcp_cases / sizeof *dns_tcp_cases);
    app_cases_check(&udp, dns_udp_cases, sizeof dns_udp_cases / sizeof *dns_udp_cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_http), cmocka_unit_test(test_dns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
