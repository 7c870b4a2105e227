#include "rulework/finding.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

static const struct finding_info infos[] = {
#define FINDING(id, code, severity, summary) {code, summary, SEVERITY_##severity},
#include "rulework/finding_list.h"
#undef FINDING
};
static_assert(FINDING_CODES <= 64, "a comment's codes are bits of 64");

const struct finding_info *finding_info(enum finding_code code)
{
    return &infos[code];
}

const char *finding_severity_name(enum finding_severity severity)
{
    static const char *const names[] = {"note", "warning", "error"};
    return names[severity];
}

bool finding_code_find(struct slice name, enum finding_code *code)
{
    for (unsigned i = 0; i < FINDING_CODES; i++)
        if (slice_equal(name, slice_str(infos[i].code))) {
            *code = (enum finding_code)i;
            return true;
        }
    return false;
}

void finding_fini(struct finding *finding)
{
    free(finding->message);
    free(finding->hint);
    for (uint32_t i = 0; i < finding->edit_count; i++)
        free(finding->edits[i].text);
    free(finding->edits);
    *finding = (struct finding){0};
}

bool finding_choose(const struct finding_choice *choice, struct finding *finding)
{
    if (choice->weighed >> finding->code & 1)
        finding->severity = choice->severity[finding->code];
    return !(choice->disabled >> finding->code & 1);
}

int findings_add(struct findings *findings, const struct finding *finding)
{
    if (grow_array(&findings->list, findings->count, &findings->capacity)) {
        struct finding lost = *finding;
        finding_fini(&lost);
        return -ENOMEM;
    }
    findings->list[findings->count++] = *finding;
    return 0;
}

int finding_edit(struct finding *finding, size_t from, size_t to, const char *text)
{
    if (grow_array(&finding->edits, finding->edit_count, &finding->edit_capacity))
        return -ENOMEM;
    char *copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    finding->edits[finding->edit_count++] = (struct edit){.from = from, .to = to, .text = copy};
    return 0;
}

static int copy_texts(struct finding *copy, const struct finding *finding, unsigned lines)
{
    copy->message = strdup(finding->message);
    copy->hint = finding->hint ? strdup(finding->hint) : NULL;
    bool failed = !copy->message || (finding->hint && !copy->hint);
    for (uint32_t i = 0; !failed && i < finding->edit_count; i++) {
        const struct edit *edit = &finding->edits[i];
        failed = finding_edit(copy, edit->from, edit->to, edit->text);
        if (!failed) {
            copy->edits[i].line = edit->line + lines;
            copy->edits[i].column = edit->column;
            copy->edits[i].end_column = edit->end_column;
        }
    }
    return failed ? -ENOMEM : 0;
}

int findings_add_copy(struct findings *findings, const struct finding *finding, uint32_t file, unsigned lines)
{
    struct finding copy = *finding;
    copy.file = file;
    copy.line += lines;
    copy.end_line += lines;
    copy.rule_line += lines;
    copy.edits = NULL;
    copy.edit_count = copy.edit_capacity = 0;
    int rc = copy_texts(&copy, finding, lines);
    if (rc) {
        finding_fini(&copy);
        return rc;
    }
    return findings_add(findings, &copy);
}

static int order(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int by = order(x->file, y->file);
    if (!by)
        by = order(x->line, y->line);
    if (!by)
        by = order(x->column, y->column);
    return by ? by : order(x->code, y->code);
}

void findings_sort(struct findings *findings)
{
    if (findings->count)
        qsort(findings->list, findings->count, sizeof *findings->list, compare);
}

void findings_fini(struct findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++)
        finding_fini(&findings->list[i]);
    free(findings->list);
    *findings = (struct findings){0};
}
