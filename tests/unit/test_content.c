/*
 * content and its modifiers. "as Suricata" marks what was asked of Suricata 8.0.8 with the same option text
 * and the same payload.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "rule/content.h"
#include "support/chain_text.h"

struct sample {
    const char *options, *payload;
    bool matches;
};

static void check(const struct sample *samples, size_t count)
{
    struct eval *eval = eval_new();
    assert_non_null(eval);
    for (size_t i = 0; i < count; i++) {
        struct rule *rule;
        struct err err;
        if (chain_text_parse(slice_str(samples[i].options), &rule, &err))
            fail_msg("%s: %s", samples[i].options, err.message);
        struct view_buffer payload = {.bytes = slice_str(samples[i].payload), .first = true, .last = true};
        if (chain_text_match(eval, rule, &payload) != samples[i].matches)
            fail_msg("%s on %s: expected %d", samples[i].options, samples[i].payload, samples[i].matches);
        rule_free(rule);
    }
    eval_free(eval);
}

#define CHECK(samples) check(samples, sizeof(samples) / sizeof(samples)[0])

static void test_positions(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        /* as Suricata */
        {"content:\"abc\";", "abcabcdef", true},
        {"content:! \"abc\";", "abcabcdef", false},
        {"content:!\"abc\";", "xyz", true},
        {"content:!\"abc\";", "", false},
        {"content:\"abc\"; depth:5; offset:2;", "abcabcdef", true},
        {"content:\"abc\"; depth:3; offset:3;", "abcabcdef", true},
        {"content:\"abc\"; offset:3; depth:3;", "abcabcdef", true},
        {"content:\"abc\"; offset:4;", "abcabcdef", false},
        {"content:!\"abc\"; offset:4;", "abcabcdef", true},
        {"content:!\"abc\"; depth:4;", "abcabcdef", false},
        {"content:\"abc\"; startswith;", "abcabcdef", true},
        {"content:\"bca\"; startswith;", "abcabcdef", false},
        {"content:\"def\"; endswith;", "abcabcdef", true},
        {"content:\"def\"; depth:8; endswith;", "abcabcdef", false},
        {"content:\"abcabcdef\"; startswith; endswith;", "abcabcdef", true},
        {"content:\"ABC\"; nocase;", "xabcx", true},
        {"content:\"abc\"; distance:0;", "abc", true},
        {"content:\"abc\"; within:5;", "xxabc", true},
        {"content:\"abc\"; within:5;", "xxxabc", false},
    };
    CHECK(samples);
}

static void test_relative(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        /* as Suricata */
        {"content:\"abc\"; content:\"def\"; distance:0; within:3;", "abcabcdef", true},
        {"content:\"abc\"; content:\"def\"; distance:1; within:3;", "abcabcdef", false},
        {"content:\"abc\"; content:!\"def\"; within:3;", "abcabcdef", true},
        {"content:\"abc\"; content:!\"abc\"; within:3;", "abcabcdef", true},
        {"content:\"hello\"; content:\" there\"; within:6;", "hello world, hello there", true},
        /* What stands between takes the retries: the first hello is the only one that is tried. */
        {"content:\"hello\"; content:!\"zz\"; content:\" there\"; within:6;", "hello world, hello there",
         false},
        {"content:\"hello\"; content:!\"world\"; within:6; content:\"there\"; within:6;",
         "hello world, hello there", true},
        /* A window that ends before the buffer is no limit; one that ends at its start is empty. */
        {"content:\"a\"; distance:-2; within:1;", "zzzabc", true},
        {"content:\"a\"; distance:-2; within:2;", "abc", false},
        {"content:!\"a\"; distance:-2; within:2;", "abc", true},
        /* Negated with endswith: the first occurrence decides. */
        {"content:!\"a\"; endswith;", "bcba", false},
        {"content:!\"a\"; endswith;", "baba", true},
        {"content:!\"a\"; offset:1; endswith;", "bbba", true},
        {"content:!\"a\"; offset:1; endswith;", "xab", false},
        /* A content that nobody counts from, and whose rest fails, ends the search. */
        {"content:\"a\"; content:\".\"; distance:0; content:\"b\"; within:1;", "a.a.b", true},
        {"content:\"a\"; content:\".\"; distance:0; content:!\"zz\"; content:\"b\"; within:1;", "a.a.b",
         false},
    };
    CHECK(samples);
}

