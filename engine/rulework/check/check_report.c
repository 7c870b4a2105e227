/* How a check says what it has found, and makes a fix of it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "rule/logical_line.h"
#include "rule/parser.h"
#include "rulework/check/check_rule.h"
#include "rulework/check/fix.h"
#include "rulework/same.h"
#include "rulework/source.h"

struct place check_place(const struct checking *c, struct slice part)
{
    struct place place = c->place;
    const uint8_t *from = part.p ? part.p : c->text.text.p;
    unsigned first = rule_text_column(&c->text, from);
    unsigned last = first + (unsigned)(part.n ? part.n - 1 : 0);
    place.line = line_reader_find(c->lines, &first)->number;
    place.column = first;
    place.end_line = line_reader_find(c->lines, &last)->number;
    place.end_column = last + 1;
    return place;
}

static char *format_text(const char *format, va_list args)
{
    char *text = NULL;
    return vasprintf(&text, format, args) < 0 ? NULL : text;
}

static struct finding *report(struct findings *findings, bool *failed, const struct place *place,
                              enum finding_code code, char *message)
{
    struct finding finding = {
        .code = code,
        .severity = finding_info(code)->severity,
        .file = place->file,
        .sid = place->sid,
        .line = place->line,
        .column = place->column,
        .end_line = place->end_line,
        .end_column = place->end_column,
        .rule_line = place->rule_line,
        .message = message,
    };
    if (!message || findings_add(findings, &finding)) {
        *failed = true;
        return NULL;
    }
    return &findings->list[findings->count - 1];
}

static bool quiet(const struct place *place, enum finding_code code)
{
    return place->disabled >> code & 1;
}

struct finding *check_report_at(struct findings *findings, bool *failed, const struct place *place,
                                enum finding_code code, const char *format, ...)
{
    if (quiet(place, code))
        return NULL;
    va_list args;
    va_start(args, format);
    char *message = format_text(format, args);
    va_end(args);
    return report(findings, failed, place, code, message);
}

struct finding *check_report(struct checking *c, enum finding_code code, struct slice part,
                             const char *format, ...)
{
    if (quiet(&c->place, code))
        return NULL;
    struct place place = check_place(c, part);
    va_list args;
    va_start(args, format);
    char *message = format_text(format, args);
    va_end(args);
    return report(c->findings, &c->failed, &place, code, message);
}

void check_hint(struct checking *c, struct finding *finding, const char *format, ...)
{
    if (!finding)
        return;
    va_list args;
    va_start(args, format);
    free(finding->hint);
    finding->hint = format_text(format, args);
    va_end(args);
    c->failed |= !finding->hint;
}

void check_fix(struct checking *c, struct finding *finding, struct slice part, const char *text)
{
    size_t from = (size_t)(part.p - c->text.text.p);
    if (finding && finding_edit(finding, from, from + part.n, text))
        c->failed = true;
}

/* Whether the mended text is a rule, the same one if need be. */
static bool holds(struct checking *c, const struct finding *finding, bool same)
{
    struct buf mended = {0};
    struct rule *rule = NULL;
    bool good = fix_apply(c->text.text, finding->edits, finding->edit_count, &mended) == 0 &&
                rule_parse_cached(buf_slice(&mended), c->context, c->sets, &rule, NULL, NULL) == 0 &&
                (!same || rule_same(c->rule, rule));
    rule_free(rule);
    buf_fini(&mended);
    return good;
}

/* From the logical line to the file; false when the bytes lie in two lines of it. */
static bool to_file(const struct checking *c, struct edit *edit)
{
    unsigned from = (unsigned)edit->from + 1, to = (unsigned)(edit->to > edit->from ? edit->to : from);
    const struct line_joint *first = line_reader_find(c->lines, &from);
    if (line_reader_find(c->lines, &to) != first)
        return false;
    size_t at = (size_t)(first->physical.p - c->source->text.p) + from - 1, n = edit->to - edit->from;
    edit->from = at;
    edit->to = at + n;
    edit->line = first->number;
    edit->column = from;
    edit->end_column = from + (unsigned)n;
    return true;
}

void check_fix_done(struct checking *c, struct finding *finding, bool same)
{
    if (!finding || !finding->edit_count)
        return;
    bool good = holds(c, finding, same);
    for (uint32_t i = 0; good && i < finding->edit_count; i++)
        good = to_file(c, &finding->edits[i]);
    for (uint32_t i = 0; !good && i < finding->edit_count; i++)
        free(finding->edits[i].text);
    if (!good)
        finding->edit_count = 0;
}

struct slice option_whole(const struct option *option)
{
    const uint8_t *end =
        option->value.p ? option->value.p + option->value.n : option->name.p + option->name.n;
    return slice_of(option->name.p, (size_t)(end - option->name.p));
}

struct slice check_step_part(const struct checking *c, const struct step *step)
{
    if (step->option >= c->text.option_count)
        return c->text.fields[FIELD_ACTION];
    return option_whole(&c->text.options[step->option]);
}

struct slice option_taken_out(const struct checking *c, const struct option *option)
{
    struct slice whole = option_whole(option);
    const uint8_t *from = whole.p, *end = whole.p + whole.n, *limit = c->text.text.p + c->text.text.n;
    while (end < limit && *end != ';')
        end++;
    end += end < limit;
    while (from > c->text.text.p && (from[-1] == ' ' || from[-1] == '\t'))
        from--;
    return slice_of(from, (size_t)(end - from));
}

const struct option *option_named(const struct checking *c, uint32_t from, const char *name)
{
    for (uint32_t i = from; i < c->text.option_count; i++)
        if (text_equal(c->text.options[i].name, name))
            return &c->text.options[i];
    return NULL;
}
