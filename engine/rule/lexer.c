/*
 * action protocol source ports direction destination ports (name:value; name; ...)
 *
 * As Suricata 8 reads it: fields are parted by blanks, and a field in brackets may hold blanks; options end
 * at a semicolon without a backslash before it, in quotes or not; the parentheses around the options may
 * even be missing.
 */
#include "rule/lexer.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/grow.h"

static const char *const field_names[FIELD_COUNT] = {
    "the action",    "the protocol",    "the source address",   "the source port",
    "the direction", "the destination", "the destination port",
};

unsigned rule_text_column(const struct rule_text *text, const uint8_t *at)
{
    return text->text.p && at ? (unsigned)(at - text->text.p) + 1 : 1;
}

static int fail_at(const struct rule_text *t, const uint8_t *at, struct err *err)
{
    err_at(err, NULL, 1, rule_text_column(t, at));
    return -EINVAL;
}

static struct slice skip_blanks(struct slice s)
{
    while (s.n && s.p[0] == ' ')
        s = slice_of(s.p + 1, s.n - 1);
    return s;
}

static int lex_field(struct rule_text *t, struct slice *rest, int field, struct err *err)
{
    const uint8_t *end = t->text.p + t->text.n, *open = NULL;
    *rest = skip_blanks(*rest);
    if (!rest->n || rest->p[0] == '(') {
        err_set(err, -EINVAL, "expected %s%s", field_names[field], rest->n ? " before the options" : "");
        err_hint(err, "a rule begins with: action protocol source port -> destination port (options)");
        return fail_at(t, rest->n ? rest->p : end, err);
    }
    size_t n = 0;
    unsigned depth = 0;
    for (; n < rest->n && (depth || rest->p[n] != ' '); n++) {
        uint8_t c = rest->p[n];
        if (c == '[' && depth++ == 0)
            open = rest->p + n;
        if (c == ']' && depth)
            depth--;
        if (c == '\t' && !depth) {
            err_set(err, -EINVAL, "a tab in the header: its fields are parted by blanks");
            return fail_at(t, rest->p + n, err);
        }
    }
    if (depth) {
        err_set(err, -EINVAL, "this '[' is never closed: expected ']' in %s", field_names[field]);
        return fail_at(t, open, err);
    }
    t->fields[field] = slice_first(*rest, n);
    *rest = slice_from(*rest, n);
    return 0;
}

/* The length up to the semicolon that ends the option; -1 when there is none. As in Suricata, a backslash
 * before it counts even if there is another before that one. */
static ptrdiff_t option_end(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ';' && (i == 0 || s.p[i - 1] != '\\'))
            return (ptrdiff_t)i;
    return -1;
}

/* A value that opens a quote must end with it: else a semicolon is missing, or one stands in the quotes. */
static int check_quotes(const struct rule_text *t, struct slice value, struct err *err)
{
    struct slice s = value;
    text_negated(&s);
    if (!s.n || s.p[0] != '"')
        return 0;
    size_t i = 1;
    while (i < s.n && s.p[i] != '"')
        i += s.p[i] == '\\' ? 2 : 1;
    if (i >= s.n) {
        err_set(err, -EINVAL, "this quote is not closed before the ';' that ends the option");
        err_hint(err, "a ';' or '\"' that belongs to the text is written \\; or \\\"");
        return fail_at(t, s.p, err);
    }
    if (i + 1 == s.n && s.n == 2) {
        err_set(err, -EINVAL, "expected something between the quotes");
        return fail_at(t, s.p, err);
    }
    if (i + 1 == s.n || s.p[s.n - 1] == '"')
        return 0;
    err_set(err, -EINVAL, "expected ';' after the closing quote");
    return fail_at(t, s.p + i + 1, err);
}

static int lex_option(struct rule_text *t, struct slice s, struct err *err)
{
    const uint8_t *colon = memchr(s.p, ':', s.n);
    struct option option = {.name = text_trim(colon ? slice_first(s, (size_t)(colon - s.p)) : s)};
    if (!option.name.n) {
        err_set(err, -EINVAL, "expected a keyword before the '%c'", colon ? ':' : ';');
        return fail_at(t, s.n ? s.p : NULL, err);
    }
    option.column = rule_text_column(t, option.name.p);
    struct slice value = colon ? text_trim(slice_from(s, (size_t)(colon - s.p) + 1)) : slice_of(NULL, 0);
    if (value.n) {
        option.value = value;
        option.column = rule_text_column(t, value.p);
    }
    if (t->option_count == RULE_OPTIONS_MOST) {
        err_set(err, -EINVAL, "more than %d options in one rule", RULE_OPTIONS_MOST);
        return fail_at(t, option.name.p, err);
    }
    if (grow_array(&t->options, t->option_count, &t->option_capacity))
        return err_set(err, -ENOMEM, "out of memory");
    t->options[t->option_count++] = option;
    return check_quotes(t, value, err);
}

static int lex_options(struct rule_text *t, struct slice rest, struct err *err)
{
    if (rest.p[0] == '(')
        rest = slice_of(rest.p + 1, rest.n - 1);
    if (rest.n && rest.p[rest.n - 1] == ')')
        rest.n--;
    const uint8_t *end = rest.p + rest.n;
    for (rest = text_trim(rest); rest.n; rest = text_trim(rest)) {
        ptrdiff_t n = option_end(rest);
        if (n < 0) {
            err_set(err, -EINVAL, "expected ';' after the last option");
            return fail_at(t, end, err);
        }
        struct slice option = slice_first(rest, (size_t)n);
        if (!n) {
            err_set(err, -EINVAL, "expected a keyword, not another ';'");
            return fail_at(t, rest.p, err);
        }
        int rc = lex_option(t, option, err);
        if (rc)
            return rc;
        rest = slice_of(rest.p + n + 1, rest.n - (size_t)n - 1);
    }
    return 0;
}

int rule_text_lex(struct slice text, struct rule_text *out, struct err *err)
{
    if (!text.n)
        text = slice_of("", 0); /* there is an end to point at */
    *out = (struct rule_text){.text = text};
    const uint8_t *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;
    if (nul) {
        err_set(err, -EINVAL, "a NUL byte in the rule: this is no text");
        return fail_at(out, nul, err);
    }
    struct slice rest = text_trim(text);
    for (int field = 0; field < FIELD_COUNT; field++) {
        int rc = lex_field(out, &rest, field, err);
        if (rc)
            return rc;
    }
    rest = text_trim(rest);
    if (!rest.n) {
        err_set(err, -EINVAL, "expected '(' and the options");
        return fail_at(out, text.p + text.n, err);
    }
    return lex_options(out, rest, err);
}

uint32_t rule_text_sid(const struct rule_text *text)
{
    for (uint32_t i = 0; i < text->option_count; i++) {
        uint64_t sid;
        if (text_equal(text->options[i].name, "sid") && text_uint(text->options[i].value, UINT32_MAX, &sid))
            return (uint32_t)sid;
    }
    return 0;
}

void rule_text_fini(struct rule_text *text)
{
    free(text->options);
    *text = (struct rule_text){0};
}
