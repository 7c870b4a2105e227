/* Frames of HTTP/2 as rules see them, one transaction each. The expected alerts are Suricata 8.0.8's but for
 * the last ones. */
#include "support/app_case.h"
#include "support/check.h"

/* clang-format off */
static const char rules[] =
    "alert http2 any any -> any any (frame:http2.hdr; content:!\"zq\"; sid:1;)\n"
    "alert http2 any any -> any any (frame:http2.data; content:!\"zq\"; sid:2;)\n"
    "alert http2 any any -> any any (frame:pdu; content:!\"zq\"; sid:3;)\n"
    "alert http2 any any -> any any (frame:http2.hdr; content:\"|00 00 06 04 00|\"; startswith; bsize:9; sid:4;)\n"
    "alert http2 any any -> any any (frame:http2.data; content:\"body1\"; bsize:5; sid:5;)\n"
    "alert http2 any any -> any any (frame:http2.pdu; content:\"body1\"; endswith; sid:6;)\n"
    "alert http2 any any -> any any (frame:http2.data; content:\"/h2\"; flow:to_server; sid:7;)\n"
    "alert http2 any any -> any any (http.uri; absent; sid:8;)\n";

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define SETTINGS "\0\0\6\4\0\0\0\0\0" "\0\3\0\0\0d"
#define ACK "\0\0\0\4\1\0\0\0\0"
#define GET "\0\0\x0f\1\5\0\0\0\1" "\x82\x86\4\3/h2\1\6a.test"
#define OK "\0\0\1\1\4\0\0\0\1" "\x88"
#define BODY "\0\0\5\0\1\0\0\0\1" "body1"
#define MORE "\0\0\5\0\0\0\0\0\1" "body1"
#define PING "\0\0\x08\6\0\0\0\0\0" "12345678"
#define UPGRADE "GET /h2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"
#define SWITCHING "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

