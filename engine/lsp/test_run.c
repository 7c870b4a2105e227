#include "lsp/test_run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "lsp/test_index.h"
#include "rulework/case/rule_case_print.h"

enum { WORKERS = 2 };

struct test_run {
    pthread_t thread;
    atomic_bool stop;
    atomic_bool done; /* released by the thread when it has written all else; acquired by the server */
    uint32_t sid, passed, failed, path_count;
    char **paths;
    struct case_file *files;
    uint32_t *counts; /* tests of each file: those of other rules are put aside */
    struct buf text;
    bool error;
};

static bool names(const struct case_list_of_sids *sids, uint32_t sid)
{
    for (uint32_t i = 0; i < sids->count; i++)
        if (sids->list[i].sid == sid)
            return true;
    return false;
}

/* The tests of the rule to the front; how many there are. */
static uint32_t choose(struct case_file *file, uint32_t sid)
{
    uint32_t chosen = 0;
    for (uint32_t i = 0; i < file->count; i++)
        if (names(&file->list[i].expect, sid) || names(&file->list[i].never, sid)) {
            struct rule_case test = file->list[i];
            file->list[i] = file->list[chosen];
            file->list[chosen++] = test;
        }
    return chosen;
}

static int read_files(struct test_run *run, struct err *err)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < run->path_count; i++) {
        rc = case_file_read(&run->files[i], run->paths[i], err);
        run->counts[i] = run->files[i].count;
        if (!rc)
            run->files[i].count = choose(&run->files[i], run->sid);
    }
    return rc;
}

static int run_tests(struct test_run *run, struct err *err)
{
    struct case_report report = {0};
    struct log log = {0}; /* what goes wrong is in the report */
    struct case_run_config config = {.files = run->files,
                                     .file_count = run->path_count,
                                     .workers = WORKERS,
                                     .log = &log,
                                     .stop = &run->stop};
    int rc = cases_run(&config, &report, err);
    if (!rc && cases_print_text(&report, true, &run->text))
        rc = err_set(err, -1, "out of memory");
    run->passed = report.passed;
    run->failed = report.failed;
    case_report_fini(&report);
    return rc;
}

static void *work(void *ctx)
{
    struct test_run *run = ctx;
    struct err err = {0};
    int rc = read_files(run, &err);
    if (!rc)
        rc = run_tests(run, &err);
    if (rc) {
        char text[ERR_TEXT];
        err_text(&err, text);
        run->error = true;
        buf_clear(&run->text);
        if (buf_append(&run->text, slice_str(text)))
            buf_clear(&run->text);
    }
    if (buf_append_byte(&run->text, 0))
        buf_fini(&run->text);
    atomic_store_explicit(&run->done, true, memory_order_release);
    return NULL;
}

static void forget(struct test_run *run)
{
    for (uint32_t i = 0; run->files && i < run->path_count; i++) {
        run->files[i].count = run->counts[i];
        case_file_fini(&run->files[i]);
    }
    for (uint32_t i = 0; run->paths && i < run->path_count; i++)
        free(run->paths[i]);
    free(run->paths);
    free(run->files);
    free(run->counts);
    buf_fini(&run->text);
    free(run);
}

/* Copies, since the index may change meanwhile. */
static bool take_paths(struct test_run *run, const struct test_index *index, uint32_t first, uint32_t count)
{
    run->paths = calloc(count + 1, sizeof(char *));
    run->files = calloc(count + 1, sizeof *run->files);
    run->counts = calloc(count + 1, sizeof *run->counts);
    bool good = run->paths && run->files && run->counts;
    for (uint32_t i = first; good && i < first + count; i++) {
        uint32_t file = index->names[i].file;
        if (i > first && file == index->names[i - 1].file)
            continue;
        run->paths[run->path_count] = strdup(index->files[file]);
        good = run->paths[run->path_count++] != NULL;
    }
    return good;
}

struct test_run *test_run_start(struct test_index *index, uint32_t sid)
{
    uint32_t first, count = test_index_count(index, sid, &first);
    struct test_run *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    run->sid = sid;
    if (take_paths(run, index, first, count) && pthread_create(&run->thread, NULL, work, run) == 0)
        return run;
    forget(run);
    return NULL;
}

bool test_run_done(const struct test_run *run)
{
    return atomic_load_explicit(&run->done, memory_order_acquire);
}

void test_run_stop(struct test_run *run)
{
    atomic_store(&run->stop, true);
}

void test_run_free(struct test_run *run)
{
    if (!run)
        return;
    test_run_stop(run);
    pthread_join(run->thread, NULL);
    forget(run);
}

struct test_verdict test_run_verdict(const struct test_run *run)
{
    return (struct test_verdict){.sid = run->sid,
                                 .passed = run->passed,
                                 .failed = run->failed,
                                 .stopped = atomic_load(&run->stop),
                                 .text = run->text.p ? (const char *)run->text.p : "out of memory",
                                 .error = run->error};
}