/* Odd forms that Suricata loads, and what it makes of them. */
static void test_odd_forms(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"content:\"abc\"; replace:\"xy\";", "abc", true},
        {"content:!\"abc\"; replace:\"xyz\";", "abd", true},
        {"content:\"abc\"; replace:\"xyz\"; replace:\"123\";", "abc", true},
        {"content:\"|61,62|\";", "xab", true},
        {"content:\"ab\"; depth:+2;", "xab", false},
        {"content:\"ab\"; offset:+1;", "xab", true},
        {"content:\"a\"; content:\"b\"; distance:+0; within:+1;", "ab", true},
        {"isdataat:+2;", "abc", true},
        {"content:\"abc\"; fast_pattern; fast_pattern:only;", "abc", true},
        {"base64_decode:bytes 4 offset 1; base64_data; content:\"abc\";", "xYWJj", true},
        {"base64_decode:relative, bytes 2; base64_data; content:\"abc\";", "YWJj", true},
        {"pcre:\"/a\\Cc/\";", "xabc", true},
        {"pcre:\"/(*UTF8)abc/\";", "xabc", true},
        {"pcre:\"/(*UTF8)abc/\";",
         "\xff"
         "abc",
         false}, /* no UTF-8 */
    };
    CHECK(samples);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        /* as Suricata, unless a comment says more */
        "content:abc;",
        "content:\"\";",
        "content:\"a\\z\";",
        "content:\"x\\|y\";",
        "content:\"|61 6|\";",
        "content:\"|61\";",
        "content:\"a|zz|b\";",
        "content:\"abc\"; depth:2;",
        "content:\"abc\"; offset:-1;",
        "content:\"abc\"; offset:65536;",
        "content:\"abc\"; depth:65536;",
        "content:\"abc\"; depth:3; depth:4;",
        "content:\"abc\"; offset:3; offset:4;",
        "content:\"abc\"; nocase; nocase;",
        "content:\"abc\"; within:2;",
        "content:\"abc\"; within:-1;",
        "content:\"abc\"; distance:1048577;",
        "content:\"abc\"; within:1048577;",
        "content:\"abc\"; content:\"def\"; distance:0; distance:1;",
        "content:\"abc\"; content:\"def\"; within:3; within:4;",
        "content:\"abc\"; content:\"def\"; distance:0; offset:1;",
        "content:\"abc\"; content:\"def\"; depth:10; distance:1;",
        "content:\"abc\"; content:\"def\"; within:10; depth:10;",
        "content:\"abc\"; startswith; depth:3;",
        "content:\"abc\"; startswith; offset:1;",
        "content:\"abc\"; depth:10; startswith;",
        "content:\"abc\"; offset:1; startswith;",
        "content:\"abc\"; startswith; startswith;",
        "content:\"abc\"; startswith; distance:1;",
        "content:\"abc\"; rawbytes; rawbytes;",
        "content:\"abc\"; fast_pattern; fast_pattern;",
        "content:\"abc\"; fast_pattern:1,3;",
        "content:\"abc\"; fast_pattern:only; depth:3;",
        "content:\"abc\"; depth:3; fast_pattern:only;",
        "content:\"abc\"; fast_pattern; content:\"def\"; fast_pattern;",
        "content:!\"abc\"; fast_pattern:only;",
        "content:!\"abc\"; depth:3; fast_pattern;",
        "content:\"abc\"; fast_pattern:foo;",
        "base64_decode; base64_data; content:\"abc\"; fast_pattern;",
        "content:\"abc\"; fast_pattern:only; content:\"def\"; distance:0;",
        "nocase;",
        "depth:3;",
        "offset:3;",
        "distance:0;",
        "within:3;",
        "startswith;",
        "endswith;",
        "fast_pattern;",
        "rawbytes;",
        "content:\"abc\"; depth:foo;",
        "content:\"abc\"; depth:\"3\";",
        "content:\"abc\"; fast_pattern:0,0;", /* Suricata loads it, and never matches */
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct rule *rule;
        struct err err;
        int rc = chain_text_parse(slice_str(refused[i]), &rule, &err);
        if (rc != -EINVAL || !err.message[0])
            fail_msg("%s: %d", refused[i], rc);
    }
}

