/*
 * What the other rules of a file take from the rules asked about: a pass rule hides them, others fill the
 * alerts that a packet may raise, a drop or a bypass ends the inspection of a flow. Only alerts can be taken,
 * so the file is run whole only when a rule asked about alerts by itself.
 */
#ifndef SLUICE_RULEWORK_EXPLAIN_COMPANY_H
#define SLUICE_RULEWORK_EXPLAIN_COMPANY_H

#include "rulework/explain/explain.h"

/* Replaces the counts of what alerted (as they are in company) and fills in `taken`. The prefilter and the
 * cache are those of the settings. 0, or a negative errno with *err. */
int explain_company(const struct explain_config *config, struct explanation *out, struct err *err);

/* Why, as lines of text for a person, each with its '\n'; of a rule that nothing was taken from, none. 0 or
 * -ENOMEM. */
int explain_company_print(const struct explained_rule *rule, struct buf *out);

#endif
