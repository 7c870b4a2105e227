/* Strings made of regular expressions: PCRE2 says whether they match; drafts keep what they had. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <errno.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "example/regex.h"
#include "support/check.h"

static bool pcre_matches(const char *pattern, uint32_t options, struct slice subject)
{
    int code;
    PCRE2_SIZE at;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &code, &at, NULL);
    assert_non_null(re);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int rc = pcre2_match(re, subject.p, subject.n, 0, 0, data, NULL);
    pcre2_match_data_free(data);
    pcre2_code_free(re);
    return rc >= 0;
}

/* Fits the expression into the draft and chooses; false when it does not fit. */
static bool fit(const char *pattern, unsigned flags, struct draft *draft, struct buf *out)
{
    struct regex regex;
    uint32_t end;
    if (regex_init(&regex, slice_str(pattern), flags))
        fail_msg("%s: %s", pattern, regex.refused);
    bool fits = regex_fit(&regex, draft, 0, &end, NULL);
    regex_fini(&regex);
    if (fits)
        assert_int_equal(draft_choose(draft, 0, out), 0);
    return fits;
}

static void matches_by_itself(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "abc",
        "^abc$",
        "a|b|",
        "(a|bc)+d",
        "[a-f0-9]{32}",
        "^[^\\r\\n]{3,7}\\x0d\\x0a",
        "\\d+\\.\\d+",
        "a{0}b",
        "(?:ab){2,4}",
        "^\\/[a-z]{2}\\.php\\?id=\\d{1,3}$",
        "\\s\\S\\w\\W\\D",
        "[\\w.-]+@[[:alpha:]]+",
        "x*y*z*",
        "(a)(b)\\2\\1",
        "^(?=(a))(b)?\\1(c)\\3$",
        "(?P<q>['\"])x(?P=q)",
        "(?<n>z)\\k<n>",
        "\\Qa.b*\\E+",
        "[]a]",
        "[^]]",
        "[a\\-z]",
        "[+--]",
        "a(?#comment)b",
        "(?i)abc(?-i)d",
        "a.c",
        "\\x{41}\\101\\0",
        "^(?:(?:a|b)c?){3}[^a-z]$",
        "a++b?+",
        ".+?end",
        "a(?!b)c",
        "(?<=x)?y",
        "\\bword",
        "\\Aab\\z",
        "[\\x00-\\x1f]{4}",
        "a{,3}",
        "{x}",
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct draft draft;
        struct buf out = {0};
        draft_init(&draft);
        bool fits = fit(patterns[i], 0, &draft, &out);
        if (!fits || !pcre_matches(patterns[i], 0, buf_slice(&out)))
            fail_msg("%s: \"%.*s\"", patterns[i], (int)out.n, (const char *)out.p);
        buf_fini(&out);
        draft_fini(&draft);
    }
}

static void flags_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        unsigned flags;
        uint32_t options;
    } cases[] = {
        {"^a b # comment\n c$", REGEX_EXTENDED, PCRE2_EXTENDED},
        {"^a +b {2} $", REGEX_EXTENDED, PCRE2_EXTENDED},
        {"a$\n^b", REGEX_MULTILINE, PCRE2_MULTILINE},
        {"^x\\r$", REGEX_MULTILINE, PCRE2_MULTILINE},
        {"A[B-D]", REGEX_CASELESS, PCRE2_CASELESS},
        {"a.b", REGEX_DOTALL, PCRE2_DOTALL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct draft draft;
        struct buf out = {0};
        draft_init(&draft);
        bool fits = fit(cases[i].pattern, cases[i].flags, &draft, &out);
        if (!fits || !pcre_matches(cases[i].pattern, cases[i].options, buf_slice(&out)))
            fail_msg("%s: \"%.*s\"", cases[i].pattern, (int)out.n, (const char *)out.p);
        buf_fini(&out);
        draft_fini(&draft);
    }
}