static void test_parsed(void **state)
{
    (void)state;
    struct rule *rule;
    struct err err;
    const char *text = "content:\"A\\;\\\"|20 7C|b\"; nocase; depth:9; offset:2; fast_pattern:1,2;";
    assert_int_equal(chain_text_parse(slice_str(text), &rule, &err), 0);
    assert_int_equal(rule->chain_count, 1);
    assert_int_equal(rule->chains[0].fast_pattern, 0);
    assert_int_equal(rule->flags & RULE_NEEDS_PACKET, RULE_NEEDS_PACKET);
    const struct content *content = step_content(&rule->chains[0].steps[0]);
    assert_non_null(content);
    assert_int_equal(content->length, 6);
    assert_memory_equal(content->bytes, "a;\" |b", 6);
    assert_int_equal(content->depth, 11);
    assert_int_equal(content->chop_offset, 1);
    assert_int_equal(content->chop_length, 2);
    rule_free(rule);
    assert_int_equal(chain_text_parse(slice_str("content:\"ab|zz|\";"), &rule, &err), -EINVAL);
    assert_int_equal(err.column, 5);
}

/* Bytes before new_from were inspected before: only a match that reaches past them counts. */
static void test_new_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        size_t new_from;
        bool matches;
    } samples[] = {
        {"content:\"ab\";", 4, true},
        {"content:\"ab\";", 6, false},
        {"content:\"ab\"; content:\"cd\";", 5, true},
        {"content:\"ab\"; content:\"cd\"; distance:0;", 7, true},
        {"content:\"ab\"; content:\"cd\"; distance:0;", 8, false},
        {"pcre:\"/ab/\";", 5, true},
        {"pcre:\"/ab/\";", 6, false},
        {"content:!\"zz\";", 8, true},
    };
    struct eval *eval = eval_new();
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct rule *rule;
        struct err err;
        assert_int_equal(chain_text_parse(slice_str(samples[i].options), &rule, &err), 0);
        struct view_buffer payload = {.bytes = slice_str("abcdabcd"), .new_from = samples[i].new_from};
        if (chain_text_match(eval, rule, &payload) != samples[i].matches)
            fail_msg("%s with %zu old bytes", samples[i].options, samples[i].new_from);
        rule_free(rule);
    }
    eval_free(eval);
}

/* depth and offset count from the start of the stream. */
static void test_stream_offset(void **state)
{
    (void)state;
    struct eval *eval = eval_new();
    struct rule *rule;
    struct err err;
    assert_int_equal(chain_text_parse(slice_str("content:\"ab\"; offset:10; depth:4;"), &rule, &err), 0);
    for (uint64_t offset = 0; offset < 20; offset++) {
        struct view_buffer payload = {.bytes = slice_str("xxab"), .offset = offset};
        assert_int_equal(chain_text_match(eval, rule, &payload), offset >= 8 && offset <= 10);
    }
    rule_free(rule);
    eval_free(eval);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_positions),     cmocka_unit_test(test_relative),
        cmocka_unit_test(test_odd_forms),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_parsed),        cmocka_unit_test(test_new_bytes),
        cmocka_unit_test(test_stream_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
