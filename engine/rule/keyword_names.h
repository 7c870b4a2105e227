/*
 * All keyword names of Suricata 8.0, so that a keyword that we lack is told apart from one that does not
 * exist. Constants; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_NAMES_H
#define SLUICE_RULE_KEYWORD_NAMES_H

#include "base/slice.h"

struct keyword_name {
    const char *name;
    const char *needs; /* what it waits for, such as "the http parser"; NULL: nothing in particular */
    bool quotes;       /* its value may stand in quotes */
};

/* In any case, as Suricata looks keywords up; NULL when there is none such. */
const struct keyword_name *keyword_name_find(struct slice name);

/* The known name that is nearest in spelling; NULL when none is near enough to be meant. */
const char *keyword_name_near(struct slice name);

#endif
