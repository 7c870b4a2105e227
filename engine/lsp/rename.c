/*
 * textDocument/rename of marks and variables, in all rules of the project; of a variable in the file that
 * gives it its value as well, since rules would name nothing otherwise.
 */
#include <ctype.h>
#include <stdlib.h>

#include "lsp/json_form.h"
#include "lsp/request.h"
#include "lsp/uses.h"
#include "lsp/variable_file.h"
#include "rule/builder.h"
#include "rule/variables.h"
#include "rulework/check/across.h"

struct renaming {
    const struct lsp *lsp;
    json_t *changes; /* by URI */
    struct slice name;
    unsigned defined; /* times that the file of the variables gives it a value */
};

static void add(void *ctx, const struct use *use)
{
    struct renaming *r = ctx;
    json_t *edits = json_object_get(r->changes, use->document->uri);
    if (!edits) {
        edits = json_array();
        json_object_set_new(r->changes, use->document->uri, edits);
    }
    json_array_append_new(edits, form_edit(use->document, use->range, r->name, r->lsp->encoding));
}

static void add_defined(void *ctx, const struct use *use)
{
    struct renaming *r = ctx;
    r->defined += use->sets;
    add(ctx, use);
}

static void count_mark(void *ctx, const struct traits *traits, const struct trait_mark *mark)
{
    (void)traits;
    (void)mark;
    ++*(unsigned *)ctx;
}

static bool good_name(const struct named *named, struct slice name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!name.p[i] ||
            (!isalnum(name.p[i]) && !strchr(named->kind == NAMED_MARK ? "_.-/" : "_", name.p[i])))
            return false;
    return name.n > 0;
}

/* Two that become one cannot be told apart again. */
static bool taken(const struct lsp *lsp, const struct named *named, struct slice name)
{
    unsigned count = 0;
    if (named->kind == NAMED_VARIABLE)
        return variables_find_any(lsp->project.context->variables, name) != NULL;
    across_each_mark(lsp->project.checker.across, named->store, name, count_mark, &count);
    return count > 0;
}

static bool may_rename(struct request *request, const struct named *named, struct slice name)
{
    if (!good_name(named, name))
        return request_fail(request, LSP_REQUEST_FAILED, "a name has letters, digits and %s, and no blanks",
                            named->kind == NAMED_MARK ? "_ . - /" : "_");
    if (!slice_equal(named->name, name) && taken(request->lsp, named, name))
        return request_fail(request, LSP_REQUEST_FAILED, "\"%.*s\" is there already", (int)name.n,
                            (const char *)name.p);
    return true;
}

static void rename_all(struct request *request, const struct named *named, struct slice name)
{
    struct renaming r = {.lsp = request->lsp, .changes = json_object(), .name = name};
    int rc = uses_each(&request->lsp->project, NULL, named, add, &r);
    if (named->kind == NAMED_VARIABLE) {
        struct variable_file file;
        variable_file_open(&file, &request->lsp->project);
        variable_file_each(&file, named->name, add_defined, &r);
        variable_file_close(&file);
    }
    if (rc)
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
    else if (named->kind == NAMED_VARIABLE && !r.defined)
        request_fail(request, LSP_REQUEST_FAILED,
                     "no file that is read gives $%.*s its value: it cannot be renamed there",
                     (int)named->name.n, (const char *)named->name.p);
    else
        request->result = json_pack("{sO}", "changes", r.changes);
    json_decref(r.changes);
}

void handle_rename(struct request *request)
{
    struct document *d;
    struct spot at;
    struct rule_lines lines;
    const json_t *new = json_object_get(request->params, "newName");
    if (!request_spot(request, &d, &at))
        return;
    struct slice name = slice_of(json_string_value(new), json_string_length(new));
    int rc = rule_lines_lex(&lines, d, at.line);
    struct named named = {0};
    if (rc == 1)
        named = named_at(&lines, at);
    if (named.kind == NAMED_VARIABLE && name.n && name.p[0] == '$')
        name = slice_from(name, 1);
    if (named.kind == NAMED_NOTHING)
        request_fail(request, LSP_REQUEST_FAILED, "there is no flowbit, xbit, hostbit or variable here");
    else if (may_rename(request, &named, name))
        rename_all(request, &named, name);
    rule_lines_close(&lines);
}

void handle_prepare_rename(struct request *request)
{
    struct document *d;
    struct spot at;
    struct rule_lines lines;
    if (!request_spot(request, &d, &at))
        return;
    struct named named = {0};
    if (rule_lines_lex(&lines, d, at.line) == 1)
        named = named_at(&lines, at);
    if (named.kind != NAMED_NOTHING)
        request->result = form_range(d, rule_lines_range(&lines, named.name), request->lsp->encoding);
    rule_lines_close(&lines);
}
