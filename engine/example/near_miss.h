/* Near misses: what makes a rule fire with one option broken at a time. One thread. */
#ifndef SLUICE_EXAMPLE_NEAR_MISS_H
#define SLUICE_EXAMPLE_NEAR_MISS_H

#include "base/err.h"

struct example;       /* example.h */
struct judge;         /* judge.h */
struct scene_request; /* scene.h */

/*
 * Adds to the example those that are found: on each the rule does not fire, and does with that option turned
 * to its opposite. 0, -ENOMEM or what a replay says, with *err.
 */
int near_misses(const struct judge *judge, const struct scene_request *request, struct example *out,
                struct err *err);

#endif