/* Each group is twice the one before: 2 to the power of 40. */
static void back_references_are_bounded(void **state)
{
    (void)state;
    char pattern[1024] = "()";
    size_t n = 2;
    for (unsigned i = 1; i <= 40; i++)
        n += (size_t)snprintf(pattern + n, sizeof pattern - n, "(\\%u\\%u)", i, i);
    struct regex regex;
    assert_int_equal(regex_init(&regex, slice_str(pattern), 0), -EINVAL);
    assert_string_equal(regex.refused, "the expression is too large");
    regex_fini(&regex);
}

/* What stands there stays, and what is put in stands where the draft allows it. */
static void lies_over_what_is_there(void **state)
{
    (void)state;
    static const struct {
        const char *there, *pattern, *made; /* NULL: it does not fit; "there" floats, its end is open */
    } cases[] = {
        {"id=", "^\\/x\\?id=\\d$", "/x?id=0"},
        {"id=", "id=\\d{2}", "id=00"},
        {"abc", "^b", "babc"},
        {"abc", "abc", "abc"},
        {"abc", "b", "abc"},
        {"abc", "c.e", "abcae"},
        {"abc", "^abd$", NULL},
        {"abc", "^[0-9]*$", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct draft draft;
        struct buf out = {0};
        draft_init(&draft);
        assert_true(draft_place(&draft, 0, slice_str(cases[i].there), false));
        draft.cells[0].extra = DRAFT_ANY;
        bool fits = fit(cases[i].pattern, 0, &draft, &out);
        if (fits != (cases[i].made != NULL) ||
            (fits && !slice_equal(buf_slice(&out), slice_str(cases[i].made))))
            fail_msg("%s in %s: \"%.*s\"", cases[i].pattern, cases[i].there, (int)out.n, (const char *)out.p);
        buf_fini(&out);
        draft_fini(&draft);
    }
}

static void where_cells_moved_to(void **state)
{
    (void)state;
    struct draft draft;
    struct regex regex;
    uint32_t moved[4], end;
    draft_init(&draft);
    assert_true(draft_place(&draft, 0, slice_str("abc"), false));
    draft.cells[2].extra = DRAFT_ANY;
    assert_int_equal(regex_init(&regex, slice_str("b[0-9]{2}c"), 0), 0);
    assert_true(regex_fit(&regex, &draft, 0, &end, moved));
    assert_int_equal(moved[0], 0);
    assert_int_equal(moved[1], 1);
    assert_int_equal(moved[2], 4);
    assert_int_equal(moved[3], 5);
    assert_int_equal(end, 5);
    regex_fini(&regex);
    draft_fini(&draft);
}

static void refuses_what_is_broken_or_too_large(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "(",
        ")",
        "[a",
        "a(b",
        "(?=",
        "\\",
        "\\9",
        "(?P=x)",
        "[[:nosuch:]]",
        "(?<n>a)\\k<m>",
        "(?@)",
        "\\q",
        "(a{1000}){1000}",
        "((((a{99}){99}){99}){99})",
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct regex regex;
        if (regex_init(&regex, slice_str(patterns[i]), 0) != -EINVAL || !regex.refused)
            fail_msg("%s was not refused", patterns[i]);
        regex_fini(&regex);
    }
    char deep[1001];
    memset(deep, '(', 500);
    memset(deep + 500, ')', 500);
    deep[1000] = '\0';
    struct regex regex;
    assert_int_equal(regex_init(&regex, slice_str(deep), 0), -EINVAL);
    regex_fini(&regex);
    /* Nothing, however often, costs nothing. */
    assert_int_equal(regex_init(&regex, slice_str("((?:){65535}){65535}x"), 0), 0);
    regex_fini(&regex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_by_itself),           cmocka_unit_test(flags_are_kept),
        cmocka_unit_test(back_references_are_bounded), cmocka_unit_test(lies_over_what_is_there),
        cmocka_unit_test(where_cells_moved_to),        cmocka_unit_test(refuses_what_is_broken_or_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
