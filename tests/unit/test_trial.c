/* Rules tried on frames in memory, and on the same frames written to a file. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture/pcap_write.h"
#include "craft/make.h"
#include "rule/rule.h"
#include "rulework/trial.h"

static const char rules[] =
    "alert http any any -> any any (msg:\"path\"; http.uri; content:\"/a\"; sid:1;)\n"
    "alert tcp any any -> any any (msg:\"answer\"; flow:to_client; content:\"204\"; sid:2;)\n"
    "alert tcp any any -> any any (msg:\"never\"; content:\"not there\"; sid:3;)\n";

static void make(struct craft_frames *frames)
{
    struct craft_step steps[2] = {
        {.bytes = slice_str("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")},
        {.from_server = true, .bytes = slice_str("HTTP/1.1 204 No Content\r\n\r\n")}};
    struct craft_flow flow = {.steps = steps, .step_count = 2};
    struct err err = {0};
    assert_int_equal(craft_make(&flow, 1, 0, frames, &err), 0);
}

static void try(const struct trial_config *config, struct loaded_rules *loaded, struct trial *trial)
{
    struct err err = {0};
    struct rules_config reading = {.settings = config->settings, .text = rules};
    assert_int_equal(loaded_rules_init(loaded, &reading, &err), 0);
    struct trial_config with = *config;
    with.ruleset = loaded->ruleset;
    if (trial_run(&with, trial, &err))
        fail_msg("%s: %s", err.file, err.message);
}

static void check(const struct trial *trial)
{
    assert_int_equal(trial->count, 2);
    assert_int_equal(trial->packets, 10);
    assert_int_equal(trial->list[0].rule->sid, 1);
    assert_int_equal(trial->list[0].transaction, 0);
    assert_int_equal(trial->list[1].rule->sid, 2);
    assert_int_equal(trial->list[1].direction, TO_CLIENT);
    assert_int_equal(trial->list[0].flow_id, trial->list[1].flow_id);
    assert_int_equal(trial->list[1].source_port, 80);
}

static void test_memory_and_file_give_the_same(void **state)
{
    (void)state;
    struct settings *settings = settings_new();
    settings->cache = false;
    struct craft_frames frames;
    make(&frames);
    struct loaded_rules loaded;
    struct trial trial;
    struct trial_config memory = {.settings = settings, .frames = frames.list, .frame_count = frames.count};
    try(&memory, &loaded, &trial);
    check(&trial);
    trial_fini(&trial);
    loaded_rules_fini(&loaded);

    char path[] = "/tmp/sluice-trial-XXXXXX";
    close(mkstemp(path));
    struct err err = {0};
    assert_int_equal(pcap_write(path, frames.list, frames.count, true, &err), 0);
    const char *captures[] = {path};
    struct trial_config file = {.settings = settings, .captures = captures, .capture_count = 1};
    try(&file, &loaded, &trial);
    check(&trial);
    trial_fini(&trial);
    loaded_rules_fini(&loaded);
    unlink(path);
    craft_frames_fini(&frames);
    settings_free(settings);
}

static void test_a_file_that_cannot_be_written(void **state)
{
    (void)state;
    struct craft_frames frames;
    make(&frames);
    struct err err = {0};
    assert_true(pcap_write("/no/such/folder/x.pcap", frames.list, frames.count, false, &err) < 0);
    assert_string_equal(err.file, "/no/such/folder/x.pcap");
    assert_true(pcap_write("/dev/full", frames.list, frames.count, false, &err) < 0);
    frames.list[1].link_type = 101;
    assert_true(pcap_write("/dev/null", frames.list, frames.count, false, &err) < 0);
    assert_non_null(strstr(err.message, "several link types"));
    craft_frames_fini(&frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_and_file_give_the_same),
                                       cmocka_unit_test(test_a_file_that_cannot_be_written)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
