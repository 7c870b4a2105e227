/* Finding files of tests. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/grow.h"
#include "rulework/case/rule_case.h"

enum { FOLDERS_DEEP = 16, PATHS_MOST = 1 << 16 };

static const char ending[] = ".test.yaml";

static int add(struct case_paths *paths, const char *path, struct err *err)
{
    char *copy = strdup(path);
    if (!copy || paths->count == PATHS_MOST || grow_array(&paths->list, paths->count, &paths->capacity)) {
        free(copy);
        return err_set(err, -ENOMEM, "out of memory, or too many files");
    }
    paths->list[paths->count++] = copy;
    return 0;
}

static bool has_ending(const char *name)
{
    size_t n = strlen(name), m = sizeof ending - 1;
    return n > m && strcmp(name + n - m, ending) == 0;
}

static int walk(struct case_paths *paths, const char *folder, unsigned depth, struct err *err)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, NULL, alphasort), rc = 0;
    if (n < 0) {
        rc = err_set(err, -errno, "cannot read the folder: %s", strerror(errno));
        err_at(err, folder, 0, 0);
        return rc;
    }
    for (int i = 0; i < n; i++) {
        char path[4096];
        struct stat st;
        const char *name = entries[i]->d_name;
        bool here = strcmp(folder, ".") == 0;
        int length = snprintf(path, sizeof path, "%s%s%s", here ? "" : folder, here ? "" : "/", name);
        bool usable =
            !rc && name[0] != '.' && length > 0 && (size_t)length < sizeof path && stat(path, &st) == 0;
        if (usable && S_ISDIR(st.st_mode) && depth < FOLDERS_DEEP)
            rc = walk(paths, path, depth + 1, err);
        else if (usable && S_ISREG(st.st_mode) && has_ending(name))
            rc = add(paths, path, err);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int case_paths_add(struct case_paths *paths, const char *path, struct err *err)
{
    struct stat st;
    if (stat(path, &st)) {
        int rc = err_set(err, -errno, "cannot open: %s", strerror(errno));
        err_at(err, path, 0, 0);
        return rc;
    }
    if (!S_ISDIR(st.st_mode))
        return add(paths, path, err);
    uint32_t before = paths->count;
    int rc = walk(paths, path, 0, err);
    if (!rc && paths->count == before) {
        rc = err_set(err, -ENOENT, "there is no file NAME%s in the folder or below it", ending);
        err_at(err, path, 0, 0);
    }
    return rc;
}

void case_paths_fini(struct case_paths *paths)
{
    for (uint32_t i = 0; i < paths->count; i++)
        free(paths->list[i]);
    free(paths->list);
    *paths = (struct case_paths){0};
}
