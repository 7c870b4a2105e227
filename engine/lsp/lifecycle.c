/* The beginning and the end of a session: what both sides can, where the workspace is, what is configured. */
#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "lsp/json_form.h"
#include "lsp/request.h"
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

int lsp_configure(struct lsp *lsp, struct err *err)
{
    if (settings_join(&lsp->settings))
        return err_set(err, -ENOMEM, "out of memory");
    return project_configure(&lsp->project, &lsp->settings.files, err);
}

int lsp_find_project(struct lsp *lsp, struct err *err)
{
    char *path = uri_path(json_text_of(json_array_get(lsp->folders, 0), "uri"));
    struct rule_project found = {0};
    int rc = 0;
    if (path && path[0] == '/' && !lsp->settings.said.path && !lsp->config.no_project)
        rc = rule_project_find(&found, path, err);
    free(path);
    if (!rc && found.path)
        lsp->settings.said = found;
    else
        rule_project_fini(&found);
    return rc;
}

/* initializationOptions: {config, classification, reference, datasetDir, set: [NAME=VALUE], maxDiagnostics}.
 */
static void read_options(struct lsp *lsp, const json_t *params)
{
    json_t *options = json_object_get(params, "initializationOptions");
    json_int_t most = json_integer_value(json_object_get(options, "maxDiagnostics"));
    struct err err = {0};
    if (most > 0 && most < INT32_MAX)
        lsp->pushed_most = (unsigned)most;
    if (lsp->config.alone)
        return;
    if (json_is_object(options))
        lsp->settings.options = json_incref(options);
    int rc = lsp_find_project(lsp, &err);
    if (rc || lsp_configure(lsp, &err)) {
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
    json_object_set_new(json, "codeLensProvider", json_object());
    json_object_set_new(json, "executeCommandProvider", json_pack("{s[s]}", "commands", "sluice.runTests"));
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
    json_t *folders = json_object_get(request->params, "workspaceFolders");
    const char *root = json_string_value(json_object_get(request->params, "rootUri"));
    if (!lsp->config.alone)
        lsp->folders = json_is_array(folders) ? json_incref(folders)
                       : root                 ? json_pack("[{ss}]", "uri", root)
                                              : NULL;
    read_options(lsp, request->params);
    request->result = json_pack("{sos{ssss}}", "capabilities", capabilities(lsp), "serverInfo", "name",
                                "sluice", "version", SLUICE_VERSION);
}

/* The client tells us of files that change; it registers only when it is asked. */
static void watch(struct lsp *lsp)
{
    json_t *watchers = json_pack("[{ss}{ss}{ss}]", "globPattern", "**/*.rules", "globPattern",
                                 "**/*.test.yaml", "globPattern", "**/" RULE_PROJECT_FILE);
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
