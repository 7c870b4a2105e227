/* What the parser does not accept: which kind of mistake it is, all of the place, and what would mend it. */
#include <errno.h>
#include <stdio.h>

#include "rule/keyword.h"
#include "rule/keyword_names.h"
#include "rule/rule_list.h"
#include "rule/variables.h"
#include "rulework/check/check_rule.h"

static bool says(const struct err *err, const char *text)
{
    return strstr(err->message, text) != NULL;
}

static bool within(struct slice part, const uint8_t *at)
{
    return part.p && at >= part.p && at < part.p + part.n;
}

/* Whether the name stands in the text as a word of its own. */
static bool mentions(const char *text, struct slice name)
{
    for (const char *at = text; name.n && *at; at++) {
        if (strncasecmp(at, (const char *)name.p, name.n) != 0)
            continue;
        bool begins = at == text || !strchr("abcdefghijklmnopqrstuvwxyz_.", at[-1]);
        char behind = at[name.n];
        if (begins && (!behind || !strchr("abcdefghijklmnopqrstuvwxyz_0123456789", behind)))
            return true;
    }
    return false;
}

/* What is wrong with the whole rule: the option that the message names, else the action. */
static struct slice whole_rule(const struct checking *c, const struct err *err)
{
    for (uint32_t i = 0; i < c->text.option_count; i++) {
        struct slice name = c->text.options[i].name;
        if (mentions(err->message, name) && !text_equal(name, "content"))
            return option_whole(&c->text.options[i]);
    }
    return c->text.fields[FIELD_ACTION];
}

/* The part of the rule that begins at the column, or has it in it. */
static struct slice part_at(const struct checking *c, const struct err *err)
{
    struct slice text = c->text.text;
    size_t at = err->column ? err->column - 1 : 0;
    if (at >= text.n)
        return slice_of(text.p + text.n, 0);
    const uint8_t *p = text.p + at;
    for (int i = 0; i < FIELD_COUNT; i++)
        if (within(c->text.fields[i], p))
            return slice_from(c->text.fields[i], (size_t)(p - c->text.fields[i].p));
    for (uint32_t i = 0; i < c->text.option_count; i++) {
        const struct option *option = &c->text.options[i];
        if (within(option->value, p))
            return slice_from(option->value, (size_t)(p - option->value.p));
        if (within(option->name, p))
            return option->name;
    }
    return slice_of(p, 1);
}

/* The variable that stands there, after a '!' if need be. */
static struct slice variable_at(struct slice part)
{
    while (part.n && (part.p[0] == '!' || part.p[0] == ' '))
        part = slice_from(part, 1);
    if (!part.n || part.p[0] != '$')
        return slice_of(NULL, 0);
    size_t n = 1;
    while (n < part.n && !strchr(",] \t[", part.p[n]))
        n++;
    return slice_first(part, n);
}

static bool is_undefined(const struct checking *c, struct slice variable)
{
    const struct variables *variables = c->context->variables;
    return variable.n > 1 && variables && !variables_find_any(variables, slice_from(variable, 1));
}

static const struct option *option_at(const struct checking *c, struct slice part)
{
    for (uint32_t i = 0; i < c->text.option_count; i++)
        if (within(option_whole(&c->text.options[i]), part.p))
            return &c->text.options[i];
    return NULL;
}

/* A value with quotes put around it, or taken away; the rule is parsed with it before it is offered. */
static void quote(struct checking *c, struct finding *finding, struct slice value, bool with)
{
    if (with) {
        check_fix(c, finding, slice_of(value.p, 0), "\"");
        check_fix(c, finding, slice_of(value.p + value.n, 0), "\"");
    } else if (value.n > 2) {
        check_fix(c, finding, slice_of(value.p, 1), "");
        check_fix(c, finding, slice_of(value.p + value.n - 1, 1), "");
    }
}

static struct slice value_with_colon(const struct option *option)
{
    const uint8_t *from = option->name.p + option->name.n;
    return slice_of(from, (size_t)(option->value.p + option->value.n - from));
}

static void mend(struct checking *c, struct finding *finding, const struct err *err, struct slice part)
{
    const struct option *option = option_at(c, part);
    if (says(err, "expected ';' after"))
        check_fix(c, finding, slice_of(part.p, 0), ";");
    else if (says(err, "a tab in the header"))
        check_fix(c, finding, part, " ");
    else if (option && option->value.p && (says(err, "in double quotes") || says(err, "in quotes")))
        quote(c, finding, option->value, true);
    else if (option && option->value.p && says(err, "is written without quotes"))
        quote(c, finding, option->value, false);
    else if (option && option->value.p && says(err, "takes no value"))
        check_fix(c, finding, value_with_colon(option), "");
    check_fix_done(c, finding, false);
}

