#include "lsp/project.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/grow.h"
#include "base/hash.h"
#include "lsp/uri.h"
#include "rule/option.h"
#include "rule/rule_index.h"
#include "rule/rule_list.h"
#include "rulework/check/across.h"
#include "rulework/keyword_reference.h"

static const char *file_name(const void *ctx, uint32_t rank)
{
    return project_at(ctx, rank)->path;
}

/* Where a name stands, or would stand. */
static uint16_t *keyword_slot(struct project *p, struct slice name)
{
    char lower[64];
    size_t n = name.n < sizeof lower ? name.n : sizeof lower;
    for (size_t i = 0; i < n; i++)
        lower[i] = (char)tolower(name.p[i]);
    size_t at = hash_bytes(lower, n, 0) % PROJECT_KEYWORD_SLOTS;
    for (;; at = (at + 1) % PROJECT_KEYWORD_SLOTS) {
        uint16_t *slot = &p->keyword_slots[at];
        const struct keyword_reference *r = *slot ? &p->keywords[*slot - 1] : NULL;
        if (!r || text_equal(name, r->name) || (r->alias && text_equal(name, r->alias)))
            return slot;
    }
}

static void index_keywords(struct project *p)
{
    for (size_t i = 0; i < p->keyword_count && i < PROJECT_KEYWORD_SLOTS / 4; i++) {
        *keyword_slot(p, slice_str(p->keywords[i].name)) = (uint16_t)(i + 1);
        if (p->keywords[i].alias)
            *keyword_slot(p, slice_str(p->keywords[i].alias)) = (uint16_t)(i + 1);
    }
}

const struct keyword_reference *project_keyword(const struct project *p, struct slice name)
{
    uint16_t at = *keyword_slot((struct project *)p, name);
    return at ? &p->keywords[at - 1] : NULL;
}

int project_init(struct project *p, const struct author_files *files, const struct finding_choice *choice,
                 struct err *err)
{
    *p = (struct project){.files = *files};
    p->context = author_context_new(files, err);
    if (!p->context)
        return -EINVAL;
    p->index = rule_index_new();
    p->checker.choice = choice;
    p->checker.context = p->context;
    p->checker.across = across_new(file_name, p);
    if (!p->index || !p->checker.across || keyword_references(&p->keywords, &p->keyword_count))
        return err_set(err, -ENOMEM, "out of memory");
    p->checker.sets = rule_index_sets(p->index);
    index_keywords(p);
    return 0;
}

void project_fini(struct project *p)
{
    for (uint32_t i = p->count; i-- > 0;)
        document_free(p->documents[i], &p->checker);
    free(p->documents);
    test_index_fini(&p->tests);
    free(p->keywords);
    across_free(p->checker.across);
    rule_index_free(p->index);
    author_context_free(p->context);
    *p = (struct project){0};
}

int project_configure(struct project *p, const struct author_files *files, struct err *err)
{
    struct rule_context *context = author_context_new(files, err);
    struct rule_index *index = context ? rule_index_new() : NULL;
    if (!index) {
        author_context_free(context);
        return context ? err_set(err, -ENOMEM, "out of memory") : -EINVAL;
    }
    author_context_free(p->context);
    rule_index_free(p->index);
    p->files = *files;
    p->checker.context = p->context = context;
    p->index = index;
    p->checker.sets = rule_index_sets(index);
    p->changes++;
    int rc = 0;
    for (uint32_t i = 0; !rc && i < p->count; i++)
        rc = document_recheck(p->documents[i], &p->checker);
    return rc ? err_set(err, rc, "out of memory") : 0;
}

struct document *project_at(const struct project *p, uint32_t rank)
{
    return p->documents[rank];
}

