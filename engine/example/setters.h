/* Which rules set a flowbit, xbit, hostbit or flowint. Borrows the rules; const once made; any thread. */
#ifndef SLUICE_EXAMPLE_SETTERS_H
#define SLUICE_EXAMPLE_SETTERS_H

struct rule_list;
struct rule;
struct setters;
struct state_op; /* rule/state_op.h */

struct setters *setters_new(const struct rule_list *list); /* NULL when memory is short */
void setters_free(struct setters *setters);

/* The n-th rule that sets any of the names that the test asks for; NULL behind the last. */
const struct rule *setters_find(const struct setters *setters, const struct state_op *test, unsigned n);

#endif
