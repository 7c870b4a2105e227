/*
 * textDocument/codeAction: the fixes of the findings at a place, a comment that disables a code there, and
 * (source.fixAll) all fixes of a file as `sluice rule check --fix` chooses them.
 */
#include <errno.h>
#include <stdlib.h>

#include "lsp/json_form.h"
#include "lsp/request.h"
#include "rule/option.h"
#include "output/json.h"
#include "rulework/check/fix.h"

static struct range edit_range(const struct document *d, const struct edit *edit)
{
    return finding_range(d, &(struct finding){.line = edit->line,
                                              .column = edit->column,
                                              .end_line = edit->line,
                                              .end_column = edit->end_column});
}

static json_t *form_edits(const struct lsp *lsp, const struct document *d, const struct edit *edits,
                          uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(
            list, form_edit(d, edit_range(d, &edits[i]), slice_str(edits[i].text), lsp->encoding));
    return list;
}

/* "replace contnet with content", "insert rev:1;", "remove :x"; of several edits, what they are about. */
static json_t *title(const struct document *d, const struct finding *finding)
{
    const struct edit *edit = &finding->edits[0];
    struct range range = edit_range(d, edit);
    struct slice old = slice_first(slice_from(text_line(&d->text, range.from.line), range.from.byte),
                                   edit->end_column - edit->column);
    struct slice new = text_trim(slice_str(edit->text));
    struct buf text = {0};
    int rc;
    if (finding->edit_count > 1)
        rc = buf_printf(&text, "mend %s", finding_info(finding->code)->code);
    else if (!old.n)
        rc = buf_printf(&text, "insert %.*s", (int)new.n, (const char *)new.p);
    else if (!new.n)
        rc = buf_printf(&text, "remove %.*s", (int)old.n, (const char *)old.p);
    else
        rc = buf_printf(&text, "replace %.*s with %.*s", (int)old.n, (const char *)old.p, (int)new.n,
                        (const char *)new.p);
    json_t *json = rc ? NULL : json_bytes(buf_slice(&text));
    buf_fini(&text);
    return json;
}

static bool meets(struct range a, struct range b)
{
    bool before = a.to.line < b.from.line || (a.to.line == b.from.line && a.to.byte < b.from.byte);
    bool behind = b.to.line < a.from.line || (b.to.line == a.from.line && b.to.byte < a.from.byte);
    return !before && !behind;
}

static json_t *fix_action(const struct lsp *lsp, const struct document *d, const struct finding *finding)
{
    json_t *edits = form_edits(lsp, d, finding->edits, finding->edit_count);
    return json_pack("{sosssbs[o]so}", "title", title(d, finding), "kind", "quickfix", "isPreferred", 1,
                     "diagnostics", form_diagnostic(d, finding, lsp->encoding, lsp->config.docs), "edit",
                     form_workspace_edit(d, edits));
}

/* A comment above the rule. Errors are not for that. */
static json_t *disable_action(const struct lsp *lsp, const struct document *d, const struct finding *finding)
{
    const char *code = finding_info(finding->code)->code;
    struct spot above = {finding->rule_line - 1, 0};
    char text[80], name[80];
    snprintf(text, sizeof text, "# sluice: disable=%s\n", code);
    snprintf(name, sizeof name, "disable %s for this rule", code);
    json_t *edit = form_edit(d, (struct range){above, above}, slice_str(text), lsp->encoding);
    return json_pack("{sssss[o]so}", "title", name, "kind", "quickfix", "diagnostics",
                     form_diagnostic(d, finding, lsp->encoding, lsp->config.docs), "edit",
                     form_workspace_edit(d, json_pack("[o]", edit)));
}

static int quick_fixes(const struct lsp *lsp, const struct document *d, struct range range, json_t *list)
{
    struct findings findings = {0};
    uint32_t first = range.from.line;
    document_rule_line(d, range.from.line, &first);
    int rc = document_findings(d, &lsp->project.checker, first, range.to.line + 1, &findings);
    for (uint32_t i = 0; !rc && i < findings.count; i++) {
        const struct finding *finding = &findings.list[i];
        if (!meets(range, finding_range(d, finding)))
            continue;
        if (finding->edit_count)
            json_array_append_new(list, fix_action(lsp, d, finding));
        if (finding->severity < SEVERITY_ERROR && finding->code != FINDING_UNKNOWN_CODE)
            json_array_append_new(list, disable_action(lsp, d, finding));
    }
    findings_fini(&findings);
    return rc;
}

static int fix_all(const struct lsp *lsp, const struct document *d, json_t *list)
{
    struct findings findings = {0};
    struct edit *edits = NULL;
    uint32_t count = 0;
    unsigned fixed = 0;
    int rc = document_findings(d, &lsp->project.checker, 0, d->text.count, &findings);
    if (!rc)
        rc = fix_choose(&findings, d->rank, &edits, &count, &fixed);
    if (!rc && count) {
        char name[80];
        snprintf(name, sizeof name, "mend all that can be mended (%u findings)", fixed);
        json_array_append_new(list,
                              json_pack("{ssssso}", "title", name, "kind", "source.fixAll.sluice", "edit",
                                        form_workspace_edit(d, form_edits(lsp, d, edits, count))));
    }
    free(edits);
    findings_fini(&findings);
    return rc;
}

/* Whether the client asks for actions of that kind, or of a kind above it. It asks for all fixes only by
 * name, since they take the whole file. */
static bool asks(const struct request *request, const char *kind, bool otherwise)
{
    const json_t *only = json_object_get(json_object_get(request->params, "context"), "only"), *one;
    size_t i;
    json_array_foreach(only, i, one)
    {
        const char *name = json_string_value(one);
        size_t n = name ? strlen(name) : 0;
        if (n && strncmp(kind, name, n) == 0 && (!kind[n] || kind[n] == '.'))
            return true;
    }
    return !json_is_array(only) && otherwise;
}

void handle_code_action(struct request *request)
{
    const struct lsp *lsp = request->lsp;
    struct document *d;
    struct range range;
    int rc = 0;
    if (!request_range(request, &d, &range))
        return;
    request->result = json_array();
    if (asks(request, "quickfix", true))
        rc = quick_fixes(lsp, d, range, request->result);
    if (!rc && asks(request, "source.fixAll.sluice", false))
        rc = fix_all(lsp, d, request->result);
    if (rc)
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
}
