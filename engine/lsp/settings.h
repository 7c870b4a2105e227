/*
 * What rules may refer to and which findings count, from those who may say so: the project's file
 * (.sluice.yaml), over it the command line, over it the editor's initializationOptions. One thread.
 */
#ifndef SLUICE_LSP_SETTINGS_H
#define SLUICE_LSP_SETTINGS_H

#include <jansson.h>

#include "rulework/author_context.h"
#include "rulework/rule_project.h"

struct settings_of_rules {
    const struct author_files *command; /* borrowed */
    struct rule_project said;           /* the project's file */
    json_t *options;                    /* of the editor, or NULL */
    struct author_files files;          /* all together; borrows from the others */
    const char **assignments;
};

/* Puts together what is known so far. 0 or -ENOMEM. */
int settings_join(struct settings_of_rules *settings);
void settings_fini(struct settings_of_rules *settings);

#endif
