/* libsluice has no global state: two replays in one process, one after the other and both at once, give the
 * same bytes. */
#include "support/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sluice.h"

struct job {
    char file[64];
    unsigned threads;
    int rc;
    struct sluice_summary summary;
};

static void *replay(void *ctx)
{
    struct job *job = ctx;
    struct sluice_replay *r = sluice_replay_new(NULL);
    job->rc = r ? 0 : -1;
    if (!job->rc)
        job->rc = sluice_replay_add_rules(r, "signatures");
    if (!job->rc)
        job->rc = sluice_replay_add_capture(r, "pcaps/demo.pcap");
    if (!job->rc)
        job->rc = sluice_replay_eve(r, job->file);
    if (!job->rc) {
        sluice_replay_threads(r, job->threads);
        job->rc = sluice_replay_run(r);
        job->summary = *sluice_replay_summary(r);
    }
    sluice_replay_free(r);
    return NULL;
}

static void prepare(struct job *job, unsigned threads)
{
    *job = (struct job){.threads = threads};
    strcpy(job->file, "/tmp/sluice-test-XXXXXX");
    int fd = mkstemp(job->file);
    assert_true(fd >= 0);
    close(fd);
}

static char *contents(const struct job *job)
{
    FILE *f = fopen(job->file, "rb");
    assert_non_null(f);
    char *text = calloc(1, 1 << 16);
    assert_true(fread(text, 1, (1 << 16) - 1, f) > 0);
    fclose(f);
    unlink(job->file);
    return text;
}

static void check_job(const struct job *job)
{
    assert_int_equal(job->rc, 0);
    assert_int_equal(job->summary.alerts, 8);
    assert_int_equal(job->summary.packets, 220);
    assert_int_equal(job->summary.refused, 0);
}

static void test_one_after_the_other_and_both_at_once(void **state)
{
    (void)state;
    struct job first, second, third;
    prepare(&first, 1);
    prepare(&second, 2);
    prepare(&third, 1);
    replay(&first);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, replay, &second), 0);
    replay(&third);
    pthread_join(thread, NULL);
    check_job(&first);
    check_job(&second);
    check_job(&third);
    char *a = contents(&first), *b = contents(&second), *c = contents(&third);
    assert_string_equal(a, b);
    assert_string_equal(a, c);
    free(a);
    free(b);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_after_the_other_and_both_at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
