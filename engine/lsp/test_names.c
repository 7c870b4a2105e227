/* The sids that the tests of a file name. */
#include "base/err.h"
#include "base/grow.h"
#include "lsp/test_index.h"
#include "rulework/case/rule_case.h"

static void add_sids(struct test_index *index, const struct case_list_of_sids *sids, uint32_t file)
{
    for (uint32_t i = 0; i < sids->count; i++) {
        int64_t sid = sids->list[i].sid;
        if (sid <= 0 || sid > UINT32_MAX || index->name_count == TEST_NAMES_MOST ||
            grow_array(&index->names, index->name_count, &index->name_capacity))
            return;
        index->names[index->name_count++] = (struct test_name){(uint32_t)sid, file};
    }
}

/* A file that cannot be read has no tests: running them says why. */
void test_index_read(struct test_index *index, uint32_t file)
{
    struct case_file tests;
    struct err err = {0};
    if (case_file_read(&tests, index->files[file], &err) == 0)
        for (uint32_t i = 0; i < tests.count; i++) {
            add_sids(index, &tests.list[i].expect, file);
            add_sids(index, &tests.list[i].never, file);
        }
    case_file_fini(&tests);
}
