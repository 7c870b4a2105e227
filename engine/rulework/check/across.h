/*
 * What can only be said of all rules together: sids, rules that say the same twice, marks that only one side
 * knows. An index that rules come into and go out of, in any order; what it says of a rule is computed when
 * it is asked. It borrows the traits. One thread.
 */
#ifndef SLUICE_RULEWORK_ACROSS_H
#define SLUICE_RULEWORK_ACROSS_H

#include "rulework/check/traits.h"

struct across;

typedef const char *(*across_file_fn)(const void *ctx, uint32_t file); /* the name of a file, by its rank */

/* NULL when memory is short. */
struct across *across_new(across_file_fn file_name, const void *ctx);
void across_free(struct across *across);

/* 0, or -ENOMEM with the rule left out. Traits without a body are left out. */
int across_add(struct across *across, struct traits *traits);

/* Nothing is done for traits that were never added. */
void across_remove(struct across *across, struct traits *traits);

/* What is to be said of that rule. 0 or -ENOMEM. */
int across_report(const struct across *across, const struct traits *traits, struct findings *findings);

/* The first rule with that sid and gid 1; NULL when there is none. */
const struct traits *across_sid(const struct across *across, uint32_t sid);

/* Each rule that has the mark, in their order, once for each time it has it. */
typedef void (*across_mark_fn)(void *ctx, const struct traits *traits, const struct trait_mark *mark);
void across_each_mark(const struct across *across, enum state_store store, struct slice name,
                      across_mark_fn each, void *ctx);

/* Each mark of that store once, with how often it is read and set; in no order. */
typedef void (*across_name_fn)(void *ctx, const char *name, uint32_t reads, uint32_t sets);
void across_each_name(const struct across *across, enum state_store store, across_name_fn each, void *ctx);

#endif
