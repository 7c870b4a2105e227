#include "rule/refusal.h"

#include "base/utf8.h"
#include "rule/rule_list.h"

/* Control bytes as dots, and those that are no text in UTF-8. */
static int append_clean(struct buf *out, struct slice s)
{
    int rc = 0;
    for (size_t n; !rc && s.n; s = slice_from(s, n)) {
        n = utf8_length(s);
        if (n > 1)
            rc = buf_append(out, slice_first(s, n));
        else
            rc = buf_append_byte(out, *s.p == '\t' ? ' ' : !n || *s.p < ' ' || *s.p == 127 ? '.' : *s.p);
        n += !n;
    }
    return rc;
}

static bool inside_utf8(uint8_t c)
{
    return (c & 0xc0) == 0x80;
}

/* The part of the line to show; *skipped is what is left out before it. */
static struct slice window(struct slice line, size_t at, size_t *skipped)
{
    *skipped = 0;
    if (line.n > REFUSAL_WIDTH && at > REFUSAL_WIDTH / 2) {
        *skipped = at - REFUSAL_WIDTH / 2;
        if (*skipped + REFUSAL_WIDTH > line.n)
            *skipped = line.n - REFUSAL_WIDTH;
        while (*skipped < line.n && inside_utf8(line.p[*skipped]))
            ++*skipped;
    }
    struct slice rest = slice_from(line, *skipped), shown = slice_first(rest, REFUSAL_WIDTH);
    while (shown.n && shown.n < rest.n && inside_utf8(rest.p[shown.n]))
        shown.n--;
    return shown;
}

static int print_line(const struct rule_refusal *refusal, struct buf *out)
{
    size_t at = refusal->err->column ? refusal->err->column - 1 : 0, skipped;
    if (at > refusal->line.n)
        at = refusal->line.n;
    struct slice shown = window(refusal->line, at, &skipped);
    bool cut = skipped + shown.n < refusal->line.n;
    int rc = buf_append(out, slice_str(skipped ? "  ..." : "  "));
    if (!rc)
        rc = append_clean(out, shown);
    if (!rc)
        rc = buf_append(out, slice_str(cut ? "...\n" : "\n"));
    if (rc || !refusal->err->column)
        return rc;
    rc = buf_append(out, slice_str(skipped ? "     " : "  "));
    for (size_t i = skipped; !rc && i < at && i - skipped < shown.n; i++)
        if (!inside_utf8(refusal->line.p[i]))
            rc = buf_append_byte(out, ' ');
    return rc ? rc : buf_append(out, slice_str("^\n"));
}

int rule_refusal_print(const struct rule_refusal *refusal, struct buf *out)
{
    const struct err *err = refusal->err;
    int rc = append_clean(out, slice_str(err->file[0] ? err->file : "rule"));
    if (!rc && err->line)
        rc = buf_printf(out, ":%u", err->line);
    if (!rc && err->line && err->column)
        rc = buf_printf(out, ":%u", err->column);
    if (!rc)
        rc = buf_append(out, slice_str(": error: "));
    if (!rc)
        rc = append_clean(out, slice_str(err->message));
    if (!rc)
        rc = buf_append_byte(out, '\n');
    if (!rc && refusal->line.n)
        rc = print_line(refusal, out);
    if (rc || !err->hint[0])
        return rc;
    rc = buf_append(out, slice_str("  "));
    if (!rc)
        rc = append_clean(out, slice_str(err->hint));
    return rc ? rc : buf_append_byte(out, '\n');
}
