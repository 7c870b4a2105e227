/* What happens to documents: opened, changed, closed, changed on disk. */
#include <errno.h>
#include <stdlib.h>

#include "lsp/json_form.h"
#include "lsp/request.h"
#include "lsp/uri.h"
#include "base/err.h"

/* The text of a member; NULL bytes when it is none. */
static struct slice text_of(const json_t *object, const char *key)
{
    const json_t *text = json_object_get(object, key);
    return json_is_string(text) ? slice_of(json_string_value(text), json_string_length(text))
                                : slice_of(NULL, 0);
}

static void failed(struct request *request, const char *uri, int rc)
{
    request_fail(request, LSP_INTERNAL_ERROR, "%.100s: %s", uri,
                 rc == -EFBIG    ? "longer than 64 MiB or 2,000,000 lines: it is not looked at"
                 : rc == -ENOSPC ? "too many documents are open"
                                 : "out of memory");
}

void handle_did_open(struct request *request)
{
    const json_t *document = json_object_get(request->params, "textDocument");
    const char *uri = json_string_value(json_object_get(document, "uri"));
    struct slice text = text_of(document, "text");
    if (!uri || !text.p) {
        request_fail(request, LSP_INVALID_PARAMS, "textDocument needs uri and text");
        return;
    }
    int rc = project_open(&request->lsp->project, uri,
                          json_integer_value(json_object_get(document, "version")), text);
    if (rc)
        failed(request, uri, rc);
}

static bool change(struct request *request, struct document *d, const json_t *event)
{
    struct lsp *lsp = request->lsp;
    const json_t *range_json = json_object_get(event, "range");
    struct slice text = text_of(event, "text");
    struct range range;
    if (!text.p)
        return request_fail(request, LSP_INVALID_PARAMS, "a change has no text");
    if (range_json && !range_read(lsp, d, range_json, &range))
        return request_fail(request, LSP_INVALID_PARAMS, "a change lies outside of the document: %.100s",
                            d->uri);
    int rc = range_json ? project_edit(&lsp->project, d, range, text) : project_set(&lsp->project, d, text);
    if (rc)
        failed(request, d->uri, rc);
    return rc == 0;
}

void handle_did_change(struct request *request)
{
    struct document *d;
    size_t i;
    json_t *event;
    if (!request_document(request, &d))
        return;
    json_array_foreach(json_object_get(request->params, "contentChanges"), i, event)
    {
        if (!change(request, d, event))
            return;
    }
    d->version =
        json_integer_value(json_object_get(json_object_get(request->params, "textDocument"), "version"));
}

void handle_did_close(struct request *request)
{
    struct document *d;
    if (!request_document(request, &d))
        return;
    lsp_unpublish(request->lsp, d->uri);
    if (project_close(&request->lsp->project, d))
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
}

static bool is_file(const char *file, const char *path)
{
    char *real = file ? realpath(file, NULL) : NULL;
    bool is = real && strcmp(real, path) == 0;
    free(real);
    return is;
}

/* Whether the file is one that the rules' context was read from. */
static bool is_setting(const struct lsp *lsp, const char *uri)
{
    const struct author_files *files = &lsp->project.files;
    char *path = uri_path(uri);
    const char *slash = path ? strrchr(path, '/') : NULL;
    bool is = slash && !lsp->settings.said.path && strcmp(slash + 1, RULE_PROJECT_FILE) == 0;
    is |= path && (is_file(files->config, path) || is_file(files->classification, path) ||
                   is_file(files->reference, path) || is_file(lsp->settings.said.path, path));
    free(path);
    return is;
}

/* The project's file again; what it said before stays when it cannot be read. */
static int read_project(struct lsp *lsp, struct err *err)
{
    struct rule_project anew = {0};
    int rc = lsp->settings.said.path ? rule_project_read(&anew, lsp->settings.said.path, err) : 0;
    if (rc || !anew.path) {
        rule_project_fini(&anew);
        return rc;
    }
    struct rule_project old = lsp->settings.said;
    lsp->settings.said = anew;
    rc = lsp_configure(lsp, err); /* it no longer borrows from the old one, if that went well */
    if (rc) {
        lsp->settings.said = old;
        old = anew;
        settings_join(&lsp->settings);
        lsp->project.files = lsp->settings.files;
    }
    rule_project_fini(&old);
    return rc;
}

static void configure_again(struct lsp *lsp)
{
    struct err err = {0};
    bool known = lsp->settings.said.path;
    int rc = known ? read_project(lsp, &err) : lsp_find_project(lsp, &err);
    if (!rc && !known)
        rc = lsp_configure(lsp, &err);
    if (rc) {
        char text[ERR_TEXT];
        err_text(&err, text);
        lsp_show(lsp, 1, text);
    }
}

void handle_did_change_watched_files(struct request *request)
{
    struct project *p = &request->lsp->project;
    size_t i;
    json_t *event;
    bool settings = false;
    if (request->lsp->config.alone)
        return;
    json_array_foreach(json_object_get(request->params, "changes"), i, event)
    {
        const char *uri = json_text_of(event, "uri");
        settings |= is_setting(request->lsp, uri);
        if (project_refresh(p, uri))
            request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
    }
    if (settings)
        configure_again(request->lsp);
}

static void each_folder(struct request *request, const json_t *folders, bool come)
{
    size_t i;
    json_t *folder;
    json_array_foreach(folders, i, folder)
    {
        char *path = uri_path(json_text_of(folder, "uri"));
        if (path && path[0] == '/' && come)
            project_scan(&request->lsp->project, path);
        else if (path && path[0] == '/')
            project_leave(&request->lsp->project, path);
        free(path);
    }
}

void handle_did_change_workspace_folders(struct request *request)
{
    const json_t *event = json_object_get(request->params, "event");
    if (request->lsp->config.alone)
        return;
    each_folder(request, json_object_get(event, "removed"), false);
    each_folder(request, json_object_get(event, "added"), true);
}
