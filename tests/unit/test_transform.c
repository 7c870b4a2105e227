/*
 * Transforms, bsize and absent. Asked with http.request_body in the place of udp.hdr.
 * The tables hold what Suricata 8.0.8 answered to the same options and payloads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/answers.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct payload transforms_payloads[] = {
    PAYLOAD("a  b \x09"
            "c\x0b\x0c"
            "d\x0d\x0a\x00 e"),
    PAYLOAD("hello"),
    PAYLOAD("Hello%20World%2fx%zz+y%4"),
    PAYLOAD("aGVsbG8="),
    PAYLOAD("aGU=aGVs"),
    PAYLOAD("aGVs\x0d\x0a bG8="),
    PAYLOAD("Host: www.Example.co.uk\x0d\x0aX: y\x0d\x0a"),
    PAYLOAD("www.example.co.uk"),
    PAYLOAD(".foo.com"),
    PAYLOAD("example.com"),
    PAYLOAD("a.b.example.org"),
    PAYLOAD("localhost"),
    PAYLOAD(":method: GET\x0d\x0a"
            "Content-Type: x\x0d\x0a"
            "A:b\x0d\x0a:path: /\x0d\x0ano colon here\x0d\x0a"),
    PAYLOAD("192.168.1.1"),
    PAYLOAD("foo.kobe.jp"),
    PAYLOAD("X-Y: Z\x0d\x0a"
            "AbC : De\x0d\x0a"),
    PAYLOAD("aGVsbG8"),
    PAYLOAD("a!GVsbG8="),
    PAYLOAD("www.EXAMPLE.com."),
    PAYLOAD("com"),
};

static const struct answer transforms_answers[] = {
    {"udp.hdr; compress_whitespace; content:\"a b c d\"; startswith;", ""},
    {"udp.hdr; compress_whitespace; content:\"a b c|0b|\"; startswith;", "0"},
    {"udp.hdr; compress_whitespace; bsize:11;", "0 9 13 14"},
    {"udp.hdr; compress_whitespace; content:\"d |00| e\"; endswith;", ""},
    {"udp.hdr; strip_whitespace; content:\"abcd|00|e\"; startswith; endswith;", "0"},
    {"udp.hdr; strip_whitespace; content:\"abcde\"; startswith; endswith;", ""},
    {"udp.hdr; to_md5; content:\"|5d41402abc4b2a76b9719d911017c592|\"; bsize:16;", "1"},
    {"udp.hdr; to_sha1; bsize:20; content:\"|aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d|\";", "1"},
    {"udp.hdr; to_sha256; bsize:32; "
     "content:\"|2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824|\";",
     "1"},
    {"udp.hdr; dotprefix; content:\".www.example\"; startswith;", "7"},
    {"udp.hdr; dotprefix; content:\"..foo.com\"; startswith;", "8"},
    {"udp.hdr; dotprefix; content:\".hello\"; bsize:6;", "1"},
    {"udp.hdr; url_decode; content:\"Hello World/x%zz y%4\"; startswith; endswith;", "2"},
    {"udp.hdr; url_decode; content:\"Hello World/x%zz+y%4\"; startswith; endswith;", ""},
    {"udp.hdr; to_lowercase; content:\"hello\"; startswith;", "1 2"},
    {"udp.hdr; to_uppercase; content:\"HELLO\"; startswith;", "1 2"},
    {"udp.hdr; to_uppercase; content:\"HELLO%20WORLD%2FX\";", "2"},
    {"udp.hdr; xor:\"20\"; content:\"HELLO\";", "1"},
    {"udp.hdr; xor:\"002000\"; content:\"hEllO\"; startswith;", "1"},
    {"udp.hdr; xor:\"0x20\"; content:\"HELLO\";", "refused"},
    {"udp.hdr; xor:20; content:\"HELLO\";", "refused"},
    {"udp.hdr; xor:\"2020\"; content:\"HELLO\";", "1"},
    {"udp.hdr; xor:\"202\"; content:\"HELLO\";", "refused"},
    {"udp.hdr; xor:\"\"; content:\"hello\";", "refused"},
    {"udp.hdr; xor:\"zz\"; content:\"hello\";", "refused"},
    {"udp.hdr; xor:\"20 20\"; content:\"HELLO\";", "refused"},
    {"udp.hdr; from_base64; content:\"hello\"; startswith; endswith;", "1 3 16"},
    {"udp.hdr; from_base64; content:\"he\"; startswith;", "1 3 4 5 16"},
    {"udp.hdr; from_base64; content:\"hehel\"; startswith; endswith;", "4"},
    {"udp.hdr; from_base64; content:\"he\"; bsize:2;", ""},
    {"udp.hdr; from_base64; content:\"aGU=aGVs\";", ""},
    {"udp.hdr; from_base64; bsize:0;", ""},
    {"udp.hdr; from_base64; bsize:>0;", "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"},
    {"udp.hdr; from_base64; content:\"hel\"; startswith;", "1 3 5 16"},
    {"udp.hdr; from_base64:mode rfc2045; content:\"hello\"; startswith;", "3 5 17"},
    {"udp.hdr; from_base64:mode rfc4648; content:\"hello\"; startswith;", "1 3 16"},
    {"udp.hdr; from_base64:mode strict; content:\"hello\"; startswith;", "1 3"},
    {"udp.hdr; from_base64:mode RFC2045; content:\"hello\"; startswith;", "refused"},
    {"udp.hdr; from_base64:bytes 4; content:\"hel\"; startswith; endswith;", "3 5 16"},
    {"udp.hdr; from_base64:offset 1; content:\"hel\";", ""},
    {"udp.hdr; from_base64:offset 2, bytes 4; bsize:3;", "3 9 11 12 16 17 19"},
    {"udp.hdr; from_base64:bytes 4, offset 2, mode rfc2045; bsize:3;", "3 9 11 12 16 17 19"},
    {"udp.hdr; from_base64:bogus 1; bsize:3;", "refused"},
    {"udp.hdr; from_base64:offset 100; bsize:0;", ""},
    {"udp.hdr; from_base64:offset 100; content:\"hello\";", "1"},
    {"udp.hdr; domain; content:\"example.co.uk\"; startswith; endswith;", "7"},
    {"udp.hdr; domain; content:\"foo.com\"; startswith; endswith;", "8"},
    {"udp.hdr; domain; content:\"example.com\"; startswith; endswith;", "9"},
    {"udp.hdr; domain; content:\"example.org\"; startswith; endswith;", "10"},
    {"udp.hdr; domain; content:\"localhost\"; startswith; endswith;", ""},
    {"udp.hdr; domain; bsize:0;", "0 1 2 3 4 5 11 12 14 15 16 17 19"},
    {"udp.hdr; domain; bsize:>0;", "6 7 8 9 10 13 18"},
    {"udp.hdr; domain; content:\"192.168.1.1\";", ""},
    {"udp.hdr; domain; content:\"1.1\"; startswith;", "13"},
    {"udp.hdr; domain; content:\"foo.kobe.jp\"; startswith; endswith;", ""},
    {"udp.hdr; domain; content:\"com\"; startswith; endswith;", ""},
    {"udp.hdr; domain; content:\"EXAMPLE.com\";", "18"},
    {"udp.hdr; tld; content:\"co.uk\"; startswith; endswith;", "7"},
    {"udp.hdr; tld; content:\"uk\"; startswith; endswith;", ""},
    {"udp.hdr; tld; content:\"com\"; startswith; endswith;", "8 9"},
    {"udp.hdr; tld; content:\"org\"; startswith; endswith;", "10"},
    {"udp.hdr; tld; content:\"localhost\"; startswith; endswith;", ""},
    {"udp.hdr; tld; bsize:0;", "0 1 2 3 4 5 11 12 14 15 16 17 19"},
    {"udp.hdr; tld; bsize:>0;", "6 7 8 9 10 13 18"},
    {"udp.hdr; tld; content:\"kobe.jp\"; startswith; endswith;", ""},
    {"udp.hdr; tld; content:\"jp\"; startswith; endswith;", ""},
    {"udp.hdr; tld; content:\"com.\";", "18"},
    {"udp.hdr; header_lowercase; content:\"host: www.Example.co.uk|0d 0a|x: y|0d 0a|\"; startswith; "
     "endswith;",
     "6"},
    {"udp.hdr; header_lowercase; content:\":method: GET|0d 0a|content-type: x|0d 0a|a:b|0d 0a|:path: /|0d "
     "0a|no colon here|0d 0a|\"; startswith; endswith;",
     "12"},
    {"udp.hdr; header_lowercase; content:\"x-y: Z|0d 0a|abc : De|0d 0a|\"; startswith; endswith;", "15"},
    {"udp.hdr; header_lowercase; content:\"hello%20world%2fx%zz+y%4\"; startswith; endswith;", "2"},
    {"udp.hdr; strip_pseudo_headers; content:\"Content-Type: x|0d 0a|A:b|0d 0a|no colon here|0d 0a|\"; "
     "startswith; endswith;",
     "12"},
    {"udp.hdr; strip_pseudo_headers; content:\"hello\"; startswith; endswith;", "1"},
    {"udp.hdr; strip_pseudo_headers; content:\".foo.com\"; startswith; endswith;", "8"},
    {"udp.hdr; pcrexform:\"(l+)o\"; content:\"ll\"; bsize:2;", "1 2"},
    {"udp.hdr; pcrexform:\"l+o\"; content:\"llo\"; bsize:3;", "refused"},
    {"udp.hdr; pcrexform:\"zzz\"; content:\"hello\";", "refused"},
    {"udp.hdr; pcrexform:\"zzz\"; bsize:0;", "refused"},
    {"udp.hdr; pcrexform:\"zzz\"; content:!\"hello\";", "refused"},
    {"udp.hdr; pcrexform:\"/(l+)o/i\"; content:\"ll\"; bsize:2;", ""},
    {"udp.hdr; pcrexform:\"(h)(e)\"; content:\"h\"; bsize:1;", "refused"},
    {"udp.hdr; pcrexform:\"(H)?hello\"; bsize:5;", "1"},
    {"udp.hdr; pcrexform:\"(H)?hello\"; bsize:0;", ""},
    {"udp.hdr; pcrexform:\"\"; bsize:5;", "refused"},
    {"udp.hdr; pcrexform:\"(\"; bsize:5;", "refused"},
    {"udp.hdr; to_md5; to_sha1; bsize:20;", "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"},
    {"udp.hdr; bsize:5;", "1"},
    {"udp.hdr; bsize:!5;", "0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"},
    {"udp.hdr; bsize:>4; bsize:<6;", "1"},
    {"udp.hdr; bsize:4<>6;", "1"},
    {"udp.hdr; bsize:4-6;", "1"},
    {"udp.hdr; bsize:<=5;", "1 19"},
    {"udp.hdr; bsize:0x5;", "1"},
    {"udp.hdr; content:\"hello\"; bsize:5;", "1"},
    {"udp.hdr; absent;", ""},
    {"udp.hdr; content:\"hello\"; absent;", "refused"},
    {"udp.hdr; absent:or_else; content:\"hello\";", "1"},
    {"udp.hdr; content:\"hello\"; absent:or_else;", "refused"},
    {"udp.hdr; absent:foo;", "refused"},
    {"udp.hdr; absent:or_else; content:!\"hello\";", "0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"},
};

static void test_transforms(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(transforms_answers, COUNT(transforms_answers), transforms_payloads,
                                      COUNT(transforms_payloads), message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

#define LONG_PART "no-name-is-as-long,as-this;"
#define LONG_HALF LONG_PART LONG_PART LONG_PART LONG_PART LONG_PART LONG_PART
#define LONG      LONG_HALF LONG_HALF /* longer than a name can be */

