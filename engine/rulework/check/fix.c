#include "rulework/check/fix.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rulework/finding.h"

int fix_apply(struct slice text, const struct edit *edits, uint32_t count, struct buf *out)
{
    size_t at = 0;
    int rc = 0;
    for (uint32_t i = 0; !rc && i < count; i++) {
        const struct edit *edit = &edits[i];
        if (edit->from < at || edit->to < edit->from || edit->to > text.n)
            return -EINVAL;
        rc = buf_append(out, slice_of(text.p + at, edit->from - at));
        if (!rc)
            rc = buf_append(out, slice_str(edit->text));
        at = edit->to;
    }
    return rc ? rc : buf_append(out, slice_from(text, at));
}

struct edits {
    struct edit *list;
    uint32_t count, capacity;
};

static int compare(const void *a, const void *b)
{
    const struct edit *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* Whether all of the finding's edits leave those alone that are taken already. */
static bool fits(const struct edits *taken, const struct finding *finding)
{
    for (uint32_t i = 0; i < finding->edit_count; i++)
        for (uint32_t j = taken->count; j-- > 0;) {
            const struct edit *mine = &finding->edits[i], *other = &taken->list[j];
            if (other->line != mine->line)
                continue;
            if (mine->from <= other->to && other->from <= mine->to)
                return false;
        }
    return true;
}

int fix_choose(const struct findings *findings, uint32_t file, struct edit **list, uint32_t *count,
               unsigned *fixed)
{
    struct edits taken = {0};
    uint32_t from = 0; /* edits of earlier rules need not be looked at again */
    unsigned rule_line = 0;
    int rc = 0;
    for (uint32_t i = 0; !rc && i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (finding->file != file || !finding->edit_count)
            continue;
        if (finding->rule_line != rule_line) {
            rule_line = finding->rule_line;
            from = taken.count;
        }
        struct edits recent = {.list = taken.list + from, .count = taken.count - from};
        if (taken.count && !fits(&recent, finding))
            continue;
        for (uint32_t j = 0; !rc && j < finding->edit_count; j++) {
            rc = grow_array(&taken.list, taken.count, &taken.capacity);
            if (!rc)
                taken.list[taken.count++] = finding->edits[j];
        }
        ++*fixed;
    }
    if (taken.count)
        qsort(taken.list, taken.count, sizeof *taken.list, compare);
    *list = taken.list;
    *count = taken.count;
    return rc;
}

int fix_file(struct slice text, const struct findings *findings, uint32_t file, struct buf *out,
             unsigned *fixed)
{
    struct edit *list;
    uint32_t count;
    int rc = fix_choose(findings, file, &list, &count, fixed);
    if (!rc)
        rc = fix_apply(text, list, count, out);
    free(list);
    return rc;
}
