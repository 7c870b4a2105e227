/*
 * The names of marks (flowbits, xbits, hostbits) in the text of rules. Slices of that text; any thread.
 */
#ifndef SLUICE_LSP_MARKS_H
#define SLUICE_LSP_MARKS_H

#include "rule/lexer.h"
#include "rule/state_op.h"

/* Which store a keyword is of; false for all others. */
bool mark_store(struct slice keyword, enum state_store *store);

/* The name that the value of an option has at that place; false when there is none. */
bool mark_at(struct slice keyword, struct slice value, size_t at, enum state_store *store,
             struct slice *name);

/* Each place of a rule where the mark is named; sets: it is set or toggled there, reads: it is asked for. */
typedef void (*mark_fn)(void *ctx, struct slice part, bool sets, bool reads);
void marks_each(const struct rule_text *text, enum state_store store, struct slice name, mark_fn each,
                void *ctx);

#endif
