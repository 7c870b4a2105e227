#include "lsp/uses.h"

#include <ctype.h>
#include <errno.h>

#include "lsp/marks.h"

struct named named_at(const struct rule_lines *lines, struct spot at)
{
    struct rule_spot spot = rule_spot_find(lines, at);
    struct named named = {0};
    if (spot.kind == RULE_SPOT_FIELD) {
        named.name = rule_spot_variable(spot.part, spot.at);
        named.kind = named.name.n ? NAMED_VARIABLE : NAMED_NOTHING;
    } else if (spot.kind == RULE_SPOT_VALUE &&
               mark_at(spot.option->name, spot.part, spot.at, &named.store, &named.name)) {
        named.kind = NAMED_MARK;
    }
    return named;
}

struct search {
    const struct rule_lines *lines;
    use_fn each;
    void *ctx;
};

static void found(void *ctx, struct slice part, bool sets, bool reads)
{
    const struct search *s = ctx;
    struct use use = {s->lines->document, rule_lines_range(s->lines, part), sets, reads};
    s->each(s->ctx, &use);
}

/* "$NAME", and not a longer name. */
static void variables_in(struct slice field, struct slice name, struct search *search)
{
    for (size_t at = 0; at < field.n; at++) {
        struct slice here = field.p[at] == '$' ? rule_spot_variable(field, at) : slice_of(NULL, 0);
        if (here.n && slice_equal(here, name))
            found(search, here, false, false);
    }
}

static void search_rule(const struct rule_lines *lines, const struct named *named, use_fn each, void *ctx)
{
    struct search search = {lines, each, ctx};
    if (named->kind == NAMED_MARK)
        marks_each(&lines->text, named->store, named->name, found, &search);
    for (int i = 0; named->kind == NAMED_VARIABLE && i < FIELD_COUNT; i++)
        variables_in(lines->text.fields[i], named->name, &search);
}

/* Looking for the bytes first spares reading most rules. In a rule of several lines they may be parted. */
static bool may_have(const struct document *d, uint32_t line, struct slice name)
{
    struct slice text = text_line(&d->text, line);
    return d->text.lines[line].rule->lines > 1 || memmem(text.p, text.n, name.p, name.n);
}

static int search_document(const struct document *d, const struct named *named, use_fn each, void *ctx)
{
    int rc = 0;
    for (uint32_t line = 0; rc >= 0 && line < d->text.count; line++) {
        struct rule_lines lines;
        if (!d->text.lines[line].rule || !may_have(d, line, named->name))
            continue;
        rc = rule_lines_lex(&lines, d, line);
        if (rc == 1)
            search_rule(&lines, named, each, ctx);
        rule_lines_close(&lines);
    }
    return rc < 0 ? rc : 0;
}

int uses_each(const struct project *project, const struct document *only, const struct named *named,
              use_fn each, void *ctx)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < project->count; i++)
        if (!only || only == project->documents[i])
            rc = search_document(project->documents[i], named, each, ctx);
    return rc;
}