/* Where the path stands, or would stand. */
static uint32_t position(const struct project *p, const char *path, bool *found)
{
    uint32_t low = 0, high = p->count;
    *found = false;
    while (low < high && !*found) {
        uint32_t middle = low + (high - low) / 2;
        int by = strcmp(p->documents[middle]->path, path);
        *found = by == 0;
        if (by < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return high;
}

static struct document *find_path(const struct project *p, const char *path)
{
    bool found;
    uint32_t at = position(p, path, &found);
    return found ? p->documents[at] : NULL;
}

struct document *project_find(const struct project *p, const char *uri)
{
    char *path = uri_path(uri);
    struct document *d = path ? find_path(p, path) : NULL;
    free(path);
    return d;
}

static void rank_from(struct project *p, uint32_t at)
{
    for (; at < p->count; at++)
        if (p->documents[at]->rank != at)
            document_move(p->documents[at], at);
}

/* A new one, without text; NULL when memory is short. */
static struct document *add(struct project *p, const char *uri, const char *path)
{
    bool found;
    uint32_t at = position(p, path, &found);
    if (grow_array(&p->documents, p->count, &p->capacity))
        return NULL;
    struct document *d = document_new(uri, path);
    if (!d)
        return NULL;
    memmove(p->documents + at + 1, p->documents + at, (p->count - at) * sizeof(struct document *));
    p->documents[at] = d;
    p->count++;
    d->rank = at;
    rank_from(p, at);
    return d;
}

static void drop(struct project *p, struct document *d)
{
    uint32_t at = d->rank;
    if (d->on_disk)
        p->disk_bytes -= d->disk_bytes;
    document_free(d, &p->checker);
    p->count--;
    memmove(p->documents + at, p->documents + at + 1, (p->count - at) * sizeof(struct document *));
    rank_from(p, at);
    p->changes++;
}

int project_set(struct project *p, struct document *d, struct slice text)
{
    int rc = author_context_tidy(p->context);
    p->changes++;
    return rc ? rc : document_set(d, &p->checker, text);
}

int project_edit(struct project *p, struct document *d, struct range range, struct slice with)
{
    int rc = author_context_tidy(p->context);
    p->changes++;
    return rc ? rc : document_edit(d, &p->checker, range, with);
}

static int open_new(struct project *p, const char *uri, struct document **d)
{
    char *path = uri_path(uri);
    if (!path)
        return -ENOMEM;
    *d = add(p, uri, path);
    free(path);
    return *d ? 0 : -ENOMEM;
}

int project_open(struct project *p, const char *uri, int64_t version, struct slice text)
{
    struct document *d = project_find(p, uri);
    if ((!d || !d->open) && p->open >= PROJECT_OPEN_MOST)
        return -ENOSPC;
    int rc = d ? 0 : open_new(p, uri, &d);
    if (rc)
        return rc;
    p->open += !d->open;
    d->open = true;
    d->version = version;
    d->pushed = 0;
    char *own = strdup(uri); /* as the editor spells it */
    if (own) {
        free(d->uri);
        d->uri = own;
    }
    return project_set(p, d, text);
}

int project_close(struct project *p, struct document *d)
{
    p->open -= d->open;
    d->open = false;
    if (!d->on_disk) {
        drop(p, d);
        return 0;
    }
    return project_read(p, d->path);
}

int project_take(struct project *p, const char *path, struct slice text)
{
    struct document *d = find_path(p, path);
    bool fresh = !d;
    if (p->disk_bytes - (d ? d->disk_bytes : 0) + text.n > PROJECT_BYTES_MOST ||
        (fresh && p->count >= PROJECT_FILES_MOST)) {
        p->capped = true;
        return 0;
    }
    if (fresh) {
        char *uri = uri_of_path(path);
        d = uri ? add(p, uri, path) : NULL;
        free(uri);
        if (!d)
            return -ENOMEM;
    }
    p->disk_bytes += text.n - d->disk_bytes;
    d->disk_bytes = text.n;
    d->on_disk = true;
    return d->open ? 0 : project_set(p, d, text);
}

void project_lose(struct project *p, const char *path)
{
    struct document *d = find_path(p, path);
    if (d && d->open) {
        p->disk_bytes -= d->disk_bytes;
        d->disk_bytes = 0;
        d->on_disk = false;
    } else if (d) {
        drop(p, d);
    }
}

/* Whether the path lies below the folder. */
static bool below(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    while (n && folder[n - 1] == '/')
        n--;
    return strncmp(path, folder, n) == 0 && path[n] == '/';
}

void project_leave(struct project *p, const char *folder)
{
    for (uint32_t i = p->count; i-- > 0;)
        if (below(p->documents[i]->path, folder))
            project_lose(p, p->documents[i]->path);
    for (uint32_t i = p->tests.file_count; i-- > 0;)
        if (below(p->tests.files[i], folder))
            test_index_drop(&p->tests, p->tests.files[i]);
}
