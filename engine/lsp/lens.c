/* textDocument/codeLens and workspace/executeCommand: "run N tests" above the rules that have some. */
#include <stdio.h>

#include "lsp/json_form.h"
#include "lsp/request.h"
#include "output/json.h"

#define RUN_TESTS "sluice.runTests"

static json_t *form_lens(const struct lsp *lsp, const struct document *d, uint32_t line, uint32_t count)
{
    char title[48];
    snprintf(title, sizeof title, count == 1 ? "run its test" : "run %u tests", count);
    json_t *arguments = json_pack("[sI]", d->uri, (json_int_t)d->text.lines[line].rule->sid);
    return json_pack("{sos{ssssso}}", "range",
                     form_range(d, (struct range){{line, 0}, {line, 0}}, lsp->encoding), "command", "title",
                     title, "command", RUN_TESTS, "arguments", arguments);
}

void handle_code_lens(struct request *request)
{
    struct lsp *lsp = request->lsp;
    struct document *d;
    if (!request_document(request, &d))
        return;
    request->result = json_array();
    for (uint32_t i = 0; i < d->text.count && lsp->project.tests.file_count; i++) {
        const struct rule_entry *entry = d->text.lines[i].rule;
        uint32_t first,
            count = entry && entry->sid ? test_index_count(&lsp->project.tests, entry->sid, &first) : 0;
        if (count)
            json_array_append_new(request->result, form_lens(lsp, d, i, count));
    }
}

/* The answer comes when the tests have run: lsp_tests_done. */
void handle_execute_command(struct request *request)
{
    struct lsp *lsp = request->lsp;
    const json_t *arguments = json_object_get(request->params, "arguments");
    json_int_t sid = json_integer_value(json_array_get(arguments, 1));
    uint32_t first;
    if (strcmp(json_text_of(request->params, "command"), RUN_TESTS) != 0)
        request_fail(request, LSP_INVALID_PARAMS, "there is no such command");
    else if (lsp->tests)
        request_fail(request, LSP_REQUEST_FAILED, "tests are running");
    else if (sid <= 0 || sid > UINT32_MAX || !test_index_count(&lsp->project.tests, (uint32_t)sid, &first))
        request_fail(request, LSP_REQUEST_FAILED, "no test of the workspace names that sid");
    else if (!(lsp->tests = test_run_start(&lsp->project.tests, (uint32_t)sid)))
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
    else
        request->later = true;
}

static void tell(struct lsp *lsp, const struct test_verdict *v)
{
    char text[160];
    uint32_t all = v->passed + v->failed;
    if (v->error)
        snprintf(text, sizeof text, "the tests of sid %u could not be run: %.80s", v->sid, v->text);
    else if (v->failed)
        snprintf(text, sizeof text, "%u of %u tests of sid %u failed (the log says why)", v->failed, all,
                 v->sid);
    else
        snprintf(text, sizeof text, "%u test%s of sid %u passed", all, all == 1 ? "" : "s", v->sid);
    lsp_log(lsp, v->failed || v->error ? 1 : 3, "%.400s", v->text);
    lsp_show(lsp, v->failed || v->error ? 1 : 3, text);
}

json_t *lsp_tests_done(struct lsp *lsp)
{
    struct test_verdict v = test_run_verdict(lsp->tests);
    if (!v.stopped)
        tell(lsp, &v);
    json_t *result = v.stopped ? NULL
                               : json_pack("{sIsIsIsbso}", "sid", (json_int_t)v.sid, "passed",
                                           (json_int_t)v.passed, "failed", (json_int_t)v.failed, "error",
                                           (int)v.error, "text", json_text(v.text));
    test_run_free(lsp->tests);
    lsp->tests = NULL;
    return result;
}