static const struct payload details_payloads[] = {
    PAYLOAD("hello"),
    PAYLOAD("aGVsbG8="),
    PAYLOAD("aGVsbG8"),
    PAYLOAD("aGVs!bG8="),
    PAYLOAD("bG8="),
    PAYLOAD(":Foo: Bar\x0aX-Y: Z\x0d\x0a:P"),
    PAYLOAD("A:B:C\x0d"
            "D:E\x0a"
            "F:G"),
    PAYLOAD("a\x80%e9%00+z"),
    PAYLOAD("abc\x00"
            "def"),
    PAYLOAD("aGVsbG8=aGVs"),
    PAYLOAD(":a:B"),
    PAYLOAD("X\x0a:y: Z\x0aW"),
    PAYLOAD(LONG ".Example.co.uk"),
    PAYLOAD("a.b." LONG),
};

static const struct answer details_answers[] = {
    {"udp.hdr; from_base64:mode rfc2045; content:\"hello\"; startswith; endswith;", "1 3"},
    {"udp.hdr; from_base64:mode rfc2045; bsize:5;", "1 3"},
    {"udp.hdr; from_base64:mode rfc2045; bsize:6;", "5"},
    {"udp.hdr; from_base64:mode rfc2045; bsize:3;", "0 2 6 7 8 11"},
    {"udp.hdr; from_base64:mode rfc2045; bsize:2;", "4"},
    {"udp.hdr; from_base64:mode rfc2045; content:\"lo\"; startswith;", "4"},
    {"udp.hdr; from_base64:mode rfc2045; content:\"lo|00|\"; startswith; endswith;", ""},
    {"udp.hdr; from_base64:mode rfc2045; content:\"hello|00|\"; startswith; endswith;", ""},
    {"udp.hdr; from_base64:mode rfc2045; content:\"hellohel\"; startswith;", "9"},
    {"udp.hdr; from_base64:mode rfc2045; content:\"hello|00|hel\"; startswith;", ""},
    {"udp.hdr; from_base64:mode rfc2045; bsize:8;", "9"},
    {"udp.hdr; from_base64:mode rfc2045; bsize:9;", ""},
    {"udp.hdr; from_base64; bsize:8;", "9"},
    {"udp.hdr; from_base64:mode strict; bsize:8;", ""},
    {"udp.hdr; from_base64:mode strict; bsize:2;", "4"},
    {"udp.hdr; pcrexform:\"(zzz)\"; bsize:5;", "0"},
    {"udp.hdr; pcrexform:\"(zzz)\"; content:\"hello\";", "0"},
    {"udp.hdr; pcrexform:\"(zzz)\"; bsize:0;", ""},
    {"udp.hdr; pcrexform:\"h(x*)e\"; bsize:0;", ""},
    {"udp.hdr; pcrexform:\"h(x*)e\"; bsize:5;", "0"},
    {"udp.hdr; header_lowercase; content:\":foo: Bar|0a|x-y: Z|0d 0a|:p\"; startswith; endswith;", ""},
    {"udp.hdr; header_lowercase; content:\"a:B:C|0d|D:E|0a|f:G\"; startswith; endswith;", "6"},
    {"udp.hdr; header_lowercase; content:\"a:B:C|0d|d:E|0a|f:G\"; startswith; endswith;", ""},
    {"udp.hdr; header_lowercase; content:\":a:B\"; startswith; endswith;", "10"},
    {"udp.hdr; header_lowercase; content:\":Foo: Bar|0a|x-y: Z|0d 0a|\"; startswith;", "5"},
    {"udp.hdr; strip_pseudo_headers; content:\"X-Y: Z|0d 0a|\"; startswith; endswith;", "5"},
    {"udp.hdr; strip_pseudo_headers; content:\"X-Y: Z|0d 0a|\"; startswith;", "5"},
    {"udp.hdr; strip_pseudo_headers; content:\"X|0a|W\"; startswith; endswith;", "11"},
    {"udp.hdr; strip_pseudo_headers; bsize:0;", "10"},
    {"udp.hdr; url_decode; content:\"a|80 e9 00 20|z\"; startswith; endswith;", "7"},
    {"udp.hdr; to_uppercase; content:\"ABC|00|DEF\";", "8"},
    {"udp.hdr; compress_whitespace; content:\"A:B:C|0d|D:E|0a|F:G\";", "6"},
    {"udp.hdr; strip_whitespace; content:\"X-Y:Z:P\"; endswith;", "5"},
    {"udp.hdr; xor:\"0102\"; content:\"igmnn\";", "0"},
    {"udp.hdr; dotprefix:1; content:\"a\";", "refused"},
    {"udp.hdr; to_md5:1; content:\"a\";", "refused"},
    {"udp.hdr; xor; content:\"a\";", "refused"},
    {"udp.hdr; domain; content:\"Example.co.uk\"; startswith; endswith;", "12"},
    {"udp.hdr; tld; content:\"co.uk\"; startswith; endswith;", "12"},
    {"udp.hdr; domain; content:\"b.no-name\"; startswith;", "13"},
    {"udp.hdr; tld; content:\"no-name\"; startswith; bsize:324;", "13"},
    {"udp.hdr; from_base64:; content:\"a\";", "5 7 10 13"},
    {"udp.hdr; pcrexform:(a); content:\"a\";", "refused"},
};

