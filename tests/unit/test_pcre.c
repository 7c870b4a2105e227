/*
 * pcre: flags, captures, refusals, relative matches and what is tried again.
 * The tables hold what Suricata 8.0.8 answered to the same options and payloads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/answers.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct payload pcre_payloads[] = {
    PAYLOAD("abcabcdef"),
    PAYLOAD(""),
    PAYLOAD("\x00\x05hello\x00\x03"
            "abcXYZ"),
    PAYLOAD("a1b2c3 foo=bar; foo=baz!"),
    PAYLOAD("line1\x0d\x0aline2\x0aline3"),
};

static const struct answer pcre_answers[] = {
    {"pcre:\"/abc/\";", "0 2"},
    {"pcre:!\"/abc/\";", "3 4"},
    {"pcre:! \"/abc/\";", "3 4"},
    {"pcre:/abc/;", "0 2"},
    {"pcre:\"abc\";", "refused"},
    {"pcre:\"m#abc#\";", "refused"},
    {"pcre:\"m/abc/\";", "0 2"},
    {"pcre:\"/ABC/i\";", "0 2"},
    {"pcre:\"/^line2/\";", ""},
    {"pcre:\"/^line2/m\";", "4"},
    {"pcre:\"/line1$/m\";", ""},
    {"pcre:\"/line3$/\";", "4"},
    {"pcre:\"/line1./\";", "4"},
    {"pcre:\"/line1.\\nline2/\";", "4"},
    {"pcre:\"/line1.\\nline2/s\";", "4"},
    {"pcre:\"/line1..line2/s\";", "4"},
    {"pcre:\"/abc/A\";", "0"},
    {"pcre:\"/bca/A\";", ""},
    {"pcre:\"/f\\n/E\";", ""},
    {"pcre:\"/f o o/x\";", "3"},
    {"pcre:\"/foo.*;/G\";", "refused"},
    {"pcre:\"/abc/K\";", "refused"},
    {"pcre:\"/abc/B\";", "0 2"},
    {"pcre:\"/abc/O\";", "0 2"},
    {"pcre:\"/abc/F\";", "refused"},
    {"pcre:\"/abc/R\";", "refused"},
    {"pcre:\"/abc/z\";", "refused"},
    {"pcre:\"/abc/ii\";", "0 2"},
    {"pcre:\"/abc/BB\";", "0 2"},
    {"pcre:\"/abc/UI\";", "refused"},
    {"pcre:\"/a(b/\";", "refused"},
    {"pcre:\"//\";", "0 2 3 4"},
    {"pcre:\"/a\\/b/\";", ""},
    {"pcre:\"/a/b/i\";", ""},
    {"pcre:\"/\\\"/\";", ""},
    {"pcre:\"/foo=bar\\; foo/\";", "3"},
    {"pcre:\"/foo=bar\\x3b foo/\";", "3"},
    {"pcre:\"/(?P<flow_x>foo)/\";", "3"},
    {"pcre:\"/(?P<pkt_x>foo)/\";", "3"},
    {"pcre:\"/(?<flow_x>foo)/\";", "3"},
    {"pcre:\"/(?P<x>foo)/\";", "3"},
    {"pcre:\"/(foo)/,flow:x\";", "3"},
    {"pcre:\"/(foo)/i, flow:x\";", "3"},
    {"pcre:\"/(foo)(=)/i, flow:x, pkt:y\";", "3"},
    {"pcre:\"/(foo)(=)/i, flow:x\";", "3"},
    {"pcre:\"/foo/i, flow:x\";", "3"},
    {"pcre:\"/(foo)/i,alert:x\";", "3"},
    {"pcre:\"/(foo)/i,zoo:x\";", "refused"},
    {"pcre:\"/foo/\" ;", "3"},
    {"pcre:\"/foo/i \";", "refused"},
    {"pcre:\" /foo/i\";", "3"},
    {"content:\"foo=\"; pcre:\"/^bar/R\";", "3"},
    {"content:\"foo=\"; pcre:\"/^baz/R\";", "3"},
    {"content:\"foo=\"; pcre:\"/baz/R\";", "3"},
    {"content:\"foo=\"; pcre:\"/(?<=foo=)bar/R\";", ""},
    {"content:\"foo=\"; pcre:\"/(?<=foo=)bar/\";", "3"},
    {"pcre:\"/foo=/\"; content:\"baz\"; within:3;", "3"},
    {"pcre:\"/foo=/\"; content:\"bar\"; within:3;", "3"},
    {"pcre:\"/foo=/\"; content:\"bar\"; distance:0; within:3;", "3"},
    {"pcre:\"/foo.*=/\"; content:\"baz\"; distance:0; within:3;", "3"},
    {"pcre:\"/foo.*=/\"; content:\"bar\"; distance:0; within:3;", ""},
    {"pcre:\"/foo=/\"; content:!\"bar\"; within:3;", "3"},
    {"pcre:\"/f|oo/\"; content:\"=ba\"; distance:0; within:3;", "3"},
    {"pcre:!\"/zoo/\"; content:\"foo\";", "3"},
    {"pcre:!\"/zoo/R\"; content:\"foo\";", "refused"},
    {"content:\"foo\"; pcre:!\"/^=bar/R\";", "3"},
    {"content:\"foo\"; pcre:!\"/=b/R\";", ""},
    {"pcre:\"/foo/\"; pcre:\"/^=baz/R\";", "3"},
    {"pcre:\"/foo/\"; nocase;", "refused"},
    {"pcre:\"/[[:alpha:]]+/\";", "0 2 3 4"},
    {"pcre:\"/\\xff/\";", ""},
    {"pcre:\"/(?i)FOO/\";", "3"},
    {"pcre:\"/(a+)+$/\";", ""},
};

static void test_pcre(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(pcre_answers, COUNT(pcre_answers), pcre_payloads, COUNT(pcre_payloads),
                                      message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

static const struct payload retry_payloads[] = {
    PAYLOAD("a1 b2 a1 b2 c3"), PAYLOAD("ab"),
    PAYLOAD("baba"),           PAYLOAD("bbbaba"),
    PAYLOAD("bbbbbbba"),       PAYLOAD("abbbbbba"),
    PAYLOAD("bbbbabba"),       PAYLOAD("a.a.b"),
    PAYLOAD("c.a.a.b"),        PAYLOAD("hello my hello there"),
    PAYLOAD("ababab"),         PAYLOAD("xab"),
};

static const struct answer retry_answers[] = {
    {"content:!\"a\"; endswith;", "0 1 2 3 5 6 7 8 9 10 11"},
    {"content:!\"a\"; offset:1; endswith;", "0 1 2 3 4 5 6 7 8 9 10"},
    {"content:!\"a\"; offset:3; endswith;", "0 1 2 3 4 5 7 8 9 10 11"},
    {"content:!\"a\"; offset:5; endswith;", "0 1 2 3 4 5 6 7 8 9 10 11"},
    {"content:!\"a\"; distance:5; endswith;", "0 1 2 3 4 5 6 7 8 9 10 11"},
    {"content:!\"a\"; distance:1; endswith;", "0 1 2 3 4 5 6 7 8 9 10"},
    {"content:!\"a\"; depth:1; endswith;", "0 1 2 3 4 5 6 7 8 9 10 11"},
    {"content:!\"a\"; depth:8; endswith;", "0 1 2 3 5 6 7 8 9 10 11"},
    {"content:!\"a\"; within:8; endswith;", "0 1 2 3 5 6 7 8 9 10 11"},
    {"content:\"a\"; content:\".\"; distance:0; content:!\"zz\"; content:\"b\"; within:1;", ""},
    {"content:\"a\"; content:\".\"; distance:0; content:\"b\"; within:1;", "7 8"},
    {"content:\"a\"; content:\".\"; distance:0; content:!\"zz\"; content:!\"a\"; within:1;", ""},
    {"content:\"a\"; content:\".\"; distance:0; content:!\"a\"; within:1;", "7 8"},
    {"pcre:\"/a/\"; content:\".\"; distance:0; content:!\"zz\"; content:\"b\"; within:1;", ""},
    {"pcre:\"/a/\"; pcre:\"/\\./R\"; content:!\"zz\"; content:\"b\"; within:1;", "7 8"},
    {"content:\"a\"; pcre:\"/\\./R\"; content:!\"zz\"; content:\"b\"; within:1;", "7 8"},
    {"content:\"a\"; pcre:\"/^\\./R\"; content:!\"zz\"; content:\"b\"; within:1;", "7 8"},
    {"content:\"a\"; pcre:\"/^\\./R\"; content:!\"zz\"; pcre:\"/^b/R\";", "7 8"},
    {"content:\"a\"; pcre:\"/^\\./R\"; pcre:\"/^b/R\";", "7 8"},
    {"content:\"hello\"; content:\" \"; distance:0; content:!\"zz\"; content:\"there\"; within:5;", ""},
    {"content:\"a\"; content:\".\"; within:1; pcre:\"/c/\"; content:\"b\"; distance:-2; within:3;", ""},
    {"content:\"a\"; content:\".\"; within:1; pcre:!\"/zz/\"; content:\"b\"; within:1;", ""},
    {"content:\"a\"; content:\".\"; within:1; isdataat:!2,relative;", "7 8"},
    {"content:\"a\"; isdataat:!5,relative; isdataat:!2,relative;", "1 2 3 4 5 6 10 11"},
};

static void test_retry(void **state)
{
    char message[600];
    (void)state;
    const char *wrong = answers_check(retry_answers, COUNT(retry_answers), retry_payloads,
                                      COUNT(retry_payloads), message, sizeof message);
    if (wrong)
        fail_msg("%s", wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pcre),
        cmocka_unit_test(test_retry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
