#include "rule/keyword/hash_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"

enum { PATH_SIZE = 4400, LIST_MOST = 16 << 20 };

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
}

/* The digest at the start of a line; false when it does not begin with one. */
static bool read_digest(const char *line, unsigned size, uint8_t *out)
{
    for (unsigned i = 0; i < size; i++) {
        int high = digit(line[2 * i]), low = high < 0 ? -1 : digit(line[2 * i + 1]);
        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static int compare(const void *a, const void *b, void *size)
{
    return memcmp(a, b, *(unsigned *)size);
}

static int read_lines(FILE *in, struct hash_list *list)
{
    char line[512];
    uint32_t bytes = 0, capacity = 0;
    while (fgets(line, sizeof line, in)) {
        uint8_t digest[32] = {0};
        if (!read_digest(line, list->size, digest) || list->count >= LIST_MOST)
            continue;
        for (unsigned i = 0; i < list->size; i++) {
            if (grow_array(&list->digests, bytes, &capacity))
                return -ENOMEM;
            list->digests[bytes++] = digest[i];
        }
        list->count++;
    }
    return ferror(in) ? -EIO : 0;
}

int hash_list_load(const char *directory, struct slice name, unsigned size, struct hash_list **out,
                   struct err *err)
{
    char path[PATH_SIZE];
    bool absolute = name.n && name.p[0] == '/';
    int n = snprintf(path, sizeof path, "%s%s%.*s", absolute || !directory ? "" : directory,
                     absolute || !directory ? "" : "/", (int)name.n, (const char *)name.p);
    if (!name.n || n < 0 || (size_t)n >= sizeof path)
        return err_set(err, -EINVAL, "expected the name of a file of hashes");
    FILE *in = fopen(path, "r");
    if (!in)
        return err_set(err, -EINVAL, "cannot read %s: %s", path, strerror(errno));
    struct hash_list *list = calloc(1, sizeof *list);
    int rc = -ENOMEM;
    if (list) {
        list->size = size;
        rc = read_lines(in, list);
    }
    (void)fclose(in);
    if (rc || !list) {
        hash_list_free(list);
        return err_set(err, rc, rc == -ENOMEM ? "out of memory" : "cannot read the list of hashes");
    }
    if (list->count && list->digests)
        qsort_r(list->digests, list->count, size, compare, &list->size);
    *out = list;
    return 0;
}

void hash_list_free(void *p)
{
    struct hash_list *list = p;
    if (list)
        free(list->digests);
    free(list);
}

bool hash_list_has(const struct hash_list *list, const uint8_t *digest)
{
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = memcmp(list->digests + (size_t)middle * list->size, digest, list->size);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