static void test_details(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(details_answers, COUNT(details_answers), details_payloads,
                                      COUNT(details_payloads), message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

static const struct payload inflate_payloads[] = {
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+I\xad(Q(A%\x00\x1f.\x22"
            "c\x14\x00\x00\x00"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+I\xad(Q(A%\x00\x1f.\x22"
            "c"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+I\xad(Q(A%\x00"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+I\xad("),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"),
    PAYLOAD("hello"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+I\xad(Q(A%\x00\x1f.\x22"
            "c\x14\x00\x00\x00junk"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+I\xad(Q(A%\x00\x1f.\x22"
            "c\x14\x00\x00\x00\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+"
            "NM\xce\xcfK\x01\x00i\x11\x1f\xb6\x06\x00\x00\x00"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+I\xad(Q(A%\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc6I\x01\x00 \x08\x00\xb0Jx \xda\xbf\x98"
            "1\xf8l\xaf\xc5\x98k\xe7\xa9\xfb\xc2\xcc\xcc\xcc\xcc\xcc\xcc\xcc\x9a\xf6\x01"
            "Bu\xcc\xb0\xa0\x0f\x00\x00"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+I\xff\xff\xff(A%\x00\x1f.\x22"
            "c\x14\x00\x00\x00"),
    PAYLOAD("x\x9c+I\xad(Q(A%\x00R\x0a\x07\x95"),
    PAYLOAD("x\x9c+I\xad(Q(A%\x00"),
    PAYLOAD("x\x9c+I\xad(Q(A%\x00R\x0a\x07\x95more"),
    PAYLOAD("x\x9czz\xad(Q(A%\x00R\x0a\x07\x95"),
    PAYLOAD("\x1f\x8b\x08\x0a\x00\x00\x00\x00\x00\x00\x02\x00"
            "co\x00\x12"
            "4+I\xad(Q(A%\x00\x1f.\x22"
            "c\x14\x00\x00\x00"),
    PAYLOAD("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
};

static const struct answer inflate_answers[] = {
    {"udp.hdr; gunzip; bsize:20;", "0 1 2 6 7 8"},
    {"udp.hdr; gunzip; content:\"text text \"; startswith;", "0 1 2 6 7 8"},
    {"udp.hdr; gunzip; content:\"tex\"; startswith;", "0 1 2 3 6 7 8"},
    {"udp.hdr; gunzip; bsize:0;", "4 5 10 11 12 13 14 15 16"},
    {"udp.hdr; gunzip; bsize:1024;", "9"},
    {"udp.hdr; gunzip:max-size 8; content:\"text tex\"; startswith; endswith;", "0 1 2 6 7 8"},
    {"udp.hdr; gunzip:max-size 2kb; bsize:2048;", "9"},
    {"udp.hdr; gunzip:max-size 1mb; bsize:4000;", "9"},
    {"udp.hdr; gunzip:max-size 0; bsize:1;", "refused"},
    {"udp.hdr; gunzip:max-size 16777216; bsize:20;", "0 1 2 6 7 8"},
    {"udp.hdr; gunzip:max-size 16777217; bsize:20;", "refused"},
    {"udp.hdr; gunzip:max-size 0x10; bsize:16;", "refused"},
    {"udp.hdr; gunzip:max-size 8, max-size 9; bsize:8;", "refused"},
    {"udp.hdr; gunzip:size 8; bsize:8;", "refused"},
    {"udp.hdr; gunzip:max-size; bsize:8;", "refused"},
    {"udp.hdr; zlib_deflate; bsize:20;", "11 12 13"},
    {"udp.hdr; zlib_deflate; content:\"text\"; startswith;", "11 12 13"},
    {"udp.hdr; zlib_deflate:max-size 6; bsize:6;", "11 12 13 14"},
    {"udp.hdr; zlib_deflate; bsize:0;", "0 1 2 3 4 5 6 7 8 9 10 14 15 16"},
    {"udp.hdr; gunzip; content:!\"text\";", "3 4 5 9 10 11 12 13 14 15 16"},
};

static void test_inflate(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(inflate_answers, COUNT(inflate_answers), inflate_payloads,
                                      COUNT(inflate_payloads), message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transforms),
        cmocka_unit_test(test_details),
        cmocka_unit_test(test_inflate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
