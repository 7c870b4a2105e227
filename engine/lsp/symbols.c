/* textDocument/documentSymbol and workspace/symbol: rules by sid and message. */
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "lsp/json_form.h"
#include "lsp/raw_json.h"
#include "lsp/request.h"

enum { SYMBOL_EVENT = 24, FOUND_MOST = 500 };

static struct range rule_range(const struct document *d, uint32_t line)
{
    uint32_t last = line + d->text.lines[line].rule->lines - 1;
    return (struct range){{line, 0}, {last, (uint32_t)text_line(&d->text, last).n}};
}

/* The sid, if it is known where it stands; else the beginning of the rule. */
static struct range sid_range(const struct document *d, uint32_t line)
{
    const struct traits *traits = &d->text.lines[line].rule->traits;
    const struct place *place = &traits->sid_place;
    if (!traits->body)
        return (struct range){{line, 0}, {line, 0}};
    return finding_range(d, &(struct finding){.line = traits->line + place->line,
                                              .column = place->column,
                                              .end_line = traits->line + place->end_line,
                                              .end_column = place->end_column});
}

static int raw_name(const struct rule_entry *entry, struct buf *out)
{
    struct buf name = {0};
    int rc = entry->sid ? buf_printf(&name, "%u ", entry->sid) : 0;
    if (!rc)
        rc = buf_append(&name, slice_str(entry->message ? entry->message : "(no msg)"));
    if (!rc)
        rc = raw_text(buf_slice(&name), out);
    buf_fini(&name);
    return rc;
}

static int raw_location(const struct lsp *lsp, const struct document *d, uint32_t line, struct buf *out)
{
    int rc = buf_printf(out, ",\"location\":{\"uri\":");
    if (!rc)
        rc = raw_text(slice_str(d->uri), out);
    if (!rc)
        rc = buf_printf(out, ",\"range\":");
    if (!rc)
        rc = raw_range(d, rule_range(d, line), lsp->encoding, out);
    return rc ? rc : buf_append_byte(out, '}');
}

static int raw_ranges(const struct lsp *lsp, const struct document *d, uint32_t line, struct buf *out)
{
    int rc = buf_printf(out, ",\"range\":");
    if (!rc)
        rc = raw_range(d, rule_range(d, line), lsp->encoding, out);
    if (!rc)
        rc = buf_printf(out, ",\"selectionRange\":");
    return rc ? rc : raw_range(d, sid_range(d, line), lsp->encoding, out);
}

static int raw_symbol(const struct lsp *lsp, const struct document *d, uint32_t line, bool tree,
                      struct buf *out)
{
    int rc = buf_printf(out, "%s{\"name\":", out->n > 1 ? "," : "");
    if (!rc)
        rc = raw_name(d->text.lines[line].rule, out);
    if (!rc)
        rc = buf_printf(out, ",\"kind\":%d", SYMBOL_EVENT);
    if (!rc)
        rc = (tree ? raw_ranges : raw_location)(lsp, d, line, out);
    return rc ? rc : buf_append_byte(out, '}');
}

void handle_document_symbol(struct request *request)
{
    struct document *d;
    struct buf *out = &request->raw;
    if (!request_document(request, &d))
        return;
    int rc = buf_append_byte(out, '[');
    for (uint32_t i = 0; !rc && i < d->text.count; i++)
        if (d->text.lines[i].rule)
            rc = raw_symbol(request->lsp, d, i, request->lsp->can.symbols_tree, out);
    if (rc || buf_append_byte(out, ']'))
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
}

/* Digits are the beginning of a sid; all else is in the message, in any case. */
static bool found(const struct rule_entry *entry, const char *query)
{
    char sid[16];
    snprintf(sid, sizeof sid, "%u", entry->sid);
    return (*query && strncmp(sid, query, strlen(query)) == 0) ||
           (entry->message && strcasestr(entry->message, query));
}

void handle_workspace_symbol(struct request *request)
{
    const struct project *p = &request->lsp->project;
    const char *query = json_text_of(request->params, "query");
    struct buf *out = &request->raw;
    unsigned count = 0;
    int rc = buf_append_byte(out, '[');
    for (uint32_t i = 0; i < p->count; i++)
        for (uint32_t line = 0; !rc && line < p->documents[i]->text.count && count < FOUND_MOST; line++) {
            const struct rule_entry *entry = p->documents[i]->text.lines[line].rule;
            if (!entry || !found(entry, query))
                continue;
            count++;
            rc = raw_symbol(request->lsp, p->documents[i], line, false, out);
        }
    if (rc || buf_append_byte(out, ']'))
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
}
