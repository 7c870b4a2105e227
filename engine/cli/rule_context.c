#include "cli/rule_context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/rule_cli.h"

/* The option's value, or else the project's. */
static const char *either(const struct parsed *parsed, const char *option, const char *of_project)
{
    const char *value = rule_option(parsed, option);
    return value ? value : of_project;
}

bool rule_context_files(const struct parsed *parsed, const struct rule_project *project,
                        struct author_files *files)
{
    *files =
        (struct author_files){.config = either(parsed, "config", project->config),
                              .classification = either(parsed, "classification", project->classification),
                              .reference = either(parsed, "reference", project->reference),
                              .dataset_dir = either(parsed, "dataset-dir", project->dataset_directory)};
    const char **assignments = calloc(parsed->count + project->variable_count + 1, sizeof *assignments);
    if (!assignments)
        return false;
    for (uint32_t i = 0; i < project->variable_count; i++)
        assignments[files->assignment_count++] = project->variables[i];
    for (size_t i = 0; i < parsed->count; i++) {
        const struct parsed_option *o = &parsed->list[i];
        if (o->spec && strcmp(o->spec->name, "set") == 0)
            assignments[files->assignment_count++] = o->value;
    }
    files->assignments = assignments;
    return true;
}

void rule_context_files_fini(struct author_files *files)
{
    free((void *)files->assignments);
}

static bool said(const struct err *err)
{
    char text[ERR_TEXT];
    err_text(err, text);
    fprintf(stderr, "sluice: %s\n", text);
    return false;
}

bool rule_project_open(struct rule_project *project, const struct parsed *parsed, const char *start)
{
    struct err err = {0};
    const char *file = rule_option(parsed, "project");
    *project = (struct rule_project){0};
    if (rule_option(parsed, "no-project"))
        return true;
    int rc =
        file ? rule_project_read(project, file, &err) : rule_project_find(project, start ? start : ".", &err);
    return rc ? said(&err) : true;
}

struct rule_context *rule_context_open(const struct parsed *parsed, const struct rule_project *project)
{
    struct author_files files;
    struct err err = {0};
    struct rule_context *context = NULL;
    if (rule_context_files(parsed, project, &files)) {
        context = author_context_new(&files, &err);
        rule_context_files_fini(&files);
    } else {
        err_set(&err, -1, "out of memory");
    }
    if (!context)
        said(&err);
    return context;
}

void rule_context_close(struct rule_context *context)
{
    author_context_free(context);
}
