/*
 * Which rule of a ruleset is which of the ruleset before it. What flows and transactions remember of rules
 * names them by id: a rule that reads the same in the next ruleset keeps its id, others get ids that no
 * ruleset of the line had before. So what was remembered stays true when the rules are read anew, and tells
 * old rules from new.
 *
 * Belongs to its ruleset: made while that is built, const once it is in use.
 */
#ifndef SLUICE_MATCH_LINEAGE_H
#define SLUICE_MATCH_LINEAGE_H

#include <stdint.h>

struct ruleset;

enum { RULE_NONE = UINT32_MAX };

struct lineage {
    uint32_t generation; /* how many rulesets came before */
    uint32_t ids;        /* all ids so far are below */
    uint32_t *rules;     /* by id: its place in the order of evaluation, or RULE_NONE */
};

/* Of a ruleset that has none before it. 0 or -ENOMEM. */
int lineage_init(struct ruleset *ruleset);
void lineage_fini(struct lineage *lineage);

static inline uint32_t lineage_rule(const struct lineage *lineage, uint32_t id)
{
    return id < lineage->ids ? lineage->rules[id] : (uint32_t)RULE_NONE;
}

#endif
