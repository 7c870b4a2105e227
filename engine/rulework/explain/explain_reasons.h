/* What kept the matches of a rule from becoming alerts, and who sets what it asks of a flow. */
#ifndef SLUICE_RULEWORK_EXPLAIN_REASONS_H
#define SLUICE_RULEWORK_EXPLAIN_REASONS_H

#include "rulework/explain/explain.h"

/* Appends lines for a person, each with its '\n'. 0 or -ENOMEM. */
int explain_reasons(const struct explanation *x, const struct explained_rule *r, struct buf *out);

#endif
