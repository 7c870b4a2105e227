/* textDocument/formatting and rangeFormatting: the layout of `sluice rule fmt`, as edits of what differs. */
#include <errno.h>

#include "lsp/json_form.h"
#include "lsp/rule_lines.h"
#include "lsp/request.h"
#include "rule/builder.h"
#include "rulework/layout.h"

struct formatting {
    const struct lsp *lsp;
    const struct document *document;
    json_t *edits;
};

static void add_edit(struct formatting *f, struct range range, struct slice text)
{
    json_array_append_new(f->edits, form_edit(f->document, range, text, f->lsp->encoding));
}

static struct range whole_lines(const struct document *d, uint32_t first, uint32_t count)
{
    uint32_t last = first + count - 1;
    return (struct range){{first, 0}, {last, (uint32_t)text_line(&d->text, last).n}};
}

/* A rule, with its lines. */
static int format_rule(struct formatting *f, uint32_t line)
{
    const struct document *d = f->document;
    uint32_t count = d->text.lines[line].rule->lines;
    struct rule_context context;
    document_context(d, &f->lsp->project.checker, &context);
    struct buf before = {0}, after = {0};
    int rc = document_lines(d, line, count, &before);
    if (!rc)
        rc = layout_file(buf_slice(&before), &context, &after);
    struct slice old = buf_slice(&before), new = buf_slice(&after);
    if (old.n && old.p[old.n - 1] == '\r')
        old.n--;
    /* A backslash may have joined the empty line behind the file's last line end. */
    if (new.n && old.n &&old.p[old.n - 1] != '\n')
        new.n--;
    if (!rc && !slice_equal(old, new))
        add_edit(f, whole_lines(d, line, count), new);
    buf_fini(&before);
    buf_fini(&after);
    return rc;
}

/* No blanks at the end of a comment, none in a blank line. */
static void format_other(struct formatting *f, uint32_t line)
{
    struct slice text = text_line(&f->document->text, line);
    size_t n = text.n;
    while (n && (text.p[n - 1] == ' ' || text.p[n - 1] == '\t'))
        n--;
    if (!text_trim(text).n)
        n = 0;
    if (n < text.n)
        add_edit(f, (struct range){{line, (uint32_t)n}, {line, (uint32_t)text.n}}, slice_of("", 0));
}

/* The lines from there on are blank: the file ends with one line end, or is empty. */
static void format_end(struct formatting *f, uint32_t from)
{
    const struct text *text = &f->document->text;
    uint32_t last = text->count - 1;
    struct spot end = {last, (uint32_t)text_line(text, last).n};
    if (!from && !last && !end.byte)
        return;
    if (!from)
        add_edit(f, (struct range){{0, 0}, end}, slice_of("", 0));
    else if (from > last && end.byte)
        add_edit(f, (struct range){end, end}, slice_str("\n"));
    else if (from < last || (from == last && end.byte))
        add_edit(f, (struct range){{from, 0}, end}, slice_of("", 0));
}

/* The first of the blank lines at the end. */
static uint32_t blank_from(const struct text *text)
{
    uint32_t from = text->count;
    while (from > 0 && text->lines[from - 1].kind == LINE_OTHER && !text_trim(text_line(text, from - 1)).n)
        from--;
    return from;
}

static int format_lines(struct formatting *f, uint32_t from, uint32_t to)
{
    int rc = 0;
    for (uint32_t i = from; !rc && i < to; i++) {
        const struct text_line *line = &f->document->text.lines[i];
        if (line->rule)
            rc = format_rule(f, i);
        else if (line->kind == LINE_OTHER)
            format_other(f, i);
    }
    return rc;
}

static void answer(struct request *request, struct formatting *f, int rc)
{
    if (rc) {
        json_decref(f->edits);
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
    } else {
        request->result = f->edits;
    }
}

void handle_formatting(struct request *request)
{
    struct document *d;
    if (!request_document(request, &d))
        return;
    struct formatting f = {request->lsp, d, json_array()};
    uint32_t end = blank_from(&d->text);
    int rc = format_lines(&f, 0, end);
    format_end(&f, end);
    answer(request, &f, rc);
}

/* Rules that lie partly in the range as a whole. */
void handle_range_formatting(struct request *request)
{
    struct document *d;
    struct range range;
    uint32_t first;
    if (!request_range(request, &d, &range))
        return;
    struct formatting f = {request->lsp, d, json_array()};
    if (document_rule_line(d, range.from.line, &first))
        range.from.line = first;
    uint32_t to = range.to.line + (range.to.byte > 0 || range.to.line == range.from.line);
    answer(request, &f, format_lines(&f, range.from.line, to));
}
