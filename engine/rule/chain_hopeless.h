/*
 * For the steps of a chain that can match in several places: whether another place is worth a try. A step's
 * `hopeless` says whether it is known to fail from a cursor and any later one on; without it nothing is
 * known.
 */
#ifndef SLUICE_RULE_CHAIN_HOPELESS_H
#define SLUICE_RULE_CHAIN_HOPELESS_H

#include "rule/chain.h"

/* Whether it is known that the rest of the chain fails from this cursor, and from any later one on. */
bool chain_hopeless(const struct eval *eval, const struct step *step, size_t cursor);

#endif
