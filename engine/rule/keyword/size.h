/*
 * Conditions on how much there is, for the checks of whole rules. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_SIZE_H
#define SLUICE_RULE_KEYWORD_SIZE_H

#include "rule/keyword.h"

/* The condition of a step of that keyword, bsize or urilen; NULL when it is another one's. */
const struct uint_condition *step_size(const struct step *step, const char *keyword);

struct isdataat {
    int32_t count; /* bytes, or the index of a variable */
    bool count_is_variable, negated, relative;
};

/* The isdataat of a step; NULL when it is another keyword's. */
const struct isdataat *step_isdataat(const struct step *step);

/* Without so many bytes of its buffer a chain with this step cannot match, whatever came before it. */
uint64_t step_least(const struct step *step);

#endif
