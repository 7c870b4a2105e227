#include "rule/rule_paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "rule/file.h"

enum { RULE_FILE_MOST = 256 << 20 };

static int read_file(const char *path, rule_path_fn each, void *ctx, struct err *err)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash ? strndup(path, slash > path ? (size_t)(slash - path) : 1) : strdup(".");
    struct buf text = {0};
    int rc = directory ? file_read(path, RULE_FILE_MOST, &text, err) : err_set(err, -ENOMEM, "out of memory");
    if (!rc) {
        rc = each(ctx, &(struct rule_path){.name = path, .directory = directory, .text = buf_slice(&text)});
        if (rc == -ENOMEM)
            err_set(err, rc, "out of memory");
    }
    free(directory);
    buf_fini(&text);
    return rc;
}

static int is_rule_file(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 6 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 6, ".rules") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int failed(const char *path, const char *what, struct err *err)
{
    int code = -errno;
    err_at(err, path, 0, 0);
    return err_set(err, code, "%s: %s", what, strerror(-code));
}

static int read_folder(const char *path, rule_path_fn each, void *ctx, struct err *err)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_rule_file, by_name);
    if (count < 0)
        return failed(path, "cannot list the folder", err);
    int rc = 0;
    if (!count) {
        rc = err_set(err, -ENOENT, "no *.rules in this folder");
        err_at(err, path, 0, 0);
    }
    for (int i = 0; i < count; i++) {
        struct buf name = {0};
        if (!rc && (buf_printf(&name, "%s/%s", path, entries[i]->d_name) || buf_append_byte(&name, 0)))
            rc = err_set(err, -ENOMEM, "out of memory");
        if (!rc)
            rc = read_file((const char *)name.p, each, ctx, err);
        buf_fini(&name);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int rule_paths_read(const char *path, rule_path_fn each, void *ctx, struct err *err)
{
    struct stat st;
    if (stat(path, &st))
        return failed(path, "cannot open", err);
    return (S_ISDIR(st.st_mode) ? read_folder : read_file)(path, each, ctx, err);
}
