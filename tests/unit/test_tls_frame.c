/*
 * Frames of TLS: records as they are on the wire, one transaction each. The expected alerts are
 * Suricata 8.0.8's but for the last ones of the table.
 */
#include "support/app_case.h"
#include "support/check.h"
#include "support/tls_bytes.h"

/* clang-format off */
static const char rules[] =
    "alert tls any any -> any any (frame:tls.pdu; content:!\"zq\"; sid:1;)\n"
    "alert tls any any -> any any (frame:tls.hdr; content:!\"zq\"; sid:2;)\n"
    "alert tls any any -> any any (frame:tls.data; content:!\"zq\"; sid:3;)\n"
    "alert tls any any -> any any (frame:tls.ssl2.hdr; content:!\"zq\"; sid:4;)\n"
    "alert tls any any -> any any (frame:tls.ssl2.pdu; content:!\"zq\"; sid:5;)\n"
    "alert tls any any -> any any (frame:tls.pdu; content:\"|16 03|\"; startswith; sid:6;)\n"
    "alert tls any any -> any any (frame:pdu; content:\"wxyz\"; endswith; sid:7;)\n"
    "alert tls any any -> any any (frame:tls.hdr; content:\"|16 03|\"; startswith; bsize:5; sid:8;)\n"
    "alert tls any any -> any any (frame:tls.hdr; content:\"|17 03 03 00 04|\"; startswith; sid:9;)\n"
    "alert tls any any -> any any (frame:tls.data; content:\"wxyz\"; startswith; bsize:4; sid:10;)\n"
    "alert tls any any -> any any (frame:tls.data; content:\"www.example.com\"; sid:11;)\n"
    "alert tls any any -> any any (frame:tls.data; content:\"|01|\"; startswith; flow:to_server; sid:12;)\n"
    "alert tls any any -> any any (frame:tls.data; content:\"qwertyuiasdfghjk\"; bsize:16; flow:to_client; sid:13;)\n"
    "alert tls any any -> any any (frame:tls.pdu; content:\"|15|\"; startswith; sid:14;)\n"
    "alert tls any any -> any any (frame:tls.pdu; content:\"|18|\"; startswith; sid:15;)\n"
    "alert tls any any -> any any (frame:tls.ssl2.pdu; content:\"|01|\"; offset:2; depth:1; sid:16;)\n"
    "alert tls any any -> any any (frame:tls.ssl2.hdr; bsize:3; content:\"|80|\"; sid:17;)\n"
    "alert tls any any -> any any (frame:tls.ssl2.hdr; bsize:5; content:\"|80|\"; sid:18;)\n"
    "alert tls any any -> any any (frame:tls.data; content:\"|02 28|\"; bsize:2; sid:19;)\n"
    "alert tls any any -> any any (tls.sni; absent; sid:20;)\n"
    "alert tls any any -> any any (tls.sni; content:!\"zq\"; sid:21;)\n";

#define SSL2 "\x80\x2e\1\0\2\0\x15\0\0\0\x10\7\0\xc0\5\0\x80\3\0\x80\1\0\x80\6\0@\4\0\x80\2\0\x80" "0123456789abcdef"
#define SSL2_ANSWER "\x80\x0d\4\0\1\0\2\0\0\0\0\0\0\0\0"
#define FATAL "\x15\3\3\0\2\2\x28"
#define WARNING "\x15\3\3\0\2\1\0"
#define BEAT "\x18\3\3\0\x14\1\0\1xABCDEFGHIJKLMNOP"

