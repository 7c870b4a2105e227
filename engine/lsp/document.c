#include "lsp/document.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "lsp/rule_lines.h"
#include "rule/builder.h"
#include "rulework/check/across.h"
#include "rulework/check/check_rule.h"

struct document *document_new(const char *uri, const char *path)
{
    struct document *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    const char *slash = strrchr(path, '/');
    bool failed = text_init(&d->text) != 0;
    if (!failed)
        d->text.lines[0].kind = LINE_OTHER;
    d->uri = strdup(uri);
    d->path = strdup(path);
    if (slash)
        d->directory = strndup(path, slash > path ? (size_t)(slash - path) : 1);
    if (!failed && d->uri && d->path && (!slash || d->directory))
        return d;
    document_free(d, NULL);
    return NULL;
}

static void forget_rule(struct document *d, const struct checker *checker, uint32_t line)
{
    struct rule_entry *entry = d->text.lines[line].rule;
    if (!entry)
        return;
    across_remove(checker->across, &entry->traits);
    traits_fini(&entry->traits);
    findings_fini(&entry->findings);
    free(entry->message);
    free(entry);
    d->text.lines[line].rule = NULL;
    d->rules--;
}

/* From the end, since that is where a group of the index is left at once. */
static void forget_rules(struct document *d, const struct checker *checker, uint32_t from, uint32_t to)
{
    while (to-- > from)
        forget_rule(d, checker, to);
}

void document_free(struct document *d, const struct checker *checker)
{
    if (!d)
        return;
    forget_rules(d, checker, 0, d->text.count);
    text_fini(&d->text);
    free(d->uri);
    free(d->path);
    free(d->directory);
    free(d);
}

int document_lines(const struct document *d, uint32_t first, uint32_t count, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < count; i++) {
        const struct text_line *line = &d->text.lines[first + i];
        rc = i ? buf_append_byte(out, '\n') : 0;
        if (!rc && line->n)
            rc = buf_append(out, slice_of(line->p, line->n));
    }
    return rc;
}

bool document_rule_line(const struct document *d, uint32_t line, uint32_t *first)
{
    if (line >= d->text.count)
        return false;
    while (line > 0 && d->text.lines[line].kind == LINE_MORE)
        line--;
    *first = line;
    return d->text.lines[line].kind == LINE_RULE;
}

void document_context(const struct document *d, const struct checker *checker, struct rule_context *context)
{
    *context = *checker->context;
    if (!context->directory)
        context->directory = d->directory;
}

/* Checks the rule in these lines, which are one logical line. */
static int check_lines(struct document *d, const struct checker *checker, uint32_t first,
                       struct rule_entry *entry)
{
    struct rule_lines lines;
    struct rule_context context;
    document_context(d, checker, &context);
    int rc = rule_lines_open(&lines, d, first, entry->lines);
    struct checking c = {
        .findings = &entry->findings,
        .context = &context,
        .sets = checker->sets,
        .source = &lines.source,
        .lines = &lines.reader,
        .place = {.line = 1, .rule_line = 1},
        .asked = checker->choice->asked,
    };
    if (!rc) {
        rc = check_line(&c, lines.reader.line, &entry->traits);
        entry->sid = c.place.sid;
        const struct option *msg = option_named(&c, 0, "msg");
        if (!rc && msg && msg->value.p) {
            struct slice value = msg->value;
            text_unquote(&value);
            entry->message = text_dup(value);
        }
        rule_text_fini(&c.text);
    }
    rule_lines_close(&lines);
    return rc;
}

static int add_rule(struct document *d, const struct checker *checker, uint32_t first, uint32_t lines)
{
    struct rule_entry *entry = calloc(1, sizeof *entry);
    if (!entry)
        return -ENOMEM;
    entry->lines = lines;
    d->text.lines[first].rule = entry;
    d->rules++;
    int rc = check_lines(d, checker, first, entry);
    entry->traits.file = d->rank;
    entry->traits.line = first;
    return rc ? rc : across_add(checker->across, &entry->traits);
}

/* Lines whose rules are no longer what they were: [from, to), and as far as what follows depends on them. */
static int look(struct document *d, const struct checker *checker, uint32_t from, uint32_t to)
{
    struct text *t = &d->text;
    int rc = 0;
    while (from > 0 && t->lines[from - 1].kind >= LINE_RULE && line_continues(t, from - 1))
        from--;
    for (uint32_t at = from; at < t->count && (at < to || t->lines[at].kind == LINE_MORE);) {
        uint32_t n = 1;
        bool rule = line_is_rule(t, at);
        while (rule && at + n < t->count && line_continues(t, at + n - 1))
            n++;
        forget_rules(d, checker, at, at + n);
        for (uint32_t i = 0; i < n; i++) {
            t->lines[at + i].kind = !rule ? LINE_OTHER : i ? LINE_MORE : LINE_RULE;
            t->lines[at + i].directive = line_is_directive(t, at + i);
        }
        if (rule && !rc)
            rc = add_rule(d, checker, at, n);
        at += n;
    }
    return rc;
}

int document_edit(struct document *d, const struct checker *checker, struct range range, struct slice with)
{
    uint32_t first = range.from.line, removed = range.to.line - first + 1, added;
    forget_rules(d, checker, first, first + removed);
    int rc = text_replace(&d->text, range, with, &added);
    if (rc)
        added = removed; /* the text is as it was: its rules come back */
    for (uint32_t i = first; i < first + added; i++)
        d->text.lines[i].kind = LINE_NEW;
    for (uint32_t i = first + added; added != removed && i < d->text.count; i++)
        if (d->text.lines[i].rule)
            d->text.lines[i].rule->traits.line = i;
    int looked = look(d, checker, first, first + added);
    return rc ? rc : looked;
}

int document_set(struct document *d, const struct checker *checker, struct slice text)
{
    struct slice with;
    struct range range = text_difference(&d->text, text, &with);
    return document_edit(d, checker, range, with);
}

int document_recheck(struct document *d, const struct checker *checker)
{
    return look(d, checker, 0, d->text.count);
}

void document_move(struct document *d, uint32_t rank)
{
    d->rank = rank;
    for (uint32_t i = 0; i < d->text.count; i++)
        if (d->text.lines[i].rule)
            d->text.lines[i].rule->traits.file = rank;
}
