/* Rules that other rules depend on: those that set the flowbits, hostbits and the like that they ask for.
 * Pure. */
#ifndef SLUICE_RULEWORK_SETTERS_H
#define SLUICE_RULEWORK_SETTERS_H

#include <stdbool.h>

struct rule_list;

/* Sets `keep` (one for each rule of the list) for the rules that set what those already kept ask for, and for
 * what those ask for in turn. */
void rules_keep_setters(const struct rule_list *list, bool *keep);

#endif
