/*
 * What a rule costs, as far as its text tells: which literal the prefilter looks for, how often that is found
 * in harmless traffic, what is evaluated then. Pure; any thread.
 */
#ifndef SLUICE_RULEWORK_COST_H
#define SLUICE_RULEWORK_COST_H

#include "base/buf.h"
#include "match/fast_pattern.h"

struct rule;

enum cost_level { COST_LOW, COST_MEDIUM, COST_HIGH };

/* Whether the literal, which is the rule's, is found nearly everywhere. */
bool cost_pattern_weak(const struct fast_pattern *fast, const struct rule *rule);

enum cost_level cost_level(const struct rule *rule);
const char *cost_level_name(enum cost_level level);

/* Appends two lines: the fast pattern, the level and why. 0 or -ENOMEM. */
int cost_text(const struct rule *rule, struct buf *out);

#endif
