#include "rulework/search.h"

#include <errno.h>

#include "base/err.h"
#include "rule/keyword.h"
#include "rule/lexer.h"
#include "rule/logical_line.h"

enum { LINE_MOST = 1 << 20 };

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* In any case; '-' and '_' are the same, so that CVE-2021-1 is found as CVE_2021_1 too. */
static bool same(uint8_t a, uint8_t b, bool joints)
{
    if (joints && (a == '_' || a == '-' || a == ','))
        return b == '_' || b == '-' || b == ',';
    return lower(a) == lower(b);
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* The place of `part` from `at` on; text.n when it is not there. */
static size_t find(struct slice text, size_t at, struct slice part, bool joints)
{
    for (; part.n && at + part.n <= text.n; at++) {
        size_t n = 0;
        while (n < part.n && same(part.p[n], text.p[at + n], joints))
            n++;
        if (n == part.n)
            return at;
    }
    return text.n;
}

static bool is_cve(struct slice pattern)
{
    size_t digits = 0;
    for (size_t i = 4; i < pattern.n; i++)
        digits += is_digit(pattern.p[i]);
    return pattern.n > 9 && find(slice_first(pattern, 4), 0, slice_str("cve-"), true) == 0 &&
           digits == pattern.n - 5;
}

/* Not as the beginning of a longer number. */
static bool has_cve(struct slice text, struct slice pattern)
{
    size_t at = 0;
    while ((at = find(text, at, pattern, true)) < text.n) {
        if (at + pattern.n == text.n || !is_digit(text.p[at + pattern.n]))
            return true;
        at++;
    }
    return false;
}

static bool all_digits(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

static bool has_keyword(const struct rule_text *text, struct slice name)
{
    const struct keyword *wanted = keyword_find(name);
    for (uint32_t i = 0; i < text->option_count; i++) {
        struct slice here = text->options[i].name;
        if ((wanted && keyword_find(here) == wanted) || (here.n == name.n && find(here, 0, name, false) == 0))
            return true;
    }
    return false;
}

static bool is_store(struct slice name)
{
    return text_equal(name, "flowbits") || text_equal(name, "xbits") || text_equal(name, "hostbits") ||
           text_equal(name, "flowint");
}

static bool has_flowbit(const struct rule_text *text, struct slice name)
{
    for (uint32_t i = 0; i < text->option_count; i++) {
        struct slice rest = text->options[i].value, field, one;
        if (!rest.p || !is_store(text->options[i].name))
            continue;
        while (text_field(&rest, ',', &field))
            while (text_field(&field, '|', &one))
                if (one.n == name.n && find(one, 0, name, false) == 0)
                    return true;
    }
    return false;
}

static bool after(struct slice pattern, const char *word, struct slice *rest)
{
    size_t n = strlen(word);
    *rest = slice_from(pattern, n);
    return pattern.n > n && memcmp(pattern.p, word, n) == 0;
}

bool search_has(const struct rule_text *text, struct slice pattern)
{
    struct slice name;
    uint64_t sid;
    if (all_digits(pattern))
        return text_uint(pattern, UINT32_MAX, &sid) && rule_text_sid(text) == sid;
    if (after(pattern, "keyword:", &name))
        return has_keyword(text, name);
    if (after(pattern, "flowbit:", &name))
        return has_flowbit(text, name);
    if (is_cve(pattern))
        return has_cve(text->text, pattern);
    return find(text->text, 0, pattern, false) < text->text.n;
}

static bool has_all(const struct rule_text *text, const char *const *patterns)
{
    for (; *patterns; patterns++)
        if (!search_has(text, slice_str(*patterns)))
            return false;
    return true;
}

int search_text(struct slice file, const char *const *patterns, search_fn found, void *ctx)
{
    struct line_reader lines;
    line_reader_init(&lines, file);
    int rc = 0, more;
    while (!rc && (more = line_reader_next(&lines, LINE_MOST)) != 0) {
        struct rule_text text;
        struct err err;
        rc = more < 0 ? more : rule_text_lex(lines.line, &text, &err);
        if (more < 0)
            break;
        rc = rc == -ENOMEM ? rc : 0; /* what cannot be read to its end is sought as far as it can */
        struct search_hit hit = {.line = lines.joints[0].number, .text = &text};
        if (!rc && has_all(&text, patterns))
            rc = found(ctx, &hit);
        rule_text_fini(&text);
    }
    line_reader_fini(&lines);
    return rc;
}
