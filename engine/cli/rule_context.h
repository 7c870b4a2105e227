/* What rules may refer to, as the options of a part of `sluice rule` say. Prints; one thread. */
#ifndef SLUICE_CLI_RULE_CONTEXT_H
#define SLUICE_CLI_RULE_CONTEXT_H

#include "cli/options.h"
#include "rulework/rule_project.h"
#include "rulework/author_context.h"

/* The options, as a piece of a table. */
#define RULE_CONTEXT_OPTIONS                                                                               \
    {"config", 0, "YAML", "variables, in the shape of suricata.yaml", NULL, NULL},                         \
        {"set", 0, "NAME=VALUE", "one variable (HOME_NET=10.0.0.0/8; may be given again)", NULL, NULL},    \
        {"classification", 0, "FILE", "classification.config (the usual classes)", NULL, NULL},            \
        {"reference", 0, "FILE", "reference.config (the usual systems)", NULL, NULL},                      \
        {"project", 0,   "FILE", "the project's file (" RULE_PROJECT_FILE ", upwards from the rules)",     \
         NULL,      NULL},                                                                                 \
        {"no-project", 0, NULL, "without a project's file", NULL, NULL},                                   \
    {                                                                                                      \
        "dataset-dir", 0, "DIR", "where datasets and lists are loaded from (beside the rules)", NULL, NULL \
    }

/*
 * The project that --project names, or that is found from `start` on (NULL: from here). False after saying on
 * standard error what is wrong; rule_project_fini either way.
 */
bool rule_project_open(struct rule_project *project, const struct parsed *parsed, const char *start);

/* The files that project and options name, the latter first; false when memory is short. The texts are
 * theirs. */
bool rule_context_files(const struct parsed *parsed, const struct rule_project *project,
                        struct author_files *files);
void rule_context_files_fini(struct author_files *files);

/* The project first, then the options. NULL after saying on standard error what is wrong. */
struct rule_context *rule_context_open(const struct parsed *parsed, const struct rule_project *project);
void rule_context_close(struct rule_context *context);

#endif
