/*
 * Any rules: examples and near misses are made of the first ones, or refused with a reason; what is given out
 * has frames. Work is bounded by counts, so that no input runs long.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "example/example.h"
#include "rule/rule.h"
#include "rule/rule_list.h"
#include "run/settings/settings.h"

enum { RULES_MOST = 2, MEMORY = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what, const struct rule *rule)
{
    if (good)
        return;
    fprintf(stderr, "sid %u: %s\n", rule->sid, what);
    abort();
}

static void make(struct example_maker *maker, const struct rule *rule)
{
    struct example example;
    struct err err = {0};
    int rc = example_make(maker, rule, &example, &err);
    if (!rc)
        must(example.frames.count > 0, "no frames", rule);
    else
        must(err.message[0], "no reason", rule);
    for (unsigned i = 0; i < example.miss_count; i++)
        must(example.misses[i].option && example.misses[i].frames.count > 0, "an empty near miss", rule);
    example_fini(&example);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct settings *settings = settings_new();
    struct rule_list *list = rule_list_new();
    struct err err = {0};
    if (settings && list) {
        settings->shared_memory = MEMORY;
        struct rule_context context = {.variables = settings->variables};
        rule_list_parse(list, slice_of(data, size), "fuzz", &context, NULL, NULL, &err);
        struct example_config config = {.settings = settings, .rules = list, .near_misses = true};
        struct example_maker *maker = example_maker_new(&config);
        for (uint32_t i = 0; maker && i < list->count && i < RULES_MOST; i++)
            make(maker, list->rules[i]);
        example_maker_free(maker);
    }
    rule_list_free(list);
    settings_free(settings);
    return 0;
}
