/*
 * What a folder of rules says of itself, in a file `.sluice.yaml` that is found upwards from them: where the
 * rules are, their variables and classes, which findings count and how much. Paths in it are of its folder.
 * A project owns its texts; one thread fills it.
 */
#ifndef SLUICE_RULEWORK_RULE_PROJECT_H
#define SLUICE_RULEWORK_RULE_PROJECT_H

#include "rulework/finding.h"

struct err;

#define RULE_PROJECT_FILE ".sluice.yaml"

struct rule_project {
    char *path;       /* of the file; NULL: there is none, and everything below is empty */
    char **rules;     /* files and folders */
    char **variables; /* NAME=VALUE */
    char *config, *classification, *reference, *dataset_directory; /* NULL: not said */
    uint32_t rule_count, rule_capacity, variable_count, variable_capacity;
    struct finding_choice choice;
};

/* The nearest one from `start` on, a file or a folder, upwards. 0, also when there is none; -EINVAL, -ENOMEM
 * or what cannot be read, with *err; rule_project_fini either way. */
int rule_project_find(struct rule_project *project, const char *start, struct err *err);

/* That file. */
int rule_project_read(struct rule_project *project, const char *path, struct err *err);
void rule_project_fini(struct rule_project *project);

#endif
