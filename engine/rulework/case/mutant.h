/*
 * A rule broken on purpose, one thing at a time: an option left out, a negation turned round, a byte of a
 * content changed, a number moved by one, a field of the header opened. Tests that notice none of it do not
 * test it. Pure.
 */
#ifndef SLUICE_RULEWORK_MUTANT_H
#define SLUICE_RULEWORK_MUTANT_H

#include <stdint.h>

#include "rule/rule.h"

enum { MUTANTS_MOST = 1024 }; /* of one rule */

struct mutant {
    char *what; /* "depth:5 is depth:6" */
    char *text; /* the rule, which may be refused */
};

struct mutants {
    struct mutant *list;
    uint32_t count, capacity;
};

/* 0 or -ENOMEM; the caller calls mutants_fini either way. */
int mutants_make(const struct rule *rule, struct mutants *out);
void mutants_fini(struct mutants *mutants);

#endif
