#include "lsp/settings.h"

#include <errno.h>
#include <stdlib.h>

/* {config, classification, reference, datasetDir}: an empty text says nothing. */
static const char *choose(const json_t *options, const char *key, const char *command, const char *project)
{
    const char *text = json_string_value(json_object_get(options, key));
    return text && *text ? text : command ? command : project;
}

/* Later ones count over earlier ones of the same name. */
static int join_assignments(struct settings_of_rules *s)
{
    const json_t *set = json_object_get(s->options, "set"), *one;
    size_t i, count = 0;
    const char **all =
        calloc(s->said.variable_count + s->command->assignment_count + json_array_size(set) + 1, sizeof *all);
    if (!all)
        return -ENOMEM;
    for (i = 0; i < s->said.variable_count; i++)
        all[count++] = s->said.variables[i];
    for (i = 0; i < s->command->assignment_count; i++)
        all[count++] = s->command->assignments[i];
    json_array_foreach(set, i, one)
    {
        if (json_is_string(one))
            all[count++] = json_string_value(one);
    }
    free(s->assignments);
    s->assignments = all;
    s->files.assignments = all;
    s->files.assignment_count = count;
    return 0;
}

int settings_join(struct settings_of_rules *s)
{
    const struct author_files *c = s->command;
    const struct rule_project *p = &s->said;
    s->files.config = choose(s->options, "config", c->config, p->config);
    s->files.classification = choose(s->options, "classification", c->classification, p->classification);
    s->files.reference = choose(s->options, "reference", c->reference, p->reference);
    s->files.dataset_dir = choose(s->options, "datasetDir", c->dataset_dir, p->dataset_directory);
    return join_assignments(s);
}

void settings_fini(struct settings_of_rules *s)
{
    rule_project_fini(&s->said);
    json_decref(s->options);
    free(s->assignments);
}
