#include "support/rule_text.h"
#include "packet/packet.h"

#include <stdio.h>
#include <stdlib.h>

#include "rule/classes.h"
#include "rule/variables.h"

void rule_kit_init(struct rule_kit *kit)
{
    memset(kit, 0, sizeof *kit);
    kit->variables = variables_new();
    kit->classes = classes_new();
    kit->datasets = datasets_new(7);
    kit->context = (struct rule_context){
        .variables = kit->variables,
        .classes = kit->classes,
        .datasets = kit->datasets,
    };
}

void rule_kit_fini(struct rule_kit *kit)
{
    variables_free(kit->variables);
    classes_free(kit->classes);
    datasets_free(kit->datasets);
}

struct rule *rule_kit_rule(struct rule_kit *kit, const char *header, const char *options, unsigned sid)
{
    char text[2048];
    struct rule *rule = NULL;
    snprintf(text, sizeof text, "alert %s any any -> any any (%s; sid:%u;)", header, options, sid);
    memset(&kit->err, 0, sizeof kit->err);
    if (rule_parse(slice_str(text), &kit->context, &rule, NULL, &kit->err))
        return NULL;
    return rule;
}

struct rule_list *rule_list_of(const char *text)
{
    struct variables *variables = variables_new();
    struct classes *classes = classes_new();
    struct rule_list *list = rule_list_new();
    struct rule_context context = {.variables = variables, .classes = classes, .directory = "."};
    struct err err;
    int result = rule_list_parse(list, slice_str(text), "test", &context, NULL, NULL, &err);
    classes_free(classes);
    variables_free(variables);
    if (!result)
        return list;
    rule_list_free(list);
    return NULL;
}

bool rule_tests_hold(const struct rule *rule, const struct view *view)
{
    for (uint32_t i = 0; i < rule->test_count; i++)
        if (!rule->tests[i].ops->match(rule->tests[i].data, view))
            return false;
    return true;
}

struct view packet_view(const struct packet *packet)
{
    return (struct view){.packet = packet,
                         .payload = {.bytes = packet->payload, .first = true, .last = true}};
}

struct packet packet_between(uint8_t source, uint8_t destination, double seconds)
{
    struct packet p = {.layers = LAYER_IPV4, .time_ns = (uint64_t)(seconds * 1e9 + 0.5)};
    p.source_address = (struct address){.bytes = {10, 0, 0, source}, .version = 4};
    p.destination_address = (struct address){.bytes = {10, 0, 0, destination}, .version = 4};
    return p;
}
