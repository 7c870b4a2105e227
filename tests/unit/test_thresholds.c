/* threshold.config, classification.config and reference.config. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rule/classes.h"
#include "rule/rule_list.h"
#include "rule/state_op.h"
#include "rule/variables.h"

static const char rules[] = "alert tcp any any -> any any (sid:1;)\n"
                            "alert tcp any any -> any any (sid:2;)\n"
                            "alert tcp any any -> any any (sid:3; gid:5;)\n";

struct seen {
    unsigned count, line, column;
    char message[320];
};

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    struct seen *seen = ctx;
    seen->count++;
    seen->line = refusal->err->line;
    seen->column = refusal->err->column;
    snprintf(seen->message, sizeof seen->message, "%s", refusal->err->message);
}

static void on_bad_line(void *ctx, const struct err *err)
{
    struct seen *seen = ctx;
    seen->count++;
    seen->line = err->line;
    snprintf(seen->message, sizeof seen->message, "%s", err->message);
}

static void write_file(char *path, const char *text)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static struct rule_list *load(const char *text, struct variables *v, struct seen *seen)
{
    struct rule_context context = {.variables = v};
    struct err err = {0};
    char path[] = "/tmp/sluice-thresholds-XXXXXX";
    struct rule_list *list = rule_list_new();
    write_file(path, text);
    assert_int_equal(rule_list_parse(list, slice_str(rules), "t.rules", &context, NULL, NULL, &err), 0);
    assert_int_equal(rule_list_thresholds(list, path, &context, on_refused, seen, &err), 0);
    unlink(path);
    return list;
}

static void test_good(void **state)
{
    (void)state;
    struct variables *v = variables_new();
    struct seen seen = {0};
    struct rule_list *list =
        load("# comment\n"
             "suppress gen_id 1, sig_id 2, track by_src, ip [$HOME_NET,!10.0.0.1]\n"
             "suppress gen_id 1, \\\n  sig_id 2\n"
             "rate_filter gen_id 1, sig_id 1, track by_flow, count 1, seconds 1, new_action drop, timeout 1\n"
             "event_filter gen_id 1, sig_id 1, type limit, track by_src, count 1, seconds 1\n"
             "threshold gen_id 1, sig_id 1, type both, track by_dst, count 5, seconds 60\n"
             "rate_filter gen_id 5, sig_id 3, track by_rule, count 10, seconds 6, "
             "new_action drop, timeout 30\n"
             "threshold gen_id 0, sig_id 0, type limit, track by_src, count 7, seconds 8\n"
             "suppress gen_id 1, sig_id 0, track by_either, ip 1.2.3.4\n"
             "suppress gen_id 1, sig_id 99\n",
             v, &seen);
    assert_int_equal(seen.count, 0);
    const struct rule *one = list->rules[0], *two = list->rules[1], *three = list->rules[2];
    assert_int_equal(one->threshold_count, 2); /* the last line about the rule holds; one suppression */
    assert_int_equal(one->thresholds[0].kind, THRESHOLD_BOTH);
    assert_int_equal(one->thresholds[0].track, TRACK_DESTINATION);
    assert_int_equal(one->thresholds[0].count, 5);
    assert_int_equal(one->thresholds[0].seconds, 60);
    assert_int_equal(two->threshold_count, 4);
    assert_int_equal(two->thresholds[0].kind, THRESHOLD_SUPPRESS);
    struct address ten = {.bytes = {10, 0, 0, 1}, .version = 4},
                   other = {.bytes = {10, 0, 0, 2}, .version = 4};
    assert_false(address_set_has(two->thresholds[0].hosts, &ten));
    assert_true(address_set_has(two->thresholds[0].hosts, &other));
    assert_null(two->thresholds[1].hosts);
    assert_int_equal(two->thresholds[2].count, 7);
    assert_int_equal(two->thresholds[3].track, TRACK_BOTH);
    assert_ptr_equal(two->thresholds[3].hosts, one->thresholds[1].hosts);
    assert_int_equal(three->threshold_count, 1);
    assert_int_equal(three->thresholds[0].new_action, ACTION_DROP);
    assert_int_equal(three->thresholds[0].timeout_s, 30);
    rule_list_free(list);
    variables_free(v);
}

