/*
 * Any text as a rule file: it is read to the end, and each rule that loads prints as text that loads as the
 * same rule.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "rule/classes.h"
#include "rule/refusal.h"
#include "rule/rule_list.h"
#include "rule/variables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what, struct slice text)
{
    if (good)
        return;
    fprintf(stderr, "%s: %.*s\n", what, (int)text.n, (const char *)text.p);
    abort();
}

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    struct buf *shown = ctx;
    buf_clear(shown);
    must(refusal->code < 0 && refusal->err->message[0] && refusal->err->line > 0, "no reason", refusal->line);
    must(refusal->err->column > 0 && refusal->err->column <= refusal->line.n + 2, "no place", refusal->line);
    must(rule_refusal_print(refusal, shown) == 0, "not printed", refusal->line);
}

static void print_again(const struct rule *rule, const struct rule_context *context)
{
    struct buf once = {0}, twice = {0};
    struct rule *again;
    struct err err = {0};
    if (rule_print(rule, &once) == 0) {
        must(rule_parse(buf_slice(&once), context, &again, NULL, &err) == 0, err.message, buf_slice(&once));
        must(rule_print(again, &twice) == 0 && slice_equal(buf_slice(&once), buf_slice(&twice)), "differs",
             buf_slice(&once));
        must(again->sid == rule->sid && again->gid == rule->gid && again->flags == rule->flags &&
                 again->chain_count == rule->chain_count && again->test_count == rule->test_count,
             "another rule", buf_slice(&once));
        rule_free(again);
    }
    buf_fini(&once);
    buf_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct variables *variables = variables_new();
    struct classes *classes = classes_new();
    struct rule_list *list = rule_list_new();
    struct rule_context context = {.variables = variables, .classes = classes};
    struct buf shown = {0};
    struct err err = {0};
    rule_list_parse(list, slice_of(data, size), "fuzz", &context, on_refused, &shown, &err);
    for (uint32_t i = 0; i < list->count; i++)
        print_again(list->rules[i], &context);
    buf_fini(&shown);
    rule_list_free(list);
    classes_free(classes);
    variables_free(variables);
    return 0;
}
