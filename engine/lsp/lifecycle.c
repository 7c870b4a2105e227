/* The beginning and the end of a session: what both sides can, where the workspace is, what is configured. */
#include <stdlib.h>

#include "base/err.h"
#include "lsp/json_form.h"
#include "lsp/session.h"
#include "lsp/tokens.h"
#include "lsp/uri.h"

static bool has(const json_t *params, const char *group, const char *ability, const char *detail)
{
    const json_t *json = json_object_get(json_object_get(params, "capabilities"), group);
    json = json_object_get(json, ability);
    if (detail)
        json = json_object_get(json, detail);
    return json && !json_is_false(json);
}

/* The client says which it understands, the one that it likes best first. */
static enum position_encoding choose_encoding(const json_t *params)
{
    const json_t *general = json_object_get(json_object_get(params, "capabilities"), "general");
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(general, "positionEncodings"), i, name)
    {
        for (int e = ENCODING_UTF16; e <= ENCODING_UTF32; e++)
            if (json_is_string(name) &&
                strcmp(json_string_value(name), position_encoding_name((enum position_encoding)e)) == 0)
                return (enum position_encoding)e;
    }
    return ENCODING_UTF16;
}

static void read_abilities(struct lsp *lsp, const json_t *params)
{
    lsp->encoding = choose_encoding(params);
    lsp->can = (struct lsp_abilities){
        .pull = has(params, "textDocument", "diagnostic", NULL),
        .watches = has(params, "workspace", "didChangeWatchedFiles", "dynamicRegistration"),
        .symbols_tree = has(params, "textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport"),
    };
}

/* A text among the options; what was given at the command line otherwise. */
static const char *option_text(const json_t *options, const char *key, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(options, key));
    return text && *text ? text : otherwise;
}

/* initializationOptions: {config, classification, reference, datasetDir, set: [NAME=VALUE], maxDiagnostics}.
 */
static void read_options(struct lsp *lsp, const json_t *params)
{
    json_t *options = json_object_get(params, "initializationOptions"), *set, *one;
    struct author_files files = lsp->project.files;
    struct err err = {0};
    size_t i;
    if (!json_is_object(options))
        return;
    lsp->options = json_incref(options);
    if (!lsp->config.alone) {
        files.config = option_text(options, "config", files.config);
        files.classification = option_text(options, "classification", files.classification);
        files.reference = option_text(options, "reference", files.reference);
        files.dataset_dir = option_text(options, "datasetDir", files.dataset_dir);
    }
    set = json_object_get(options, "set");
    lsp->assignments = calloc(files.assignment_count + json_array_size(set) + 1, sizeof *lsp->assignments);
    size_t count = 0;
    for (i = 0; lsp->assignments && i < files.assignment_count; i++)
        lsp->assignments[count++] = files.assignments[i];
    json_array_foreach(set, i, one)
    {
        if (lsp->assignments && json_is_string(one))
            lsp->assignments[count++] = json_string_value(one);
    }
    if (lsp->assignments) {
        files.assignments = lsp->assignments;
        files.assignment_count = count;
    }
    json_int_t most = json_integer_value(json_object_get(options, "maxDiagnostics"));
    if (most > 0 && most < INT32_MAX)
        lsp->pushed_most = (unsigned)most;
    if (project_configure(&lsp->project, &files, &err)) {
        char text[ERR_TEXT];
        err_text(&err, text);
        lsp_show(lsp, 1, text); /* and what was given at the command line stays */
    }
}

static json_t *capabilities(const struct lsp *lsp)
{
    json_t *json = json_pack("{ss s{sbsi}}", "positionEncoding", position_encoding_name(lsp->encoding),
                             "textDocumentSync", "openClose", 1, "change", 2 /* incremental */);
    json_object_set_new(
        json, "diagnosticProvider",
        json_pack("{sssbsb}", "identifier", "sluice", "interFileDependencies", 1, "workspaceDiagnostics", 0));
    static const char *const plain[] = {"hoverProvider",
                                        "documentSymbolProvider",
                                        "workspaceSymbolProvider",
                                        "documentFormattingProvider",
                                        "documentRangeFormattingProvider",
                                        "definitionProvider",
                                        "referencesProvider",
                                        "documentHighlightProvider"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        json_object_set_new(json, plain[i], json_true());
    json_object_set_new(json, "codeActionProvider",
                        json_pack("{s[ss]}", "codeActionKinds", "quickfix", "source.fixAll.sluice"));
    json_object_set_new(
        json, "completionProvider",
        json_pack("{s[ssssssss]}", "triggerCharacters", ":", ",", "|", "$", ".", " ", "=", "["));
    json_object_set_new(json, "renameProvider", json_pack("{sb}", "prepareProvider", 1));
    json_object_set_new(json, "signatureHelpProvider", json_pack("{s[ss]}", "triggerCharacters", ":", ","));
    json_object_set_new(json, "semanticTokensProvider",
                        json_pack("{sosbsb}", "legend", tokens_legend(), "full", 1, "range", 1));
    json_object_set_new(json, "workspace",
                        json_pack("{s{sbsb}}", "workspaceFolders", "supported", 1, "changeNotifications", 1));
    return json;
}

void handle_initialize(struct request *request)
{
    struct lsp *lsp = request->lsp;
    if (lsp->initialized) {
        request_fail(request, LSP_INVALID_REQUEST, "initialize comes once");
        return;
    }
    lsp->initialized = true;
    read_abilities(lsp, request->params);
    read_options(lsp, request->params);
    json_t *folders = json_object_get(request->params, "workspaceFolders");
    const char *root = json_string_value(json_object_get(request->params, "rootUri"));
    if (!lsp->config.alone)
        lsp->folders = json_is_array(folders) ? json_incref(folders)
                       : root                 ? json_pack("[{ss}]", "uri", root)
                                              : NULL;
    request->result = json_pack("{sos{ssss}}", "capabilities", capabilities(lsp), "serverInfo", "name",
                                "sluice", "version", SLUICE_VERSION);
}

/* The client tells us of files that change; it registers only when it is asked. */
static void watch(struct lsp *lsp)
{
    json_t *watchers = json_pack("[{ss}]", "globPattern", "**/*.rules");
    const char *files[] = {lsp->project.files.config, lsp->project.files.classification,
                           lsp->project.files.reference};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = files[i] ? realpath(files[i], NULL) : NULL;
        if (path)
            json_array_append_new(watchers, json_pack("{ss}", "globPattern", path));
        free(path);
    }
    lsp_ask(lsp, "client/registerCapability",
            json_pack("{s[{sssss{so}}]}", "registrations", "id", "watch", "method",
                      "workspace/didChangeWatchedFiles", "registerOptions", "watchers", watchers));
}

/* Not before the client has its answer: a large workspace takes a while to read. */
void handle_initialized(struct request *request)
{
    struct lsp *lsp = request->lsp;
    size_t i;
    json_t *folder;
    if (lsp->can.watches && !lsp->config.alone)
        watch(lsp);
    json_array_foreach(lsp->folders, i, folder)
    {
        char *path = uri_path(json_text_of(folder, "uri"));
        if (path && path[0] == '/')
            project_scan(&lsp->project, path);
        free(path);
    }
    if (lsp->project.capped)
        lsp_log(lsp, 2,
                "more *.rules than are read (%d files, %d MiB): marks that the others set are not known",
                PROJECT_FILES_MOST, PROJECT_BYTES_MOST >> 20);
}

void handle_shutdown(struct request *request)
{
    request->lsp->shut_down = true;
}

void handle_exit(struct request *request)
{
    request->lsp->ended = true;
}
