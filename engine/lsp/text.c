#include "lsp/text.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"

int text_init(struct text *text)
{
    *text = (struct text){0};
    text->lines = calloc(1, sizeof *text->lines);
    if (!text->lines)
        return -ENOMEM;
    text->count = text->capacity = 1;
    text->bytes = 1;
    return 0;
}

static void free_lines(struct text_line *lines, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(lines[i].p);
}

void text_fini(struct text *text)
{
    free_lines(text->lines, text->count);
    free(text->lines);
    *text = (struct text){0};
}

struct slice text_line(const struct text *text, uint32_t line)
{
    const struct text_line *l = &text->lines[line];
    return slice_of(l->p, l->n && l->p[l->n - 1] == '\r' ? l->n - 1 : l->n);
}

static size_t count_lines(struct slice s)
{
    size_t count = 1;
    for (const uint8_t *p = s.p, *end = s.n ? s.p + s.n : NULL; p && (p = memchr(p, '\n', (size_t)(end - p)));
         p++) {
        count++;
        if (p + 1 == end)
            break;
    }
    return count;
}

/* The lines of a text, cut at \n; NULL when memory is short. */
static struct text_line *cut(struct slice s, uint32_t count)
{
    struct text_line *lines = calloc(count, sizeof *lines);
    for (uint32_t i = 0; lines && i < count; i++) {
        const uint8_t *end = s.n ? memchr(s.p, '\n', s.n) : NULL;
        size_t n = end ? (size_t)(end - s.p) : s.n;
        lines[i].n = (uint32_t)n;
        if (n) {
            lines[i].p = malloc(n);
            if (!lines[i].p) {
                free_lines(lines, i);
                free(lines);
                return NULL;
            }
            memcpy(lines[i].p, s.p, n);
        }
        s = end ? slice_of(end + 1, s.n - n - 1) : slice_of(NULL, 0);
    }
    return lines;
}

static int reserve(struct text *text, uint32_t count)
{
    if (count <= text->capacity)
        return 0;
    uint32_t capacity = count + count / 2;
    struct text_line *lines = realloc(text->lines, capacity * sizeof *lines);
    if (!lines)
        return -ENOMEM;
    text->lines = lines;
    text->capacity = capacity;
    return 0;
}

/* In place of the lines [first, first + removed); takes over what `lines` points to. */
static void splice(struct text *text, uint32_t first, uint32_t removed, const struct text_line *lines,
                   uint32_t added)
{
    uint32_t behind = text->count - first - removed;
    free_lines(text->lines + first, removed);
    memmove(text->lines + first + added, text->lines + first + removed, behind * sizeof *lines);
    memcpy(text->lines + first, lines, added * sizeof *lines);
    text->count = first + added + behind;
}

static size_t bytes_of(const struct text *text, uint32_t first, uint32_t count)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += text->lines[first + i].n + 1U;
    return bytes;
}

int text_replace(struct text *text, struct range range, struct slice with, uint32_t *added)
{
    const struct text_line *from = &text->lines[range.from.line], *to = &text->lines[range.to.line];
    uint32_t removed = range.to.line - range.from.line + 1;
    struct buf joined = {0};
    int rc = buf_append(&joined, slice_of(from->p, range.from.byte));
    if (!rc)
        rc = buf_append(&joined, with);
    if (!rc)
        rc = buf_append(&joined, slice_from(slice_of(to->p, to->n), range.to.byte));
    size_t count = rc ? 0 : count_lines(buf_slice(&joined));
    size_t bytes = text->bytes - bytes_of(text, range.from.line, removed) + joined.n + 1;
    if (!rc && (bytes > TEXT_BYTES_MOST || text->count - removed + count > TEXT_LINES_MOST))
        rc = -EFBIG;
    if (!rc)
        rc = reserve(text, text->count - removed + (uint32_t)count);
    struct text_line *lines = rc ? NULL : cut(buf_slice(&joined), (uint32_t)count);
    buf_fini(&joined);
    if (!lines)
        return rc ? rc : -ENOMEM;
    splice(text, range.from.line, removed, lines, (uint32_t)count);
    free(lines);
    text->bytes = bytes;
    *added = (uint32_t)count;
    return 0;
}

/* The last line of a text, and what is before it; false when that was the only one. */
static bool last_line(struct slice *rest, struct slice *line)
{
    const uint8_t *end = rest->n ? memrchr(rest->p, '\n', rest->n) : NULL;
    if (!end)
        return false;
    size_t n = (size_t)(end - rest->p);
    *line = slice_of(end + 1, rest->n - n - 1);
    *rest = slice_first(*rest, n);
    return true;
}

struct range text_difference(const struct text *text, struct slice other, struct slice *with)
{
    struct range range = {{0, 0}, {text->count - 1, 0}};
    struct slice rest = other, line;
    while (range.from.line + 1 < text->count) {
        const struct text_line *mine = &text->lines[range.from.line];
        const uint8_t *end = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
        size_t n = end ? (size_t)(end - rest.p) : 0;
        if (!end || n != mine->n || (n && memcmp(rest.p, mine->p, n) != 0))
            break;
        rest = slice_of(end + 1, rest.n - n - 1);
        range.from.line++;
    }
    struct slice left = rest;
    while (range.to.line > range.from.line && last_line(&left, &line) &&
           slice_equal(line, slice_of(text->lines[range.to.line].p, text->lines[range.to.line].n))) {
        rest = left;
        range.to.line--;
    }
    range.to.byte = text->lines[range.to.line].n;
    *with = rest;
    return range;
}