/* The names of results as options write them: the last word of byte_extract's name, byte_math's result. */
static struct slice result_of(const struct option *option)
{
    struct slice rest = option->value;
    bool math = text_equal(option->name, "byte_math");
    if (!rest.p || (!math && !text_equal(option->name, "byte_extract")))
        return slice_of(NULL, 0);
    for (unsigned n = 0; rest.n; n++) {
        const uint8_t *comma = memchr(rest.p, ',', rest.n);
        struct slice part = comma ? slice_first(rest, (size_t)(comma - rest.p)) : rest;
        rest = slice_from(rest, part.n + (comma != NULL));
        while (part.n && part.p[0] == ' ')
            part = slice_from(part, 1);
        bool here = math ? part.n > 7 && memcmp(part.p, "result ", 7) == 0 : n == 2;
        if (here)
            return math ? slice_from(part, 7) : part;
    }
    return slice_of(NULL, 0);
}

/* The option that sets what the refused one reads, too late; NULL when none does. */
static const struct option *set_later(const struct checking *c, const struct err *err, struct slice part)
{
    const struct option *reader = says(err, "set before") ? option_at(c, part) : NULL;
    for (uint32_t i = 0; reader && reader->value.p && i < c->text.option_count; i++) {
        const struct option *option = &c->text.options[i];
        struct slice name = result_of(option);
        char text[ERR_TEXT];
        snprintf(text, sizeof text, "%.*s", (int)(reader->value.n < 256 ? reader->value.n : 256),
                 (const char *)reader->value.p);
        if (option > reader && mentions(text, name))
            return option;
    }
    return NULL;
}

static enum finding_code code_of(const struct checking *c, const struct rule_refusal *refusal, bool whole,
                                 struct slice part)
{
    if (refusal->code == -ECANCELED)
        return FINDING_LEFT_OUT;
    if (refusal->code == -ENOTSUP)
        return FINDING_NOT_SUPPORTED;
    if (refusal->keyword.n && !keyword_find(refusal->keyword))
        return FINDING_UNKNOWN_KEYWORD;
    if (is_undefined(c, variable_at(part)))
        return FINDING_UNDEFINED_VARIABLE;
    if (set_later(c, refusal->err, part))
        return FINDING_VARIABLE_ORDER;
    if (whole &&
        (says(refusal->err, "its flow direction") || says(refusal->err, "buffers of both directions")))
        return FINDING_DIRECTION_CONFLICT;
    if (says(refusal->err, "is not a buffer of") || says(refusal->err, "no protocol has all") ||
        says(refusal->err, "whose protocol never has it"))
        return FINDING_WRONG_PROTOCOL;
    if (says(refusal->err, "can never match") || says(refusal->err, "could never match"))
        return FINDING_NEVER_MATCHES;
    return FINDING_REFUSED;
}

static void report_order(struct checking *c, const struct option *setter, const struct option *reader)
{
    struct slice name = result_of(setter);
    struct finding *finding =
        check_report(c, FINDING_VARIABLE_ORDER, option_whole(reader),
                     "%.*s is set by %.*s, which stands behind it", (int)(name.n < 64 ? name.n : 64),
                     (const char *)name.p, (int)setter->name.n, (const char *)setter->name.p);
    check_hint(c, finding, "options of a buffer are evaluated in their order: put %.*s before what reads it",
               (int)setter->name.n, (const char *)setter->name.p);
}

void check_refused(struct checking *c, const struct rule_refusal *refusal)
{
    const struct err *err = refusal->err;
    bool whole = c->text.fields[FIELD_DESTINATION_PORTS].n && !refusal->keyword.n &&
                 refusal->code != -ECANCELED &&
                 err->column == rule_text_column(&c->text, c->text.fields[FIELD_ACTION].p);
    struct slice part = part_at(c, err);
    /* The header may be what is wrong: its first field begins where the rule does. */
    whole = whole && !says(err, "action");
    enum finding_code code = code_of(c, refusal, whole, part);
    if (whole)
        part = whole_rule(c, err);
    if (code == FINDING_UNDEFINED_VARIABLE)
        part = variable_at(part);
    if (code == FINDING_VARIABLE_ORDER) {
        report_order(c, set_later(c, err, part), option_at(c, part));
        return;
    }
    struct finding *finding = check_report(c, code, part, "%s", err->message);
    if (!finding)
        return;
    if (err->hint[0])
        check_hint(c, finding, "%s", err->hint);
    const char *near = code == FINDING_UNKNOWN_KEYWORD ? keyword_name_near(refusal->keyword) : NULL;
    if (near) {
        check_fix(c, finding, refusal->keyword, near);
        check_fix_done(c, finding, false);
    } else if (!whole) {
        mend(c, finding, err, part);
    }
}
