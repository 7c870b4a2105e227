/*
 * What can only be said of all rules together: sids, rules that say the same twice, marks that only one side
 * knows. One thread.
 */
#ifndef SLUICE_RULEWORK_ACROSS_H
#define SLUICE_RULEWORK_ACROSS_H

#include <stdbool.h>

struct across;
struct check;
struct checking;
struct findings;

struct across *across_new(void); /* NULL when memory is short */
void across_free(struct across *across);

/* Remembers what is asked of one rule. 0 or -ENOMEM. */
int across_add(struct across *across, const struct checking *c);

/* 0 or -ENOMEM. */
int across_report(struct across *across, const struct check *check, struct findings *findings);

#endif
