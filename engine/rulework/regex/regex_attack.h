/*
 * Whether a regular expression can be made to backtrack without end: subjects are made for each repeated
 * group (what leads to it, many times what it repeats, something that it does not expect), and PCRE2 itself
 * says how many steps they take. Nothing is said without that proof. Pure; any thread.
 */
#ifndef SLUICE_RULEWORK_REGEX_ATTACK_H
#define SLUICE_RULEWORK_REGEX_ATTACK_H

#include "base/slice.h"

enum { REGEX_STEPS = 500000, REGEX_SUBJECT_MOST = 2048 };

struct regex_attack {
    bool found;
    uint32_t from, to; /* the repeated group in the pattern */
    uint8_t subject[REGEX_SUBJECT_MOST];
    size_t length; /* of the subject, with which more than REGEX_STEPS steps are taken */
};

/* `options`: of pcre2_compile. 0 or -ENOMEM. What cannot be compiled or is not understood has no attack. */
int regex_attack_find(struct slice pattern, uint32_t options, struct regex_attack *out);

#endif
