#include "rule/keyword/file_hash_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/hex_text.h"
#include "rule/file.h"
#include "rule/keyword.h"

enum { LINE_MOST = 1 << 16, DIGESTS_MOST = 1 << 26 };

struct digest {
    uint8_t bytes[FILE_HASH_MOST]; /* zeroes behind a shorter one */
};

struct file_hash_list {
    enum file_hash hash;
    struct digest *list; /* sorted */
    uint32_t count, capacity;
};

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct digest));
}

static bool read_digest(struct slice line, size_t size, struct digest *out)
{
    *out = (struct digest){0};
    if (line.n < 2 * size || (line.n > 2 * size && hex_digit(line.p[2 * size]) >= 0))
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(line.p[2 * i]), low = hex_digit(line.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static int read_lines(struct file_hash_list *list, FILE *file)
{
    struct buf line = {0};
    struct digest digest;
    int more, rc = 0;
    while (!rc && (more = file_next_line(file, LINE_MOST, &line)) != 0) {
        if (more < 0) {
            rc = more;
        } else if (read_digest(text_trim(buf_slice(&line)), file_hash_size(list->hash), &digest)) {
            if (list->count >= DIGESTS_MOST)
                rc = -EFBIG;
            else if (grow_array(&list->list, list->count, &list->capacity))
                rc = -ENOMEM;
            else
                list->list[list->count++] = digest;
        }
    }
    buf_fini(&line);
    return rc;
}

static FILE *open_file(struct slice name, const char *directory)
{
    char *path = NULL;
    bool relative = directory && name.n && name.p[0] != '/';
    if (asprintf(&path, "%s%s%.*s", relative ? directory : "", relative ? "/" : "", (int)name.n,
                 (const char *)name.p) < 0)
        return NULL;
    FILE *file = fopen(path, "re");
    free(path);
    return file;
}

int file_hash_list_load(struct slice name, const char *directory, enum file_hash hash,
                        struct file_hash_list **out, struct err *err)
{
    struct file_hash_list *list = calloc(1, sizeof *list);
    if (!list)
        return err_set(err, -ENOMEM, "out of memory");
    list->hash = hash;
    FILE *file = open_file(name, directory);
    int rc = file ? read_lines(list, file) : -errno;
    if (file)
        fclose(file);
    if (rc)
        err_set(err, rc, "%.*s cannot be read: %s", (int)name.n, (const char *)name.p, strerror(-rc));
    else if (!list->count)
        rc = err_set(err, -EINVAL, "%.*s has no %s in it: expected one a line, of %zu hexadecimal digits",
                     (int)name.n, (const char *)name.p, file_hash_name(hash), 2 * file_hash_size(hash));
    if (rc) {
        file_hash_list_free(list);
        return rc;
    }
    qsort(list->list, list->count, sizeof *list->list, compare);
    *out = list;
    return 0;
}

void file_hash_list_free(struct file_hash_list *list)
{
    if (list)
        free(list->list);
    free(list);
}

bool file_hash_list_has(const struct file_hash_list *list, const uint8_t *digest)
{
    struct digest key = {0};
    memcpy(key.bytes, digest, file_hash_size(list->hash));
    return bsearch(&key, list->list, list->count, sizeof *list->list, compare) != NULL;
}
