/* A chain and single instances of its buffer: which one matched, beyond the "in some instance" of chain.h. */
#ifndef SLUICE_RULE_CHAIN_INSTANCE_H
#define SLUICE_RULE_CHAIN_INSTANCE_H

#include "rule/chain.h"

/* Whether it matches in that instance. */
bool chain_fits(struct eval *eval, const struct chain *chain, unsigned index);

#endif
