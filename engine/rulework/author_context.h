/*
 * What rules may refer to while they are written: variables, classes, reference systems, datasets, from the
 * files that the author names. Owned by whoever opens it; one thread.
 */
#ifndef SLUICE_RULEWORK_AUTHOR_CONTEXT_H
#define SLUICE_RULEWORK_AUTHOR_CONTEXT_H

#include <stddef.h>

struct err;
struct rule_context;

struct author_files { /* any may be NULL: the usual values */
    const char *config, *classification, *reference, *dataset_dir;
    const char *const *assignments; /* NAME=VALUE, after the file */
    size_t assignment_count;
};

/* NULL, with *err. Borrows dataset_dir. */
struct rule_context *author_context_new(const struct author_files *files, struct err *err);
void author_context_free(struct rule_context *context);

/*
 * Forgets the datasets that rules have named so far, when they are many: one that writes a name letter by
 * letter leaves a set for each. No rule that was parsed before may be in use. 0 or -ENOMEM.
 */
int author_context_tidy(struct rule_context *context);

#endif
