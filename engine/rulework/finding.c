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
