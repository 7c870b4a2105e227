/* Frames that are named in two ways, and the frame "stream": which flows and bytes they are. The alerts are
 * Suricata 8.0.8's. */
#include "support/app_case.h"
#include "support/check.h"

/* clang-format off */
static const char rules[] =
    "alert http1 any any -> any any (frame:http1.stream; content:\"GET /abc\"; startswith; sid:1;)\n"
    "alert http1 any any -> any any (frame:stream; content:\"GET /abc\"; content:\"xyzzy\"; distance:0; flow:to_server; sid:2;)\n"
    "alert tcp any any -> any any (frame:http1.stream; content:\"MARKS\"; depth:60; sid:3;)\n"
    "alert ip any any -> any any (frame:http1.stream; content:\"MARKM\"; sid:4;)\n"
    "alert http any any -> any any (frame:http1.stream; pcre:\"/^HTTP/\"; sid:5;)\n"
    "alert http1 any any -> any any (frame:stream; content:\"9\"; endswith; sid:6;)\n"
    "alert http1 any any -> any any (frame:stream; bsize:<50; content:\"Host\"; sid:7;)\n"
    "alert http2 any any -> any any (frame:http2.stream; content:\"PRI\"; startswith; sid:8;)\n"
    "alert doh2 any any -> any any (frame:doh2.stream; content:\"example\"; flow:to_server; sid:9;)\n"
    "alert doh2 any any -> any any (frame:doh2.pdu; content:\"example\"; flow:to_server; sid:10;)\n"
    "alert doh2 any any -> any any (frame:pdu; bsize:14; sid:11;)\n"
    "alert doh2 any any -> any any (frame:http2.hdr; content:\"|00 01|\"; offset:3; depth:2; sid:12;)\n"
    "alert tcp any any -> any any (frame:doh2.data; content:\"plain\"; bsize:5; sid:13;)\n"
    "alert http2 any any -> any any (frame:doh2.data; content:\"PLAIN\"; sid:14;)\n"
    "alert tls any any -> any any (frame:tls.stream; content:\"GET\"; sid:15;)\n";

#define REQUEST "GET /abc HTTP/1.1\15\12Host: h\15\12User-Agent: xyzzy\15\12\15\12"
#define RESPONSE "HTTP/1.1 200 OK\15\12Content-Length: 10\15\12\15\0120123456789"
#define QUESTION "\0\0\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1"
#define ANSWER "\0\0\201\200\0\1\0\1\0\0\0\0\3www\7example\3com\0\0\1\0\1\300\14\0\1\0\1\0\0\0<\0\4\1\2\3\4"

static const struct app_case streams[] = {
    {"a request", {CLIENT(REQUEST), SERVER(RESPONSE), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 7@7 5@9 6@9"},
    {"in pieces", {CLIENT("GET /abc H"), CLIENT("TTP/1.1\15\12Host: h\15\12Us"), CLIENT("er-Agent: xyzzy\15\12\15\12"), SERVER("HTTP/1.1 200 OK\15\12Con"), SERVER("tent-Length: 10\15\12\15\0120123456789"), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 7@11 5@15 6@15"},
    /* Different here: frames of HTTP/2 have both names all the time, there the one that the flow had when they came. */
    {"dns in https", {CLIENT("PRI * HTTP/2.0\15\12\15\12SM\15\12\15\12\0\0\0\4\0\0\0\0\0\0\0\205\1\4\0\0\0\1\0\7:method\4POST\0\7:scheme\5https\0\5:path\12/dns-query\0\12:authority\3dns\0\14content-type\27application/dns-message\0\6accept\27application/dns-message\0\0!\0\1\0\0\0\1" QUESTION), SERVER("\0\0\0\4\0\0\0\0\0\0\0'\1\4\0\0\0\1\210\0\14content-type\27application/dns-message\0\0001\0\1\0\0\0\1" ANSWER), CLIENT_FIN, SERVER_FIN}, "8@7 9@7 10@7 12@7 12@9"},
    {"another before", {CLIENT("PRI * HTTP/2.0\15\12\15\12SM\15\12\15\12\0\0\0\4\0\0\0\0\0\0\0p\1\4\0\0\0\5\0\7:method\4POST\0\7:scheme\5https\0\5:path\2/x\0\12:authority\3dns\0\14content-type\12text/plain\0\6accept\27application/dns-message\0\0\5\0\1\0\0\0\5plain"), SERVER("\0\0\0\4\0\0\0\0\0\0\0\32\1\4\0\0\0\5\210\0\14content-type\12text/plain\0\0\5\0\1\0\0\0\5PLAIN"), CLIENT("\0\0\205\1\4\0\0\0\3\0\7:method\4POST\0\7:scheme\5https\0\5:path\12/dns-query\0\12:authority\3dns\0\14content-type\27application/dns-message\0\6accept\27application/dns-message\0\0!\0\1\0\0\0\3" QUESTION), SERVER("\0\0'\1\4\0\0\0\3\210\0\14content-type\27application/dns-message\0\0001\0\1\0\0\0\3" ANSWER), CLIENT_FIN, SERVER_FIN}, "8@7 11@7 12@7 13@7 11@9 12@9 14@9 9@11 10@11 12@11 12@13"},
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
