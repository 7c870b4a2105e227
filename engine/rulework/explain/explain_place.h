/* Where the steps of a chain come to lie when the chain matches. No state; whoever owns the eval calls. */
#ifndef SLUICE_RULEWORK_EXPLAIN_PLACE_H
#define SLUICE_RULEWORK_EXPLAIN_PLACE_H

#include "rule/chain.h"

/*
 * The offset in the buffer at which step `index` ends, on the engine's own way through the first `steps`
 * steps in that instance: the place that the steps behind it let stand, not the first that would do. False
 * when they do not match there, or memory is short. Afterwards eval->buffer is that instance, transforms
 * applied.
 */
bool explain_place(struct eval *eval, const struct chain *chain, uint32_t steps, unsigned instance,
                   uint32_t index, size_t *end);

#endif
