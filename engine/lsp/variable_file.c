#include "lsp/variable_file.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "lsp/uri.h"
#include "rule/file.h"

enum { FILE_MOST = 4 << 20 };

void variable_file_open(struct variable_file *file, const struct project *project)
{
    char *path = project->files.config ? realpath(project->files.config, NULL) : NULL;
    char *uri = path ? uri_of_path(path) : NULL;
    struct buf text = {0};
    struct err err;
    uint32_t added;
    file->document = uri && file_read(path, FILE_MOST, &text, &err) == 0 ? document_new(uri, path) : NULL;
    /* Only lines are wanted of it, and no rules. */
    if (file->document &&
        text_replace(&file->document->text, (struct range){{0, 0}, {0, 0}}, buf_slice(&text), &added)) {
        document_free(file->document, NULL);
        file->document = NULL;
    }
    buf_fini(&text);
    free(uri);
    free(path);
}

void variable_file_close(struct variable_file *file)
{
    document_free(file->document, NULL);
    file->document = NULL;
}

static void tell(const struct document *d, uint32_t line, size_t at, size_t n, bool sets, use_fn each,
                 void *ctx)
{
    struct use use = {.document = d,
                      .range = {{line, (uint32_t)at}, {line, (uint32_t)(at + n)}},
                      .sets = sets,
                      .reads = !sets};
    each(ctx, &use);
}

/* "  NAME: value", the name in quotes or not: where it stands; the line's length when it does not. */
static size_t key_at(struct slice line, struct slice name)
{
    size_t at = 0;
    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '"' || line.p[at] == '\''))
        at++;
    if (line.n - at <= name.n || memcmp(line.p + at, name.p, name.n) != 0)
        return line.n;
    size_t behind = at + name.n;
    while (behind < line.n && (line.p[behind] == ' ' || line.p[behind] == '"' || line.p[behind] == '\''))
        behind++;
    return behind < line.n && line.p[behind] == ':' ? at : line.n;
}

void variable_file_each(const struct variable_file *file, struct slice name, use_fn each, void *ctx)
{
    const struct document *d = file->document;
    for (uint32_t i = 0; d && i < d->text.count; i++) {
        struct slice line = text_line(&d->text, i);
        size_t key = key_at(line, name);
        if (key < line.n)
            tell(d, i, key, name.n, true, each, ctx);
        for (size_t at = 0; at < line.n && line.p[at] != '#'; at++) {
            struct slice here = line.p[at] == '$' ? rule_spot_variable(line, at) : slice_of(NULL, 0);
            if (here.n && slice_equal(here, name))
                tell(d, i, (size_t)(here.p - line.p), here.n, false, each, ctx);
        }
    }
}