static const struct app_case cases[] = {
    {"TLS 1.2 from begin to end", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO CHAIN DONE), CLIENT(KEY_EXCHANGE CHANGE FINISHED), SERVER(CHANGE FINISHED), CLIENT(DATA), SERVER(DATA), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 1@9 1@9 2@9 2@9 2@9 3@9 3@9 3@9 6@9 6@9 6@9 8@9 8@9 8@9 1@11 1@11 1@11 2@11 2@11 2@11 3@11 3@11 3@11 6@11 6@11 8@11 8@11 12@11 1@13 1@13 2@13 2@13 3@13 3@13 6@13 8@13 13@13 1@15 2@15 3@15 7@15 9@15 10@15 1@17 2@17 3@17 7@17 9@17 10@17"},
    {"TLS 1.3", {CLIENT(CLIENT_HELLO_13), SERVER(SERVER_HELLO_13 CHANGE DATA), CLIENT(CHANGE DATA), SERVER(DATA), CLIENT(DATA), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 1@9 1@9 2@9 2@9 2@9 3@9 3@9 3@9 6@9 7@9 8@9 9@9 10@9 1@11 1@11 2@11 2@11 3@11 3@11 7@11 9@11 10@11 12@11 1@13 2@13 3@13 7@13 9@13 10@13 1@14 2@14 3@14 7@14 9@14 10@14"},
    {"a record a segment", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO), SERVER(CHAIN), SERVER(DONE), CLIENT(KEY_EXCHANGE), CLIENT(CHANGE), CLIENT(FINISHED), SERVER(CHANGE), SERVER(FINISHED), CLIENT(DATA), SERVER(DATA)}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@8 2@8 3@8 6@8 8@8 1@10 2@10 3@10 6@10 8@10 11@10 1@13 2@13 3@13 6@13 8@13 1@14 2@14 3@14 6@14 8@14 1@16 2@16 3@16 12@16 1@19 2@19 3@19 6@19 8@19 1@20 2@20 3@20 1@23 2@23 3@23 6@23 8@23 13@23 1@25 2@25 3@25 7@25 9@25 10@25 1@end 2@end 3@end 7@end 9@end 10@end"},
    {"data in pieces", {CLIENT(CLIENT_HELLO_13), SERVER(SERVER_HELLO_13 CHANGE "\x17\3\3\0\x10" "abcd"), SERVER("efgh"), SERVER("ijkl"), SERVER("wxyz"), CLIENT(CHANGE DATA), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@8 1@8 2@8 2@8 2@8 3@8 3@8 6@8 8@8 1@15 3@15 7@15 1@16 1@16 2@16 2@16 3@16 3@16 7@16 9@16 10@16 12@16"},
    {"a record that is not whole", {CLIENT(CLIENT_HELLO), SERVER("\x16\3\3\0\x31\2\0\0"), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 2@8 8@8"},
    {"a gap", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO), SERVER_GAP(20), SERVER(DONE), CLIENT(KEY_EXCHANGE), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@8 2@8 3@8 6@8 8@8"},
    {"a gap in a record", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO "\x16\3\3\0\x31\2\0\0"), SERVER_GAP(20), SERVER(DONE), CLIENT(KEY_EXCHANGE), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@8 2@8 2@8 3@8 6@8 8@8 8@8"},
    {"a fatal alert", {CLIENT(CLIENT_HELLO), SERVER(FATAL), CLIENT(WARNING), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 2@9 3@9 14@9 19@9 1@11 2@11 3@11 12@11 14@11"},
    {"warnings", {CLIENT(CLIENT_HELLO), SERVER(WARNING), SERVER(SERVER_HELLO WARNING), CLIENT(WARNING), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@8 2@8 3@8 14@8 1@11 1@11 2@11 2@11 3@11 3@11 6@11 8@11 14@11 1@13 2@13 3@13 12@13 14@13"},
    {"heartbeats", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO), CLIENT(BEAT), SERVER(BEAT), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 2@9 3@9 6@9 8@9 1@11 2@11 3@11 12@11 15@11 1@12 2@12 3@12 15@12"},
    {"an unknown type", {CLIENT(CLIENT_HELLO), SERVER("\x1a\3\3\0\4abcd"), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7"},
    {"an unknown version", {CLIENT(CLIENT_HELLO), SERVER("\x16\7\7\0\4abcd"), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7"},
    {"a hello in two records", {CLIENT("\x16\3\1\0\x10" "\1\0\0\x4c\3\3" "0123456789" "\x16\3\1\0\x40" "abcdefghijklmnopqrstuv" "\0" "\0\2\xc0\x2f" "\1\0" "\0\x21" SNI ALPN), SERVER(SERVER_HELLO), SERVER_FIN, CLIENT_FIN}, "1@7 1@7 2@7 2@7 3@7 3@7 6@7 6@7 8@7 8@7 11@7 12@7 21@7 1@8 2@8 3@8 6@8 8@8"},
    {"two hellos", {CLIENT(CLIENT_HELLO), CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6 6@6 8@6 11@6 12@6 21@6 1@9 2@9 3@9 6@9 8@9 11@9 12@9 1@11 2@11 3@11 6@11 8@11"},
    {"behind a fatal alert", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO FATAL DONE), SERVER(DONE), CLIENT(KEY_EXCHANGE), SERVER(DATA), CLIENT(DATA), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@8 1@8 1@8 2@8 2@8 2@8 3@8 3@8 3@8 6@8 6@8 8@8 8@8 14@8 19@8 1@11 2@11 3@11 6@11 8@11 1@13 2@13 3@13 6@13 8@13 1@15 2@15 3@15 7@15 9@15 10@15 1@17 2@17 3@17 7@17 9@17 10@17"},
    {"a gap behind data", {CLIENT(CLIENT_HELLO_13), SERVER(SERVER_HELLO_13 CHANGE DATA), CLIENT(CHANGE DATA), SERVER(DATA), SERVER_GAP(20), SERVER(DATA), CLIENT(DATA), SERVER(DATA), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 1@9 1@9 2@9 2@9 2@9 3@9 3@9 3@9 6@9 7@9 8@9 9@9 10@9 1@11 1@11 2@11 2@11 3@11 3@11 7@11 9@11 10@11 12@11 1@12 2@12 3@12 7@12 9@12 10@12"},
    {"an alert behind data", {CLIENT(CLIENT_HELLO_13), SERVER(SERVER_HELLO_13 CHANGE DATA), CLIENT(CHANGE DATA), SERVER(DATA WARNING), CLIENT(FATAL), SERVER(DATA), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 1@9 1@9 2@9 2@9 2@9 3@9 3@9 3@9 6@9 7@9 8@9 9@9 10@9 1@11 1@11 2@11 2@11 3@11 3@11 7@11 9@11 10@11 12@11 1@13 1@13 2@13 2@13 3@13 3@13 7@13 9@13 10@13 14@13 1@15 2@15 3@15 14@15 19@15 1@17 2@17 3@17 7@17 9@17 10@17"},
    {"many", {CLIENT(CLIENT_HELLO_13), SERVER(SERVER_HELLO_13 CHANGE DATA), CLIENT(CHANGE DATA), SERVER(DATA DATA DATA), CLIENT(DATA), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 1@9 1@9 2@9 2@9 2@9 3@9 3@9 3@9 6@9 7@9 8@9 9@9 10@9 1@11 1@11 2@11 2@11 3@11 3@11 7@11 9@11 10@11 12@11 1@13 1@13 1@13 2@13 2@13 2@13 3@13 3@13 3@13 7@13 7@13 7@13 9@13 9@13 9@13 1@14 2@14 3@14 7@14 9@14 10@14"},
    /* Different on purpose: see docs/compatibility.md. */
    {"in pieces", {CLIENT("\x16"), CLIENT("\3\1\0"), CLIENT("\x50" "\1\0\0\x4c\3\3" TLS_RANDOM_BYTES "\0"), CLIENT("\0\2\xc0\x2f" "\1\0" "\0\x21" SNI ALPN), SERVER(SERVER_HELLO "\x16\3\3"), SERVER("\0\4\x0e\0\0\0"), SERVER_FIN, CLIENT_FIN}, "2@10 8@10 1@13 3@13 6@13 11@13 12@13 21@13 1@14 2@14 3@14 6@14 8@14 1@16 2@16 3@16 6@16 8@16"},
    {"SSLv2", {CLIENT(SSL2), SERVER(SSL2_ANSWER), CLIENT(SSL2), SERVER_FIN, CLIENT_FIN}, "4@7 5@7 16@7 17@7 4@9 5@9 17@9 20@11"},
    {"SSLv2, then TLS", {CLIENT(SSL2), SERVER(SERVER_HELLO CHAIN DONE), CLIENT(KEY_EXCHANGE), SERVER_FIN, CLIENT_FIN}, "4@7 5@7 16@7 17@7 20@7 1@9 1@9 1@9 2@9 2@9 2@9 3@9 3@9 3@9 6@9 6@9 6@9 8@9 8@9 8@9 1@11 2@11 3@11 6@11 8@11"},
    {"an unknown type of the client", {CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO), CLIENT("\x1a\3\3\0\4abcd" KEY_EXCHANGE), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 2@9 3@9 6@9 8@9 1@11 2@11 3@11 6@11 8@11"},
    {"an empty record", {CLIENT(CLIENT_HELLO), SERVER("\x16\3\3\0\0" SERVER_HELLO), SERVER_FIN, CLIENT_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7"},
    {"rubbish behind data", {CLIENT(CLIENT_HELLO_13), SERVER(SERVER_HELLO_13 CHANGE DATA), CLIENT(CHANGE DATA), SERVER("rubbish and more of it"), CLIENT(DATA), SERVER(DATA), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 6@7 8@7 11@7 12@7 21@7 1@9 1@9 1@9 2@9 2@9 2@9 3@9 3@9 3@9 6@9 7@9 8@9 9@9 10@9 1@11 1@11 2@11 2@11 3@11 3@11 7@11 9@11 10@11 12@11 1@15 2@15 3@15 7@15 9@15 10@15"},
    {"SSLv2 and TLS in one segment", {CLIENT(SSL2 CLIENT_HELLO), SERVER(SERVER_HELLO), CLIENT(KEY_EXCHANGE), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 4@7 5@7 6@7 8@7 11@7 12@7 16@7 17@7 21@7 1@9 2@9 3@9 6@9 8@9 1@10 2@10 3@10 6@10 8@10"},
    {"SSLv2 in pieces", {CLIENT("\x80"), CLIENT("\x2e\1\0\2\0\x15\0\0\0\x10\7\0\xc0\5\0\x80\3\0\x80"), CLIENT("\1\0\x80\6\0@\4\0\x80\2\0\x80" "0123456789abcdef"), SERVER(SSL2_ANSWER), CLIENT_FIN, SERVER_FIN}, "4@8 17@8 5@11 16@11 4@13 5@13 17@13 20@15"},
    {"SSLv2 with padding", {CLIENT(SSL2), SERVER("\x00\x0d\2\4\0\1\0\2\0\0\0\0\0\0\0\0"), CLIENT(SSL2), CLIENT_FIN, SERVER_FIN}, "4@7 5@7 16@7 17@7 20@7"},
};
/* clang-format on */

static void test_tls(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 443};
    app_cases_check(&suite, cases, sizeof cases / sizeof *cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tls)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
