/*
 * The text that every match has in it (pcre_literal.h): on random patterns and bytes, wherever PCRE2 finds a
 * match the text is there, too; and for plain patterns it is the one that a person would name.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "support/check.h"

#include <pcre2.h>
#include <stdio.h>

#include "rule/keyword/content_search.h"
#include "rule/keyword/pcre_literal.h"

enum { ROUNDS = 60000, SUBJECTS = 6 };

struct random {
    uint64_t state;
};

static unsigned below(struct random *random, unsigned n)
{
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random->state >> 33) % n;
}

static void check_text(const char *pattern, const char *text)
{
    struct buf found = {0};
    assert_int_equal(pcre_literal_find(slice_str(pattern), &found), 0);
    print_message("  %s\n", pattern);
    assert_int_equal(found.n, strlen(text));
    if (found.n)
        assert_memory_equal(found.p, text, found.n);
    buf_fini(&found);
}

static void test_texts(void **state)
{
    (void)state;
    check_text("abc", "abc");
    check_text("^abc.{2,3}defg$", "defg");
    check_text("abc?d", "ab");
    check_text("a+bc*d", "a");
    check_text("ab{2}c", "ab");
    check_text("ab{0,2}cd", "cd");
    check_text("x(?:longer|text)yz", "yz");
    check_text("(a[)(]b)cd", "cd");
    check_text("[]x]ab[^]x]c[[:alpha:]]", "ab");
    check_text("a\\x2f\\/\\.b\\d+c", "a//.b");
    check_text("ab|abc", "");
    check_text("(?i)abc", "");
    check_text("(*ACCEPT)abc", "");
    check_text("abc(?R)?d", "");
    check_text("\\Qa.b\\E", "");
    check_text("[\\Q]\\E]abc", "");
    check_text("(?=abcd)ab", "ab");
    check_text("a\\", "");
    check_text("a[", "");
    check_text("", "");
}

static const char *const pieces[] = {
    "a",
    "b",
    "c",
    "A",
    "ab",
    "bc",
    "\\x61",
    "\\.",
    ".",
    "[ab]",
    "[^a]",
    "[]a]",
    "[[:alpha:]b]",
    "[[a]",
    "\\w",
    "\\b",
    "\\d",
    "^",
    "$",
    "(a)",
    "(?:ab|c)",
    "(?=b)",
    "(?!c)",
    "(?<=a)",
    "(?<n>b)",
    "(?i:b)",
    "(?>a+)",
    "|",
    "(",
    ")",
    "(?i)",
    "\\Qa\\E",
    "\\1",
    "{",
    "{2",
    "\\K",
    "(?|a|b)",
    "[a\\]b]",
    "\\n",
    "[[:a",
    "(?P<m>c)",
    "(b(c)a)",
    "\\x",
};
static const char *const repeats[] = {"",    "",      "",     "",     "?",  "*",  "+",
                                      "{2}", "{0,2}", "{1,}", "{,2}", "+?", "*+", "{0}"};

#define COUNT(array) (unsigned)(sizeof(array) / sizeof(array)[0])

static void check_pattern(struct random *r, const char *pattern, unsigned *matches)
{
    uint32_t caseless = below(r, 2) ? PCRE2_CASELESS : 0;
    int code;
    PCRE2_SIZE at;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, caseless, &code, &at, NULL);
    struct buf text = {0};
    assert_int_equal(pcre_literal_find(slice_str(pattern), &text), 0);
    for (size_t i = 0; caseless && i < text.n; i++)
        text.p[i] |= text.p[i] >= 'A' && text.p[i] <= 'Z' ? 0x20 : 0;
    pcre2_match_data *match = pcre2_match_data_create(4, NULL);
    for (int i = 0; compiled && text.n && i < SUBJECTS; i++) {
        uint8_t bytes[16];
        size_t n = below(r, sizeof bytes + 1), start = below(r, (unsigned)n + 1);
        for (size_t b = 0; b < n; b++)
            bytes[b] = (uint8_t) "aabbcA.{2\n"[below(r, 10)];
        if (pcre2_match(compiled, bytes, n, start, 0, match, NULL) < 0)
            continue;
        ++*matches;
        if (content_search_find(caseless, buf_slice(&text), slice_of(bytes + start, n - start)) ==
            SEARCH_NONE)
            fail_msg("/%s/ matches %.*s from %zu on without %.*s", pattern, (int)n, (const char *)bytes,
                     start, (int)text.n, (const char *)text.p);
    }
    pcre2_match_data_free(match);
    pcre2_code_free(compiled);
    buf_fini(&text);
}

static void test_is_in_each_match(void **state)
{
    (void)state;
    struct random r = {.state = 20261130};
    unsigned matches = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char pattern[200];
        size_t n = 0;
        pattern[0] = '\0';
        for (unsigned i = below(&r, 5); i <= 5; i++)
            n += (size_t)snprintf(pattern + n, sizeof pattern - n, "%s%s", pieces[below(&r, COUNT(pieces))],
                                  repeats[below(&r, COUNT(repeats))]);
        check_pattern(&r, pattern, &matches);
    }
    assert_true(matches > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_is_in_each_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
