/*
 * The tests of one rule, run in a thread of their own: the editor is answered meanwhile. The server's thread
 * starts, asks, stops and frees it; the other one touches nothing of the server's.
 */
#ifndef SLUICE_LSP_TEST_RUN_H
#define SLUICE_LSP_TEST_RUN_H

#include <stdint.h>

#include "base/buf.h"

struct test_index;
struct test_run;

/* NULL when memory is short, or no thread can be made. */
struct test_run *test_run_start(struct test_index *index, uint32_t sid);

bool test_run_done(const struct test_run *run);

/* It ends as soon as it can. */
void test_run_stop(struct test_run *run);

/* Stops it and waits for it. */
void test_run_free(struct test_run *run);

struct test_verdict {
    uint32_t sid, passed, failed;
    bool stopped;
    const char *text; /* as `sluice rule test -v` prints it, or the error; the run's */
    bool error;       /* the tests could not be run */
};

/* Of one that is done. */
struct test_verdict test_run_verdict(const struct test_run *run);

#endif
