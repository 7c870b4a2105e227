/*
 * The last step of parsing a rule, for what looks at the application layer: which protocols and directions it
 * is about, and whether its parts can be met together. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_FINISH_TRANSACTION_H
#define SLUICE_RULE_FINISH_TRANSACTION_H

#include "rule/builder.h"

/* Sets the rule's apps, sides and RULE_TRANSACTION. 0; -EINVAL: nothing can be all that the rule asks for. */
int finish_transaction(struct rule_builder *builder, struct err *err);

#endif
