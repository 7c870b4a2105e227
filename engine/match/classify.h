/*
 * What a rule is inspected against, and where it stands in the order of evaluation. Pure functions over const
 * rules; any thread.
 */
#ifndef SLUICE_MATCH_CLASSIFY_H
#define SLUICE_MATCH_CLASSIFY_H

#include "match/compiled.h"

/* Fills in everything of *out from the rule. */
void classify(const struct rule *rule, struct compiled_rule *out);

/*
 * Sorts into the order of evaluation: by action (pass, drop, reject, alert), then what sets flowbits before
 * what sets and reads before what reads them, the same for flowints and hostbits, then by priority, then as
 * they were loaded. `rules` comes in the order in which they were loaded. 0 or -ENOMEM.
 */
int order_rules(struct compiled_rule *rules, uint32_t count);

#endif
