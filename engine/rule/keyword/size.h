/*
 * bsize, for the checks of whole rules. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_SIZE_H
#define SLUICE_RULE_KEYWORD_SIZE_H

#include "rule/keyword.h"

/* The condition of a step that is a bsize; else NULL. */
const struct uint_condition *step_bsize(const struct step *step);

#endif
