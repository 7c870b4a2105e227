/*
 * The file that the variables come from (YAML), as a document without rules: where a variable is given its
 * value, and where other values name it. The file is read anew each time, since it is not open. One thread.
 */
#ifndef SLUICE_LSP_VARIABLE_FILE_H
#define SLUICE_LSP_VARIABLE_FILE_H

#include "lsp/uses.h"

struct variable_file {
    struct document *document; /* NULL: there is no such file, or it cannot be read */
};

void variable_file_open(struct variable_file *file, const struct project *project);
void variable_file_close(struct variable_file *file);

/* Each line that gives the variable a value (use.sets), or names it in one (use.reads). */
void variable_file_each(const struct variable_file *file, struct slice name, use_fn each, void *ctx);

#endif
