/* definition, references and highlights of marks and variables. */
#include "lsp/json_form.h"
#include "lsp/request.h"
#include "lsp/uses.h"
#include "lsp/variable_file.h"

enum { HIGHLIGHT_TEXT = 1, HIGHLIGHT_READ = 2, HIGHLIGHT_WRITE = 3 };

struct navigation {
    struct request *request;
    struct document *document;
    struct rule_lines lines;
    struct named named;
};

/* What the place of the request names; false when it names nothing, or the request has failed. */
static bool begin(struct navigation *n, struct request *request)
{
    struct spot at;
    *n = (struct navigation){.request = request};
    if (!request_spot(request, &n->document, &at))
        return false;
    int rc = rule_lines_lex(&n->lines, n->document, at.line);
    if (rc == 1)
        n->named = named_at(&n->lines, at);
    else if (rc < 0)
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
    if (n->named.kind != NAMED_NOTHING)
        request->result = json_array();
    return n->named.kind != NAMED_NOTHING;
}

static void end(struct navigation *n, int rc)
{
    if (rc)
        request_fail(n->request, LSP_INTERNAL_ERROR, "out of memory");
    rule_lines_close(&n->lines);
}

static void add(struct request *request, const struct use *use)
{
    json_array_append_new(request->result, form_location(use->document, use->range, request->lsp->encoding));
}

static void add_any(void *ctx, const struct use *use)
{
    add(ctx, use);
}

static void add_setter(void *ctx, const struct use *use)
{
    if (use->sets)
        add(ctx, use);
}

static void in_variable_file(const struct navigation *n, use_fn each)
{
    struct variable_file file;
    variable_file_open(&file, &n->request->lsp->project);
    variable_file_each(&file, n->named.name, each, n->request);
    variable_file_close(&file);
}

/* Of a mark: where it is set. Of a variable: where it is given its value. */
void handle_definition(struct request *request)
{
    struct navigation n;
    int rc = 0;
    if (begin(&n, request)) {
        if (n.named.kind == NAMED_VARIABLE)
            in_variable_file(&n, add_setter);
        else
            rc = uses_each(&request->lsp->project, NULL, &n.named, add_setter, request);
    }
    end(&n, rc);
}

void handle_references(struct request *request)
{
    struct navigation n;
    int rc = 0;
    if (begin(&n, request)) {
        const json_t *context = json_object_get(request->params, "context");
        rc = uses_each(&request->lsp->project, NULL, &n.named, add_any, request);
        if (n.named.kind == NAMED_VARIABLE && json_is_true(json_object_get(context, "includeDeclaration")))
            in_variable_file(&n, add_any);
    }
    end(&n, rc);
}

static void add_highlight(void *ctx, const struct use *use)
{
    struct request *request = ctx;
    int kind = use->sets ? HIGHLIGHT_WRITE : use->reads ? HIGHLIGHT_READ : HIGHLIGHT_TEXT;
    json_array_append_new(request->result,
                          json_pack("{sosi}", "range",
                                    form_range(use->document, use->range, request->lsp->encoding), "kind",
                                    kind));
}

void handle_document_highlight(struct request *request)
{
    struct navigation n;
    int rc = 0;
    if (begin(&n, request))
        rc = uses_each(&request->lsp->project, n.document, &n.named, add_highlight, request);
    end(&n, rc);
}
