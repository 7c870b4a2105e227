#include "run/file_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/grow.h"

static bool ends_with(const char *s, size_t n, const char *end)
{
    size_t m = strlen(end);
    return n > m && strncasecmp(s + n - m, end, m) == 0;
}

static bool is_capture_name(const char *name)
{
    static const char *const packed[] = {".gz", ".xz", ".zst"};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof packed / sizeof packed[0]; i++)
        if (ends_with(name, n, packed[i])) {
            n -= strlen(packed[i]);
            break;
        }
    return name[0] != '.' &&
           (ends_with(name, n, ".pcap") || ends_with(name, n, ".pcapng") || ends_with(name, n, ".cap"));
}

static int add(struct file_list *list, char *name)
{
    if (!name || grow_array(&list->names, list->count, &list->capacity)) {
        free(name);
        return -ENOMEM;
    }
    list->names[list->count++] = name;
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_folder(struct file_list *list, const char *folder, DIR *dir, struct err *err)
{
    uint32_t before = list->count;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (!is_capture_name(entry->d_name))
            continue;
        size_t n = strlen(folder);
        char *name = NULL;
        if (asprintf(&name, "%s%s%s", folder, n && folder[n - 1] == '/' ? "" : "/", entry->d_name) < 0)
            name = NULL;
        if (add(list, name))
            return err_set(err, -ENOMEM, "out of memory");
    }
    if (list->count == before) {
        err_set(err, -ENOENT, "no captures in this folder");
        err_hint(err, "files named *.pcap, *.pcapng or *.cap are taken, also with .gz, .xz or .zst");
        return -ENOENT;
    }
    qsort(list->names + before, list->count - before, sizeof list->names[0], by_name);
    return 0;
}

int file_list_add(struct file_list *list, const char *name, struct err *err)
{
    struct stat st;
    if (strcmp(name, "-") == 0 || stat(name, &st) || !S_ISDIR(st.st_mode))
        return add(list, strdup(name)) ? err_set(err, -ENOMEM, "out of memory") : 0;
    DIR *dir = opendir(name);
    int result = dir ? add_folder(list, name, dir, err)
                     : err_set(err, -errno, "cannot open the folder: %s", strerror(errno));
    if (dir)
        closedir(dir);
    if (result)
        err_at(err, name, 0, 0);
    return result;
}

void file_list_fini(struct file_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
    *list = (struct file_list){0};
}
