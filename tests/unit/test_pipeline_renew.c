/*
 * Rules exchanged between the batches of a pipeline, as a reload does it, with one worker and with two: our
 * own captures give the same records as without. Also run under TSan by hand: make FLAVOUR=tsan.
 */
#include "support/check.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "match/renew.h"
#include "match/state.h"
#include "rulework/case/rule_case_captures.h"
#include "run/configured.h"
#include "run/rules.h"

static char folder[] = "/tmp/test_pipeline_renew.XXXXXX"; /* of the captures */

/* Those of all our rules' tests. */
static int make_captures(void **state)
{
    (void)state;
    struct err err;
    struct case_paths paths = {0};
    uint32_t written, all = 0;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(case_paths_add(&paths, "signatures", &err), 0);
    struct case_file *files = calloc(paths.count, sizeof *files);
    assert_non_null(files);
    for (uint32_t i = 0; i < paths.count; i++)
        assert_int_equal(case_file_read(&files[all++], paths.list[i], &err), 0);
    assert_int_equal(case_captures_write(folder, files, all, NULL, &written, &err), 0);
    assert_true(written > 200);
    for (uint32_t i = 0; i < all; i++)
        case_file_fini(&files[i]);
    free(files);
    case_paths_fini(&paths);
    return 0;
}

static int remove_captures(void **state)
{
    (void)state;
    char pattern[sizeof folder + 2];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/*", folder);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        unlink(found.gl_pathv[i]);
    globfree(&found);
    return rmdir(folder);
}

struct exchange {
    struct settings *settings;
    struct pipeline *pipeline;
    struct loaded_rules rules; /* in use */
    unsigned workers, every, batches, renewals;
};

static void load(struct loaded_rules *rules, const struct settings *settings)
{
    static const char *const paths[] = {"signatures"};
    struct rules_config config = {.settings = settings, .paths = paths, .path_count = 1};
    struct err err;
    assert_int_equal(loaded_rules_init(rules, &config, &err), 0);
    assert_true(rules->count > 10);
}

static void on_progress(void *ctx, uint64_t packets, uint64_t alerts)
{
    struct exchange *x = ctx;
    (void)packets;
    (void)alerts;
    if (!x->every || ++x->batches % x->every)
        return;
    struct loaded_rules fresh;
    struct matcher_rules *matchers[2] = {0};
    load(&fresh, x->settings);
    assert_int_equal(ruleset_succeed(fresh.ruleset, x->rules.ruleset), 0);
    for (unsigned i = 0; i < x->workers; i++)
        assert_non_null(matchers[i] = matcher_rules_new(fresh.ruleset));
    pipeline_renew(x->pipeline, matchers);
    for (unsigned i = 0; i < x->workers; i++)
        matcher_rules_free(matchers[i]);
    loaded_rules_fini(&x->rules);
    x->rules = fresh;
    x->renewals++;
}

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = NULL;
    size_t size = 0;
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    return text;
}

/* The EVE records of all our captures; the caller frees them. */
static char *replay(unsigned workers, unsigned every, unsigned *renewals)
{
    const char *const captures[] = {"pcaps", folder};
    char path[] = "/tmp/test_pipeline_renew.XXXXXX";
    struct err err;
    struct exchange x = {.settings = settings_new(), .workers = workers, .every = every};
    assert_int_equal(settings_load(x.settings, "signatures/vars.yaml", &err), 0);
    x.settings->cache = false;
    x.settings->classification_file = strdup("signatures/classification.config");
    x.settings->output.records = ~0u & ~(unsigned)RECORD_STATS;
    load(&x.rules, x.settings);
    atomic_bool stop = false;
    struct input_config inputs = {.names = captures, .count = 2, .stop = &stop};
    struct input *input;
    assert_int_equal(input_new(&inputs, &input, &err), 0);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct writer writer;
    assert_int_equal(writer_open(&writer, path, &err), 0);
    struct shared_state_config shared = {.seed = x.settings->seed};
    struct shared_state *state = shared_state_new(&shared);
    struct pipeline_config config = pipeline_configured(x.settings, x.rules.ruleset, state);
    config.input = input;
    config.worker.form = &output_eve_ops;
    config.workers = workers;
    config.writer = &writer;
    config.stop = &stop;
    config.progress = on_progress;
    config.ctx = &x;
    x.pipeline = pipeline_new(&config);
    assert_int_equal(pipeline_run(x.pipeline, &err), 0);
    pipeline_free(x.pipeline);
    input_free(input);
    assert_int_equal(writer_close(&writer, &err), 0);
    loaded_rules_fini(&x.rules);
    shared_state_free(state);
    settings_free(x.settings);
    *renewals = x.renewals;
    char *text = read_all(path);
    unlink(path);
    return text;
}

static void test_the_records_stay_the_same(void **state)
{
    (void)state;
    unsigned renewals;
    char *once = replay(1, 0, &renewals);
    for (unsigned workers = 1; workers <= 2; workers++) {
        char *again = replay(workers, 3, &renewals);
        assert_true(renewals > 5);
        assert_string_equal(once, again);
        free(again);
    }
    free(once);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_records_stay_the_same)};
    return cmocka_run_group_tests(tests, make_captures, remove_captures);
}