static const struct {
    const char *line;
    unsigned column;
    const char *says;
} bad[] = {
    {"foo bar", 1, "suppress"},
    {"SUPPRESS gen_id 1, sig_id 2", 1, "suppress"},
    {"suppress gen_id 0, sig_id 2", 1, "gen_id above 0"},
    {"suppress sig_id 2, gen_id 1", 10, "gen_id"},
    {"suppress gen_id 1, sig_id x", 27, "number"},
    {"suppress gen_id 1, sig_id 2, track by_src", 42, "ip"},
    {"suppress gen_id 1, sig_id 2, track by_flow, ip 1.2.3.4", 36, "by_either"},
    {"suppress gen_id 1, sig_id 2, track by_src, ip foo", 47, "\"foo\" is no address"},
    {"threshold gen_id 1, sig_id 2, type foo, track by_src, count 1, seconds 60", 36, "limit"},
    {"threshold gen_id 1, sig_id 2, track by_src, type limit, count 1, seconds 60", 31, "type"},
    {"threshold gen_id 1, sig_id 2, type limit, track by_src, count 0, seconds 60", 63, "above 0"},
    {"threshold gen_id 1, sig_id 2, type limit, track by_src, count 1", 64, "seconds"},
    {"threshold gen_id 1, sig_id 2, type limit, track by_src, count 1, seconds 60, foo", 77,
     "end of the line"},
    {"rate_filter gen_id 1, sig_id 2, track by_both, count 1, seconds 60, new_action foo, timeout 3", 80,
     "pass"},
};

static void test_bad(void **state)
{
    (void)state;
    struct variables *v = variables_new();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct seen seen = {0};
        struct rule_list *list = load(bad[i].line, v, &seen);
        if (seen.count != 1 || seen.line != 1 || seen.column != bad[i].column ||
            !strstr(seen.message, bad[i].says))
            fail_msg("%s: column %u: %s", bad[i].line, seen.column, seen.message);
        assert_int_equal(list->rules[0]->threshold_count + list->rules[1]->threshold_count, 0);
        rule_list_free(list);
    }
    variables_free(v);
}

static void test_classes(void **state)
{
    (void)state;
    struct classes *c = classes_new();
    struct err err = {0};
    struct seen seen = {0};
    assert_int_equal(class_find(c, slice_str("Trojan-Activity"))->priority, 1);
    assert_string_equal(class_find(c, slice_str("misc-attack"))->text, "Misc Attack");
    assert_null(class_find(c, slice_str("nope")));
    char path[] = "/tmp/sluice-classes-XXXXXX";
    write_file(path, "# comment\n\nconfig classification: mine, Text, with a comma, 4\r\n"
                     "config classification: mine,again,1\nconfig classification: bad\n"
                     "config  classification :other,,7\nnonsense\n");
    assert_int_equal(classes_load(c, path, on_bad_line, &seen, &err), 0);
    unlink(path);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.line, 7);
    assert_int_equal(class_find(c, slice_str("mine"))->priority, 4);
    assert_string_equal(class_find(c, slice_str("mine"))->text, "Text, with a comma");
    assert_string_equal(class_find(c, slice_str("other"))->text, "");
    assert_null(class_find(c, slice_str("trojan-activity"))); /* the file replaces the defaults */
    classes_free(c);
}

static void test_references(void **state)
{
    (void)state;
    struct classes *c = classes_new();
    struct err err = {0};
    struct seen seen = {0};
    assert_string_equal(reference_find(c, slice_str("URL"))->prefix, "https://");
    char path[] = "/tmp/sluice-references-XXXXXX";
    write_file(path, "config reference: mine   https://example.org/?id=\nconfig reference: mine x\n"
                     "config reference: alone\n");
    assert_int_equal(references_load(c, path, on_bad_line, &seen, &err), 0);
    unlink(path);
    assert_int_equal(seen.count, 2);
    assert_string_equal(reference_find(c, slice_str("mine"))->prefix, "https://example.org/?id=");
    assert_null(reference_find(c, slice_str("url")));
    assert_int_equal(references_load(c, "/nonexistent/file", on_bad_line, &seen, &err), -ENOENT);
    assert_string_equal(err.file, "/nonexistent/file");
    classes_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
