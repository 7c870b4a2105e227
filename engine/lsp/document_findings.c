/* What is to be said of a document: of each rule by itself, of all together, of comments; less what comments
 * disable. */
#include <errno.h>

#include "lsp/document.h"
#include "rulework/check/across.h"
#include "rulework/check/check_rule.h"
#include "rulework/source.h"

static int add_shown(const struct checker *checker, const struct findings *from, uint64_t disabled,
                     uint32_t file, unsigned lines, struct findings *out)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < from->count; i++) {
        struct finding finding = from->list[i]; /* whose texts are borrowed */
        if (!(disabled >> finding.code & 1) && finding_choose(checker->choice, &finding))
            rc = findings_add_copy(out, &finding, file, lines);
    }
    return rc;
}

/* The codes that a comment names, and what is wrong with it. */
static int read_directive(const struct document *d, const struct checker *checker, uint32_t line,
                          uint64_t *file, uint64_t *next, struct findings *out)
{
    struct source source;
    struct findings wrong = {0};
    int rc = source_init(&source, "", text_line(&d->text, line));
    *file |= source.disabled;
    for (uint32_t i = 0; i < source.comment_count; i++)
        *next |= source.comments[i].codes;
    if (!rc && out)
        rc = check_comments(&source, d->rank, &wrong);
    if (!rc && out)
        rc = add_shown(checker, &wrong, 0, d->rank, line, out);
    findings_fini(&wrong);
    source_fini(&source);
    return rc;
}

static int disabled_in_file(const struct document *d, uint64_t *file)
{
    uint64_t next = 0;
    int rc = 0;
    for (uint32_t i = 0; !rc && i < d->text.count; i++)
        if (d->text.lines[i].directive)
            rc = read_directive(d, NULL, i, file, &next, NULL);
    return rc;
}

static int add_rule(const struct document *d, const struct checker *checker, uint32_t line, uint64_t disabled,
                    struct findings *out)
{
    const struct rule_entry *entry = d->text.lines[line].rule;
    struct findings among = {0};
    int rc = add_shown(checker, &entry->findings, disabled, d->rank, line, out);
    if (!rc)
        rc = across_report(checker->across, &entry->traits, &among);
    if (!rc)
        rc = add_shown(checker, &among, disabled, d->rank, 0, out);
    findings_fini(&among);
    return rc;
}

enum { AHEAD = 16 };

/* Most rules have nothing to be said of them, and finding that out is waiting for memory. */
static void fetch(const struct document *d, uint32_t line)
{
    const struct rule_entry *entry = line < d->text.count ? d->text.lines[line].rule : NULL;
    if (!entry)
        return;
    __builtin_prefetch(&entry->findings);
    __builtin_prefetch(&entry->traits.company);
}

int document_findings(const struct document *d, const struct checker *checker, uint32_t from, uint32_t to,
                      struct findings *out)
{
    uint64_t file = 0, next = 0, unused = 0;
    int rc = disabled_in_file(d, &file);
    uint32_t at = from; /* comments above the first rule are about it */
    while (at > 0 && d->text.lines[at - 1].kind != LINE_RULE)
        at--;
    for (; !rc && at < to && at < d->text.count; at++) {
        const struct text_line *line = &d->text.lines[at];
        fetch(d, at + AHEAD);
        if (line->rule && at >= from)
            rc = add_rule(d, checker, at, file | next, out);
        if (line->rule)
            next = 0;
        if (line->directive && !rc)
            rc = read_directive(d, checker, at, &unused, &next, at >= from ? out : NULL);
    }
    findings_sort(out);
    return rc;
}
