/*
 * Conditions on the size of a buffer, for the checks of whole rules. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_SIZE_H
#define SLUICE_RULE_KEYWORD_SIZE_H

#include "rule/keyword.h"

/* The condition of a step of that keyword, bsize or urilen; NULL when it is another one's. */
const struct uint_condition *step_size(const struct step *step, const char *keyword);

#endif
