#include "rulework/author_context.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/classes.h"
#include "rule/dataset.h"
#include "rule/rule_list.h"
#include "rule/variables.h"

enum { DATASETS_MANY = DATASETS_MOST / 4 };

struct opened {
    struct rule_context context; /* first: what the caller sees */
    struct variables *variables;
    struct classes *classes;
    struct datasets *datasets;
};

/* The file first, so that single variables override it. */
static int read_all(struct opened *o, const struct author_files *files, struct err *err)
{
    int rc = files->config ? variables_load_yaml(o->variables, files->config, err) : 0;
    for (size_t i = 0; !rc && i < files->assignment_count; i++)
        rc = variables_set(o->variables, files->assignments[i], err);
    if (!rc && files->classification)
        rc = classes_load(o->classes, files->classification, NULL, NULL, err);
    if (!rc && files->reference)
        rc = references_load(o->classes, files->reference, NULL, NULL, err);
    return rc;
}

struct rule_context *author_context_new(const struct author_files *files, struct err *err)
{
    struct opened *o = calloc(1, sizeof *o);
    if (!o) {
        err_set(err, -ENOMEM, "out of memory");
        return NULL;
    }
    o->variables = variables_new();
    o->classes = classes_new();
    o->datasets = datasets_new(1);
    o->context = (struct rule_context){.variables = o->variables,
                                       .classes = o->classes,
                                       .datasets = o->datasets,
                                       .directory = files->dataset_dir};
    if (!o->variables || !o->classes || !o->datasets)
        err_set(err, -ENOMEM, "out of memory");
    else if (!read_all(o, files, err))
        return &o->context;
    author_context_free(&o->context);
    return NULL;
}

void author_context_free(struct rule_context *context)
{
    struct opened *o = (struct opened *)context;
    if (!o)
        return;
    datasets_free(o->datasets);
    classes_free(o->classes);
    variables_free(o->variables);
    free(o);
}

int author_context_tidy(struct rule_context *context)
{
    struct opened *o = (struct opened *)context;
    struct dataset_counters counters;
    datasets_counters(o->datasets, &counters);
    if (counters.sets < DATASETS_MANY)
        return 0;
    struct datasets *fresh = datasets_new(1);
    if (!fresh)
        return -ENOMEM;
    datasets_free(o->datasets);
    o->datasets = o->context.datasets = fresh;
    return 0;
}
