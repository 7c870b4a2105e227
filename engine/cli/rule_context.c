#include "cli/rule_context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/rule_cli.h"

bool rule_context_files(const struct parsed *parsed, struct author_files *files)
{
    *files = (struct author_files){.config = rule_option(parsed, "config"),
                                   .classification = rule_option(parsed, "classification"),
                                   .reference = rule_option(parsed, "reference"),
                                   .dataset_dir = rule_option(parsed, "dataset-dir")};
    const char **assignments = calloc(parsed->count + 1, sizeof *assignments);
    if (!assignments)
        return false;
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

struct rule_context *rule_context_open(const struct parsed *parsed)
{
    struct author_files files;
    struct err err = {0};
    struct rule_context *context = NULL;
    if (rule_context_files(parsed, &files)) {
        context = author_context_new(&files, &err);
        rule_context_files_fini(&files);
    } else {
        err_set(&err, -1, "out of memory");
    }
    if (!context) {
        char text[ERR_TEXT];
        err_text(&err, text);
        fprintf(stderr, "sluice: %s\n", text);
    }
    return context;
}

void rule_context_close(struct rule_context *context)
{
    author_context_free(context);
}
