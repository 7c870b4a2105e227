/*
 * A chain and single instances of its buffer, beyond "in some instance" (chain.h): which one matched, and in
 * which directions there can be any.
 */
#ifndef SLUICE_RULE_CHAIN_INSTANCE_H
#define SLUICE_RULE_CHAIN_INSTANCE_H

#include "rule/chain.h"

/* Whether it matches in that instance. */
bool chain_fits(struct eval *eval, const struct chain *chain, unsigned index);

/* BUFFER_TO_SERVER, BUFFER_TO_CLIENT. */
static inline unsigned chain_sides(const struct chain *chain)
{
    return chain->sides ? chain->sides : buffer_info(chain->buffer)->sides;
}

#endif
