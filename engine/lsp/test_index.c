#include "lsp/test_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

bool test_index_is_file(const char *path)
{
    static const char ending[] = ".test.yaml";
    size_t n = strlen(path), m = sizeof ending - 1;
    return n > m && strcmp(path + n - m, ending) == 0;
}

static uint32_t find_file(const struct test_index *index, const char *path)
{
    uint32_t i = 0;
    while (i < index->file_count && strcmp(index->files[i], path) != 0)
        i++;
    return i;
}

int test_index_add(struct test_index *index, const char *path)
{
    index->stale = true;
    if (find_file(index, path) < index->file_count || index->file_count == TEST_FILES_MOST)
        return 0;
    if (grow_array(&index->files, index->file_count, &index->file_capacity))
        return -ENOMEM;
    char *copy = strdup(path);
    if (!copy)
        return -ENOMEM;
    index->files[index->file_count++] = copy;
    return 0;
}

void test_index_drop(struct test_index *index, const char *path)
{
    uint32_t at = find_file(index, path);
    if (at == index->file_count)
        return;
    char *gone = index->files[at]; /* perhaps the very path */
    index->files[at] = index->files[--index->file_count];
    index->stale = true;
    free(gone);
}

void test_index_fini(struct test_index *index)
{
    for (uint32_t i = 0; i < index->file_count; i++)
        free(index->files[i]);
    free(index->files);
    free(index->names);
    *index = (struct test_index){0};
}

static int by_sid(const void *a, const void *b)
{
    const struct test_name *x = a, *y = b;
    if (x->sid != y->sid)
        return x->sid < y->sid ? -1 : 1;
    return x->file < y->file ? -1 : x->file > y->file;
}

static void refresh(struct test_index *index)
{
    if (!index->stale)
        return;
    index->name_count = 0;
    for (uint32_t i = 0; i < index->file_count; i++)
        test_index_read(index, i);
    if (index->name_count)
        qsort(index->names, index->name_count, sizeof *index->names, by_sid);
    index->stale = false;
}

uint32_t test_index_count(struct test_index *index, uint32_t sid, uint32_t *first)
{
    refresh(index);
    uint32_t low = 0, high = index->name_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (index->names[middle].sid < sid)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (high < index->name_count && index->names[high].sid == sid)
        high++;
    return high - low;
}