static const struct app_case cases[] = {
    {"a request and its answer", {CLIENT(PREFACE SETTINGS GET), SERVER(SETTINGS ACK OK BODY), CLIENT(ACK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 4@7 7@7 8@7 8@7 1@9 1@9 1@9 1@9 2@9 2@9 2@9 3@9 3@9 3@9 3@9 4@9 5@9 6@9 1@10 3@10"},
    {"a request a segment", {CLIENT(PREFACE SETTINGS), SERVER(SETTINGS ACK), CLIENT(ACK GET), SERVER(OK BODY), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 4@7 8@7 8@7 1@9 1@9 2@9 3@9 3@9 4@9 1@11 1@11 2@11 3@11 3@11 7@11 1@13 1@13 2@13 2@13 3@13 3@13 5@13 6@13"},
    {"other types", {CLIENT(PREFACE SETTINGS GET), SERVER(SETTINGS ACK), SERVER(OK "\0\0\5\x33\0\0\0\0\1" "body1" PING BODY), CLIENT(PING ACK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 4@7 7@7 8@7 8@7 1@8 1@8 2@8 3@8 3@8 4@8 8@9 1@11 1@11 1@11 1@11 2@11 2@11 2@11 2@11 3@11 3@11 3@11 3@11 5@11 5@11 6@11 1@12 1@12 2@12 3@12 3@12 8@12"},
    {"a bad one", {CLIENT(PREFACE SETTINGS GET), SERVER(SETTINGS ACK), SERVER("\0\0\3\6\0\0\0\0\0" "123" OK BODY), CLIENT(ACK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 4@7 7@7 8@7 8@7 1@8 1@8 2@8 3@8 3@8 4@8 8@9 1@11 1@11 1@11 2@11 2@11 2@11 3@11 3@11 3@11 5@11 6@11 1@12 3@12"},
    {"fields in two, padding", {CLIENT(PREFACE SETTINGS GET), SERVER(SETTINGS ACK), SERVER("\0\0\1\1\0\0\0\0\1" "\x88" "\0\0\5\x9\4\0\0\0\1" "\x5f\3a/b" "\0\0\x08\0\x9\0\0\0\1" "\2body1\0\0"), CLIENT(ACK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 4@7 7@7 8@7 8@7 1@8 1@8 2@8 3@8 3@8 4@8 1@11 1@11 1@11 2@11 2@11 2@11 3@11 3@11 3@11 1@12 3@12"},
    {"an empty one between", {CLIENT(PREFACE SETTINGS GET), SERVER(SETTINGS ACK), SERVER(OK "\0\0\0\0\0\0\0\0\1" MORE BODY), CLIENT("\0\0\4\x08\0\0\0\0\0" "\0\0\0\1" "\0\0\4\3\0\0\0\0\1" "\0\0\0\x08" ACK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 4@7 7@7 8@7 8@7 1@8 1@8 2@8 3@8 3@8 4@8 1@11 1@11 1@11 1@11 2@11 2@11 2@11 3@11 3@11 3@11 3@11 5@11 5@11 6@11 6@11 1@12 1@12 1@12 2@12 2@12 3@12 3@12 3@12 8@12"},
    {"a frame that is not whole", {CLIENT(PREFACE SETTINGS GET), SERVER(SETTINGS ACK), SERVER(OK "\0\0\5\0\1\0\0\0\1" "bod"), CLIENT(ACK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 4@7 7@7 8@7 8@7 1@8 1@8 2@8 3@8 3@8 4@8 1@11 2@11 3@11 1@12 3@12"},
    {"a gap", {CLIENT(PREFACE SETTINGS GET), SERVER(SETTINGS ACK), SERVER(OK MORE), SERVER_GAP(14), SERVER(BODY), CLIENT(ACK), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 4@7 7@7 8@7 8@7 1@8 1@8 2@8 3@8 3@8 4@8 1@10 1@10 2@10 2@10 3@10 3@10 5@10 6@10"},
    {"an upgrade", {CLIENT(UPGRADE), SERVER(SWITCHING), CLIENT(PREFACE SETTINGS), SERVER(SETTINGS ACK OK BODY), CLIENT(ACK PING), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 4@11 8@11 8@11 1@13 1@13 1@13 1@13 2@13 2@13 2@13 3@13 3@13 3@13 3@13 4@13 5@13 6@13 1@14 1@14 2@14 3@14 3@14 8@14"},
    {"in pieces", {CLIENT(PREFACE), CLIENT("\0\0\6\4"), CLIENT("\0\0\0\0\0\0\3"), CLIENT("\0\0\0d"), CLIENT("\0\0\x0f\1\5\0\0\0\1"), CLIENT("\x82\x86\4\3/h2\1\6a.test"), SERVER(SETTINGS ACK), SERVER(OK "\0\0\5\0\1\0\0\0\1" "bo"), SERVER("dy1"), CLIENT_FIN, SERVER_FIN}, "1@12 2@12 3@12 4@12 8@12 1@17 2@17 3@17 7@17 8@17 1@18 1@18 2@18 3@18 3@18 4@18 1@20 2@20 3@20 1@23 2@23 3@23 5@23 6@23"},
    {"a frame a segment", {CLIENT(PREFACE), CLIENT(SETTINGS), CLIENT(GET), SERVER(SETTINGS), SERVER(ACK), SERVER(OK), SERVER(BODY), CLIENT(ACK), CLIENT_FIN, SERVER_FIN}, "1@8 2@8 3@8 4@8 8@8 1@11 2@11 3@11 7@11 8@11 1@12 2@12 3@12 4@12 1@14 3@14 1@16 2@16 3@16 1@19 2@19 3@19 5@19 6@19 1@20 3@20"},
};
/* clang-format on */

static void test_http2(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 80};
    app_cases_check(&suite, cases, sizeof cases / sizeof *cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_http2)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
