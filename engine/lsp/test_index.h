/*
 * Which rules have tests (NAME.test.yaml of the workspace, rulework/case/rule_case.h): by sid, how many and
 * in which files. Files are read when it is asked the first time after a change. One thread.
 */
#ifndef SLUICE_LSP_TEST_INDEX_H
#define SLUICE_LSP_TEST_INDEX_H

#include <stdbool.h>
#include <stdint.h>

enum { TEST_FILES_MOST = 500, TEST_NAMES_MOST = 1 << 18 };

struct test_name { /* a test names a rule */
    uint32_t sid, file;
};

struct test_index {
    char **files;
    struct test_name *names; /* by sid, then file: one for each test */
    uint32_t file_count, file_capacity, name_count, name_capacity;
    bool stale; /* the names are to be read again */
};

bool test_index_is_file(const char *path); /* by its name */

/* A file that is there; one that is gone. 0 or -ENOMEM. */
int test_index_add(struct test_index *index, const char *path);
void test_index_drop(struct test_index *index, const char *path);
void test_index_fini(struct test_index *index);

/* How many tests name the rule; *first is the first of its names. */
uint32_t test_index_count(struct test_index *index, uint32_t sid, uint32_t *first);

/* Adds the names that a file has, which is called when they are stale. */
void test_index_read(struct test_index *index, uint32_t file);

#endif
