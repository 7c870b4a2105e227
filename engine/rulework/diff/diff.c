/* A unified diff. Fixes and layouts change a few lines among many, so the next common line is near. */
#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rulework/check/fix.h"

enum { CONTEXT = 3, NEAR = 4096 }; /* lines */

struct lines {
    struct slice *list;
    uint32_t count, capacity;
};

struct change { /* these lines before became those after */
    uint32_t before, before_end, after, after_end;
};

struct changes {
    struct change *list;
    uint32_t count, capacity;
};

static int cut(struct slice text, struct lines *lines)
{
    while (text.n) {
        const uint8_t *end = memchr(text.p, '\n', text.n);
        size_t n = end ? (size_t)(end - text.p) + 1 : text.n;
        if (grow_array(&lines->list, lines->count, &lines->capacity))
            return -1;
        lines->list[lines->count++] = slice_first(text, n);
        text = slice_from(text, n);
    }
    return 0;
}

/* The nearest pair of equal lines from (*i, *j) on, or the ends. */
static void resync(const struct lines *a, const struct lines *b, uint32_t *i, uint32_t *j)
{
    for (uint32_t sum = 1; sum < NEAR; sum++)
        for (uint32_t k = 0; k <= sum; k++) {
            uint32_t x = *i + k, y = *j + sum - k;
            if (x < a->count && y < b->count && slice_equal(a->list[x], b->list[y])) {
                *i = x;
                *j = y;
                return;
            }
        }
    *i = a->count;
    *j = b->count;
}

static int compare(const struct lines *a, const struct lines *b, struct changes *changes)
{
    uint32_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        if (i < a->count && j < b->count && slice_equal(a->list[i], b->list[j])) {
            i++;
            j++;
            continue;
        }
        struct change change = {.before = i, .after = j};
        resync(a, b, &i, &j);
        change.before_end = i;
        change.after_end = j;
        if (grow_array(&changes->list, changes->count, &changes->capacity))
            return -1;
        changes->list[changes->count++] = change;
    }
    return 0;
}

static int print_lines(const struct lines *lines, uint32_t from, uint32_t to, char sign, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = from; !rc && lines->list && i < to; i++) {
        struct slice line = lines->list[i];
        rc = buf_append_byte(out, (uint8_t)sign);
        if (!rc)
            rc = buf_append(out, line);
        if (!rc && line.p[line.n - 1] != '\n')
            rc = buf_append(out, slice_str("\n\\ No newline at end of file\n"));
    }
    return rc;
}

/* "12,3", or "11,0" when there are none, as diffs count. */
static int print_range(struct buf *out, char sign, uint32_t from, uint32_t to)
{
    return buf_printf(out, "%c%u,%u", sign, from + (to > from), to - from);
}

/* Changes [from, to), which lie so close that they share their context. */
static int print_hunk(const struct lines *a, const struct lines *b, const struct changes *changes,
                      uint32_t from, uint32_t to, struct buf *out)
{
    const struct change *first = &changes->list[from], *last = &changes->list[to - 1];
    uint32_t lead = first->before < CONTEXT ? first->before : CONTEXT;
    uint32_t left = a->count - last->before_end, trail = left < CONTEXT ? left : CONTEXT;
    int rc = buf_append(out, slice_str("@@ "));
    if (!rc)
        rc = print_range(out, '-', first->before - lead, last->before_end + trail);
    if (!rc)
        rc = buf_append_byte(out, ' ');
    if (!rc)
        rc = print_range(out, '+', first->after - lead, last->after_end + trail);
    if (!rc)
        rc = buf_append(out, slice_str(" @@\n"));
    uint32_t at = first->before - lead;
    for (uint32_t i = from; !rc && i < to; i++) {
        const struct change *change = &changes->list[i];
        rc = print_lines(a, at, change->before, ' ', out);
        if (!rc)
            rc = print_lines(a, change->before, change->before_end, '-', out);
        if (!rc)
            rc = print_lines(b, change->after, change->after_end, '+', out);
        at = change->before_end;
    }
    return rc ? rc : print_lines(a, at, at + trail, ' ', out);
}

static int print(const char *name, const struct lines *a, const struct lines *b,
                 const struct changes *changes, struct buf *out)
{
    int rc = changes->count ? buf_printf(out, "--- %s\n+++ %s\n", name, name) : 0;
    uint32_t from = 0;
    while (!rc && from < changes->count) {
        uint32_t to = from + 1;
        while (to < changes->count &&
               changes->list[to].before - changes->list[to - 1].before_end <= 2 * CONTEXT)
            to++;
        rc = print_hunk(a, b, changes, from, to, out);
        from = to;
    }
    return rc;
}

int fix_diff(const char *name, struct slice before, struct slice after, struct buf *out)
{
    struct lines a = {0}, b = {0};
    struct changes changes = {0};
    int rc = cut(before, &a) || cut(after, &b) || compare(&a, &b, &changes) ? -ENOMEM : 0;
    if (!rc)
        rc = print(name, &a, &b, &changes, out);
    free(a.list);
    free(b.list);
    free(changes.list);
    return rc;
}
