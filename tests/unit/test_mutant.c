/* What a rule is broken into: each thing once, and nothing that cannot be seen. */
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

#include "rule/classes.h"
#include "rule/rule_list.h"
#include "rule/variables.h"
#include "rulework/case/mutant.h"

struct broken {
    struct variables *variables;
    struct classes *classes;
    struct rule *rule;
    struct mutants mutants;
};

static void break_rule(struct broken *b, const char *text)
{
    struct err err = {0};
    b->variables = variables_new();
    b->classes = classes_new();
    struct rule_context context = {.variables = b->variables, .classes = b->classes};
    if (rule_parse(slice_str(text), &context, &b->rule, NULL, &err))
        fail_msg("%s", err.message);
    assert_int_equal(mutants_make(b->rule, &b->mutants), 0);
}

static void free_broken(struct broken *b)
{
    mutants_fini(&b->mutants);
    rule_free(b->rule);
    classes_free(b->classes);
    variables_free(b->variables);
}

static const char *find(const struct broken *b, const char *what)
{
    for (uint32_t i = 0; i < b->mutants.count; i++)
        if (strcmp(b->mutants.list[i].what, what) == 0)
            return b->mutants.list[i].text;
    for (uint32_t i = 0; i < b->mutants.count; i++)
        print_message("%s\n", b->mutants.list[i].what);
    fail_msg("none says: %s", what);
    return NULL;
}

static void has(const struct broken *b, const char *what, const char *part, bool there)
{
    if (!strstr(find(b, what), part) == there)
        fail_msg("%s: %s", what, find(b, what));
}

static void test_each_option(void **state)
{
    (void)state;
    struct broken b;
    break_rule(&b, "alert tcp any any -> 10.0.0.1 80 (msg:\"m 5\"; flow:established,to_server; "
                   "content:\"abc\"; depth:5; nocase; "
                   "content:!\"|00 ff|\"; dsize:>10; classtype:trojan-activity; sid:7; rev:2;)");
    has(&b, "content:\"abc\" is left out", "depth", false);
    has(&b, "content:\"abc\" is content:!\"abc\"", "content:!\"abc\";depth:5;nocase;", true);
    has(&b, "content:\"abc\" is content:\"aqc\"", "content:\"aqc\"", true);
    has(&b, "depth:5 is depth:4", "depth:4;nocase;", true);
    has(&b, "depth:5 is depth:6", "content:\"abc\";depth:6;", true);
    has(&b, "nocase is left out", "nocase", false);
    has(&b, "content:!\"|00 ff|\" is content:\"|00 ff|\"", "content:\"|00 ff|\"", true);
    has(&b, "content:!\"|00 ff|\" is content:!\"|00 f0|\"", "|00 f0|", true);
    has(&b, "dsize:>10 is dsize:>9", "dsize:>9;", true);
    has(&b, "flow:established,to_server is flow:established", "flow:established;", true);
    has(&b, "flow:established,to_server is flow:to_server", "flow:to_server;", true);
    has(&b, "flow:established,to_server is flow:established,to_client", "to_client", true);
    has(&b, "the header's destination ports, 80, is any", "10.0.0.1 any (", true);
    has(&b, "the header's direction, ->, is <>", "any any <> 10.0.0.1", true);
    for (uint32_t i = 0; i < b.mutants.count; i++) {
        const char *what = b.mutants.list[i].what;
        if (strstr(what, "msg") || strstr(what, "sid") || strstr(what, "rev") || strstr(what, "classtype"))
            fail_msg("no test can notice: %s", what);
        assert_non_null(strstr(b.mutants.list[i].text, "sid:7;"));
    }
    free_broken(&b);
}

static void test_numbers_of_words_stay(void **state)
{
    (void)state;
    struct broken b;
    break_rule(&b, "alert http any any -> any any (file.data; content:\"a\"; to_sha256; content:\"b\"; "
                   "threshold:type limit, track by_src, count "
                   "1, seconds 60; sid:7;)");
    has(&b, "to_sha256 is left out", "to_sha256", false);
    has(&b, "file.data is left out", "file.data", false);
    unsigned numbers = 0;
    for (uint32_t i = 0; i < b.mutants.count; i++)
        numbers += strstr(b.mutants.list[i].what, "threshold:") != NULL;
    assert_int_equal(numbers, 5);
    free_broken(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_option),
                                       cmocka_unit_test(test_numbers_of_words_stay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
