#include "cli/rule_context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/rule_cli.h"
#include "rule/classes.h"
#include "rule/dataset.h"
#include "rule/rule_list.h"
#include "rule/variables.h"

struct opened {
    struct rule_context context; /* first: what the caller sees */
    struct variables *variables;
    struct classes *classes;
    struct datasets *datasets;
};

static bool said(const struct err *err)
{
    char text[ERR_TEXT];
    err_text(err, text);
    fprintf(stderr, "sluice: %s\n", text);
    return false;
}

/* The file first, whatever the order, so that single variables override it. */
static bool read_variables(struct variables *variables, const struct parsed *parsed)
{
    struct err err = {0};
    const char *config = rule_option(parsed, "config");
    if (config && variables_load_yaml(variables, config, &err))
        return said(&err);
    for (size_t i = 0; i < parsed->count; i++) {
        const struct parsed_option *o = &parsed->list[i];
        if (o->spec && strcmp(o->spec->name, "set") == 0 && variables_set(variables, o->value, &err))
            return said(&err);
    }
    return true;
}

static bool read_classes(struct classes *classes, const struct parsed *parsed)
{
    struct err err = {0};
    const char *classification = rule_option(parsed, "classification");
    const char *reference = rule_option(parsed, "reference");
    if (classification && classes_load(classes, classification, NULL, NULL, &err))
        return said(&err);
    if (reference && references_load(classes, reference, NULL, NULL, &err))
        return said(&err);
    return true;
}

struct rule_context *rule_context_open(const struct parsed *parsed)
{
    struct opened *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->variables = variables_new();
    o->classes = classes_new();
    o->datasets = datasets_new(1);
    o->context = (struct rule_context){.variables = o->variables,
                                       .classes = o->classes,
                                       .datasets = o->datasets,
                                       .directory = rule_option(parsed, "dataset-dir")};
    if (!o->variables || !o->classes || !o->datasets)
        fputs("sluice: out of memory\n", stderr);
    else if (read_variables(o->variables, parsed) && read_classes(o->classes, parsed))
        return &o->context;
    rule_context_close(&o->context);
    return NULL;
}

void rule_context_close(struct rule_context *context)
{
    struct opened *o = (struct opened *)context;
    if (!o)
        return;
    datasets_free(o->datasets);
    classes_free(o->classes);
    variables_free(o->variables);
    free(o);
}
