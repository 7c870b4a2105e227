/* The files of a project that are on disk: found in the workspace's folders, read, read again. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "lsp/project.h"
#include "lsp/uri.h"
#include "rule/file.h"

static bool is_rule_file(const char *name)
{
    size_t n = strlen(name);
    return n > 6 && name[0] != '.' && strcmp(name + n - 6, ".rules") == 0;
}

int project_read(struct project *p, const char *path)
{
    struct stat st;
    struct buf text = {0};
    struct err err = {0};
    /* A pipe or a device would never end. */
    bool plain = stat(path, &st) == 0 && S_ISREG(st.st_mode);
    int rc = plain ? file_read(path, TEXT_BYTES_MOST, &text, &err) : -ENOENT;
    if (rc == -EFBIG)
        p->capped = true;
    if (!rc)
        rc = project_take(p, path, buf_slice(&text));
    else if (rc != -ENOMEM)
        project_lose(p, path);
    buf_fini(&text);
    return rc == -ENOMEM ? rc : 0;
}

static int skip_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "node_modules") != 0;
}

static int scan(struct project *p, const char *folder, unsigned depth);

static int scan_entry(struct project *p, const char *folder, const char *name, unsigned depth)
{
    struct buf path = {0};
    struct stat st;
    int rc = buf_printf(&path, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
    if (!rc)
        rc = buf_append_byte(&path, 0);
    /* Links to folders are not followed: they may lead back. */
    if (!rc && lstat((const char *)path.p, &st) == 0 && S_ISDIR(st.st_mode))
        rc = scan(p, (const char *)path.p, depth + 1);
    else if (!rc && is_rule_file(name))
        rc = project_read(p, (const char *)path.p);
    else if (!rc && test_index_is_file(name))
        rc = test_index_add(&p->tests, (const char *)path.p);
    buf_fini(&path);
    return rc;
}

static int scan(struct project *p, const char *folder, unsigned depth)
{
    struct dirent **entries = NULL;
    int rc = 0, count = depth < PROJECT_DEPTH_MOST ? scandir(folder, &entries, skip_hidden, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        if (!rc && !p->capped)
            rc = scan_entry(p, folder, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int project_scan(struct project *p, const char *folder)
{
    return scan(p, folder, 0);
}

int project_refresh(struct project *p, const char *uri)
{
    char *path = uri_path(uri);
    int rc = path ? 0 : -ENOMEM;
    if (path && test_index_is_file(path) && access(path, R_OK) == 0)
        rc = test_index_add(&p->tests, path);
    else if (path && test_index_is_file(path))
        test_index_drop(&p->tests, path);
    else if (path && is_rule_file(strrchr(path, '/') ? strrchr(path, '/') + 1 : path))
        rc = project_read(p, path);
    free(path);
    return rc;
}
