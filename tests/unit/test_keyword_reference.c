/* The reference of keywords: complete, and true: its examples are rules that use the keyword. */
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
#include "rule/dataset.h"
#include "rule/keyword.h"
#include "rule/rule_list.h"
#include "rule/variables.h"
#include "rulework/keyword_reference.h"

struct fixture {
    struct keyword_reference *list;
    size_t count;
    struct rule_context context;
    struct variables *variables;
    struct classes *classes;
    char directory[64];
};

static const char *const hash_lists[] = {"examples.md5", "examples.sha1", "examples.sha256"};

static char *path_of(const struct fixture *f, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", f->directory, name);
    return path;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    char path[128];
    strcpy(f->directory, "/tmp/sluice-reference-XXXXXX");
    if (!mkdtemp(f->directory) || keyword_references(&f->list, &f->count))
        return -1;
    for (int i = 0; i < 3; i++) {
        FILE *file = fopen(path_of(f, hash_lists[i], path), "w");
        fprintf(file, "%0*d\n", (int[]){32, 40, 64}[i], 1);
        fclose(file);
    }
    f->variables = variables_new();
    f->classes = classes_new();
    f->context = (struct rule_context){.variables = f->variables,
                                       .classes = f->classes,
                                       .datasets = datasets_new(1),
                                       .directory = f->directory};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char path[128];
    for (int i = 0; i < 3; i++)
        unlink(path_of(f, hash_lists[i], path));
    rmdir(f->directory);
    datasets_free(f->context.datasets);
    variables_free(f->variables);
    classes_free(f->classes);
    free(f->list);
    free(f);
    return 0;
}

static void every_keyword_has_a_text(void **state)
{
    const struct fixture *f = *state;
    size_t missing = 0;
    assert_true(f->count > 200);
    for (size_t i = 0; i < f->count; i++)
        if (!f->list[i].summary[0] || !f->list[i].example[0]) {
            print_message("no text: %s\n", f->list[i].name);
            missing++;
        }
    assert_int_equal(missing, 0);
}

static void every_text_is_of_a_keyword(void **state)
{
    static const char *const texts[] = {
#define KEYWORD_TEXT(name, buffer, summary, arguments, protocol, example) name,
#include "rulework/keyword_text_list.h"
#undef KEYWORD_TEXT
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct keyword *keyword = keyword_find(slice_str(texts[i]));
        if (!keyword || strcmp(keyword->name, texts[i]) != 0)
            fail_msg("a text of no keyword: %s", texts[i]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(texts[i], texts[j]);
    }
}

static bool uses(const struct rule *rule, const struct keyword_reference *r)
{
    for (uint32_t i = 0; i < rule->option_count; i++)
        if (keyword_reference_named(r, rule->options[i].name))
            return true;
    return false;
}

/* These need lists of addresses, or a database, that the test does not have. */
static bool needs_more(const char *name)
{
    return strcmp(name, "iprep") == 0 || strcmp(name, "geoip") == 0;
}

static void every_example_is_a_rule_that_uses_its_keyword(void **state)
{
    const struct fixture *f = *state;
    size_t wrong = 0;
    for (size_t i = 0; i < f->count; i++) {
        struct buf text = {0};
        struct rule *rule = NULL;
        struct rule_refusal refusal;
        struct err err = {0};
        assert_int_equal(keyword_reference_example(&f->list[i], &text), 0);
        int rc = rule_parse(buf_slice(&text), &f->context, &rule, &refusal, &err);
        bool good = needs_more(f->list[i].name) ? rc == -ENOTSUP : rc == 0 && uses(rule, &f->list[i]);
        if (!good) {
            print_message("%.*s\n  %s\n", (int)text.n, (const char *)text.p, err.message);
            wrong++;
        }
        rule_free(rule);
        buf_fini(&text);
    }
    assert_int_equal(wrong, 0);
}

static void a_word_finds_names_and_texts(void **state)
{
    const struct fixture *f = *state;
    size_t sni = 0, flags = 0;
    for (size_t i = 0; i < f->count; i++) {
        sni += keyword_reference_has(&f->list[i], "SNI");
        flags += keyword_reference_named(&f->list[i], "FLAGS");
    }
    assert_true(sni >= 2);
    assert_int_equal(flags, 1); /* the alias of tcp.flags */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_keyword_has_a_text),
        cmocka_unit_test(every_text_is_of_a_keyword),
        cmocka_unit_test(every_example_is_a_rule_that_uses_its_keyword),
        cmocka_unit_test(a_word_finds_names_and_texts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
