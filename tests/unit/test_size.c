/*
 * isdataat, bsize, dsize, absent, entropy, rpc, base64_decode and base64_data.
 * The tables hold what Suricata 8.0.8 answered to the same options and payloads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/answers.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct payload sizes_payloads[] = {
    PAYLOAD("abcabcdef"),
    PAYLOAD(""),
    PAYLOAD("\x00\x05hello\x00\x03"
            "abcXYZ"),
    PAYLOAD("a1b2c3 foo=bar; foo=baz!"),
    PAYLOAD("line1\x0d\x0aline2\x0aline3"),
};

static const struct answer sizes_answers[] = {
    {"isdataat:!1;", ""},
    {"isdataat:!0;", ""},
    {"isdataat:0;", "0 2 3 4"},
    {"isdataat:8;", "0 2 3 4"},
    {"isdataat:9;", "2 3 4"},
    {"isdataat:10;", "2 3 4"},
    {"isdataat:!9;", "0"},
    {"isdataat:65535;", ""},
    {"isdataat:65536;", "refused"},
    {"isdataat:-1;", "refused"},
    {"isdataat:\"3\";", "refused"},
    {"isdataat: 3 , relative;", "0 2 3 4"},
    {"isdataat:3,relative,rawbytes;", "0 2 3 4"},
    {"isdataat:3,rawbytes,relative;", "refused"},
    {"isdataat:3,rawbytes;", "refused"},
    {"isdataat:3,foo;", "refused"},
    {"isdataat:! 3;", "refused"},
    {"content:\"abc\"; isdataat:3,relative;", "0 2"},
    {"content:\"abc\"; isdataat:5,relative;", "0"},
    {"content:\"abc\"; isdataat:6,relative;", "0"},
    {"content:\"abc\"; isdataat:!3,relative;", ""},
    {"content:\"def\"; isdataat:!1,relative;", "0"},
    {"content:\"def\"; isdataat:!0,relative;", ""},
    {"content:\"def\"; isdataat:0,relative;", "0"},
    {"content:\"abc\"; isdataat:!6,relative;", "0 2"},
    {"content:\"abc\"; isdataat:!5,relative;", "0 2"},
    {"bsize:9;", "refused"},
    {"bsize:0;", "refused"},
    {"pkt_data; bsize:9;", "refused"},
    {"dsize:0;", "1"},
    {"dsize:9;", "0"},
    {"dsize:>8;", "0 2 3 4"},
    {"dsize:>=9;", "0 2 3 4"},
    {"dsize:<10;", "0 1"},
    {"dsize:8<>10;", "0"},
    {"dsize:9<>11;", ""},
    {"dsize:8-10;", "0"},
    {"dsize:!9;", "2 3 4"},
    {"dsize:!8<>10;", "1 2 3 4"},
    {"dsize:\"9\";", "refused"},
    {"dsize:=9;", "0"},
    {"dsize:70000;", "refused"},
    {"dsize:65535;", ""},
    {"dsize:9; dsize:9;", "refused"},
    {"dsize:10<>8;", "refused"},
    {"dsize:8<>9;", "refused"},
    {"absent;", "refused"},
    {"pkt_data; absent;", "refused"},
    {"absent:or_else;", "refused"},
};

static void test_sizes(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(sizes_answers, COUNT(sizes_answers), sizes_payloads,
                                      COUNT(sizes_payloads), message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

static const struct payload not_empty_payloads[] = {
    PAYLOAD(""),
    PAYLOAD("abcabcabc"),
    PAYLOAD("abc"),
};

static const struct answer not_empty_answers[] = {
    {"dsize:!9;", "2"},
    {"dsize:!=9;", "2"},
    {"dsize:!3;", "1"},
    {"dsize:!3; content:!\"zzz\";", "1"},
};

static void test_not_empty(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(not_empty_answers, COUNT(not_empty_answers), not_empty_payloads,
                                      COUNT(not_empty_payloads), message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

static const struct payload others_payloads[] = {
    PAYLOAD("prefix=aGVsbG8gd29ybGQ=; rest"),
    PAYLOAD("aGVsbG8gd29ybGQ="),
    PAYLOAD(" aGVs bG8g"),
    PAYLOAD("a:aGVs\x0d\x0a bG8gd29ybGQ="),
    PAYLOAD("\x80\x01\x00("
            "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa0\x00\x00\x00\x02\x00\x00\x00\x03"
            "zzzzzz"),
    PAYLOAD("\x00\x00\x00\x11\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa0\x00\x00\x00\x02\x00\x00\x00\x03"
            "zzzzzz"),
    PAYLOAD("x aGVs x aGVsbG8="),
    PAYLOAD("aGVs!bG8="),
    PAYLOAD("aGV"),
    PAYLOAD("aaaaaaaa"),
    PAYLOAD("abababab"),
    PAYLOAD("abcdefgh"),
};

static const struct answer others_answers[] = {
    {"base64_decode; base64_data; content:\"hello\";", "1"},
    {"base64_decode:bytes 16; base64_data; content:\"hello world\";", "1"},
    {"base64_decode:bytes 8; base64_data; content:\"hello\";", "1"},
    {"base64_decode:bytes 4; base64_data; content:\"hel\";", "1 7"},
    {"base64_decode:offset 7; base64_data; content:\"hello\";", "0"},
    {"base64_decode:bytes 16, offset 7; base64_data; content:\"hello\";", "0"},
    {"base64_decode:bytes 16,offset 7; base64_data; content:\"hello\";", "0"},
    {"base64_decode:offset 7, bytes 16; base64_data; content:\"hello\";", "refused"},
    {"content:\"prefix=\"; base64_decode:relative; base64_data; content:\"hello world\";", "0"},
    {"content:\"prefix=\"; base64_decode:bytes 8, offset 0, relative; base64_data; content:\"hello\";", "0"},
    {"content:\"x \"; base64_decode:relative; base64_data; content:\"hello\";", ""},
    {"content:\"x \"; base64_decode:relative; base64_data; content:\"hel\";", "6"},
    {"content:\"a:\"; base64_decode:relative; base64_data; content:\"hello\";", ""},
    {"base64_decode:bytes 0; base64_data; content:\"hello\";", "1"},
    {"base64_decode:foo; base64_data; content:\"hello\";", "refused"},
    {"base64_decode:offset 70000; base64_data; content:\"hello\";", ""},
    {"base64_decode:bytes 65536; base64_data; content:\"hello\";", "refused"},
    {"base64_data; content:\"hello\";", "refused"},
    {"base64_decode; base64_data; content:!\"hello\";", "0 7 8 9 10 11"},
    {"base64_decode; base64_data; content:\"hello\"; content:\" world\"; within:6;", "1"},
    {"base64_decode; base64_data; bsize:11;", "1"},
    {"base64_decode; base64_data; bsize:<12;", "1 7 8 9 10 11"},
    {"base64_decode; base64_data; pcre:\"/^hello/\";", "1"},
    {"base64_decode; base64_data; content:\"hello\"; pkt_data; content:\"rest\";", ""},
    {"base64_decode; base64_data; isdataat:5;", "0 1 9 10 11"},
    {"base64_decode:relative; base64_data; content:\"hello\";", "1"},
    {"base64_decode; base64_decode; base64_data; content:\"hello\";", "1"},
    {"rpc:100000,2,3;", "5"},
    {"rpc:100000,*,*;", "5"},
    {"rpc:100000,2,*;", "5"},
    {"rpc:100000,*,3;", "5"},
    {"rpc:100000,3,*;", ""},
    {"rpc:100000;", "5"},
    {"rpc:100000,2;", "5"},
    {"rpc:*,2,3;", "refused"},
    {"rpc:100000, 2, 3;", "5"},
    {"rpc:4294967296,*,*;", "refused"},
    {"rpc:0x186a0,*,*;", "refused"},
    {"entropy:value >3;", "0 1 3 6"},
    {"entropy: value >= 3;", "0 1 3 6 11"},
    {"entropy:value 3.0;", "11"},
    {"entropy:value <1;", "9"},
    {"entropy:value < 1.5;", "9 10"},
    {"entropy:value 1;", "10"},
    {"entropy:value 3;", "11"},
    {"entropy:value 0;", "9"},
    {"entropy:value =0;", "9"},
    {"entropy:value !=0;", "0 1 2 3 4 5 6 7 8 10 11"},
    {"entropy:value !0;", "refused"},
    {"entropy:value 0-2;", "8 10"},
    {"entropy:value 0-1;", ""},
    {"entropy:bytes 4, value 1.0;", "10"},
    {"entropy:bytes 4, offset 1, value 1.0;", "10"},
    {"entropy:offset 4, value 2;", "11"},
    {"entropy:offset 4, bytes 4, value 2;", "0 1 2 3 6 7 11"},
    {"entropy:bytes 0, value 3;", "11"},
    {"entropy:bytes 100, value 3;", ""},
    {"entropy:offset 100, value 0;", ""},
    {"entropy:value 9;", ""},
    {"entropy:value -1;", ""},
    {"entropy:3;", "refused"},
    {"entropy:bytes 4;", "refused"},
    {"entropy:relative, value 1;", "refused"},
    {"content:\"ab\"; entropy:relative, value 1;", "refused"},
    {"entropy:value >3; entropy:value <4;", "1 3 6"},
    {"entropy:value 2, bytes 4;", "0 1 2 4 6 7 11"},
    {"entropy:bytes 4, bytes 3, value 2;", "refused"},
    {"entropy:value 0<>2;", "8 10"},
    {"entropy:value >1.2x;", "refused"},
    {"entropy:bogus 1, value 2;", "refused"},
};

static void test_others(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(others_answers, COUNT(others_answers), others_payloads,
                                      COUNT(others_payloads), message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

static const struct payload base64_payloads[] = {
    PAYLOAD("aGU=aGVs"),
    PAYLOAD("aGVsbG8="),
    PAYLOAD("aGV"),
    PAYLOAD("aGVs!bG8="),
    PAYLOAD("aGVsbG8gd"),
    PAYLOAD("xx aGVs; aGVsbG8=;"),
    PAYLOAD("aGVsbG8=rest"),
    PAYLOAD("a=Vs"),
    PAYLOAD("aGVsaGVs="),
    PAYLOAD("===="),
    PAYLOAD("aGVsbG8gd29ybGQ= tail"),
};

static const struct answer base64_answers[] = {
    {"base64_decode; base64_data; content:\"hehel\";", "0"},
    {"base64_decode; base64_data; content:\"he\"; bsize:2;", "2"},
    {"base64_decode; base64_data; content:\"he\"; startswith;", "0 1 2 3 6 10"},
    {"base64_decode; base64_data; bsize:1;", "5"},
    {"base64_decode; base64_data; bsize:2;", "2"},
    {"base64_decode; base64_data; bsize:3;", "3"},
    {"base64_decode; base64_data; bsize:4;", ""},
    {"base64_decode; base64_data; bsize:5;", "0 1"},
    {"base64_decode; base64_data; bsize:6;", ""},
    {"base64_decode; base64_data; bsize:7;", ""},
    {"base64_decode; base64_data; bsize:8;", "6"},
    {"base64_decode; base64_data; content:\"he|00|\"; startswith;", ""},
    {"base64_decode; base64_data; content:\"hello\"; startswith;", "1 6 10"},
    {"content:\" \"; base64_decode:relative; base64_data; content:\"hello\";", ""},
    {"base64_decode; base64_data; content:\"hello\"; pkt_data; content:\"rest\";", "6"},
    {"base64_decode; base64_data; content:\"hello\"; pkt_data; content:\"zzz\";", ""},
    {"content:\"rest\"; base64_decode; base64_data; content:\"hello\";", "6"},
    {"content:\"zzz\"; base64_decode; base64_data; content:\"hello\";", ""},
    {"base64_decode; content:\"rest\"; base64_data; content:\"hello\";", "6"},
    {"base64_decode; content:\"zzz\"; base64_data; content:\"hello\";", ""},
    {"base64_decode:bytes 5; base64_data; bsize:3;", "3"},
    {"base64_decode:bytes 6; base64_data; bsize:4;", "1 4 6 8 10"},
    {"base64_decode:bytes 3; base64_data; bsize:2;", "0 1 2 3 4 6 8 10"},
    {"base64_decode:bytes 200; base64_data; content:\"hello\";", "1 6 10"},
    {"base64_decode; base64_data; to_lowercase; content:\"hello\";", "refused"},
};

static void test_base64(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(base64_answers, COUNT(base64_answers), base64_payloads,
                                      COUNT(base64_payloads), message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_not_empty),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
