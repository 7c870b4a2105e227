/* Whether two texts mean the same rule. Pure; any thread. */
#ifndef SLUICE_RULEWORK_SAME_H
#define SLUICE_RULEWORK_SAME_H

#include <stdbool.h>

struct rule;

/*
 * Whether both look for the same and do the same: header, buffers in their order, contents with all that
 * binds them, other steps by how they were written, tests, what they remember, what the alert says.
 */
bool rule_same(const struct rule *a, const struct rule *b);

#endif
