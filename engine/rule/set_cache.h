/*
 * The inside of sets.h's cache, between its two files: sets by text, kind and generation of the variables.
 * The cache owns one reference to each set. One thread.
 */
#ifndef SLUICE_RULE_SET_CACHE_H
#define SLUICE_RULE_SET_CACHE_H

#include "rule/sets.h"

/* The struct address_set (or port_set), borrowed; NULL when it is not there, or without a cache. */
void *set_cache_get(const struct set_cache *cache, struct slice text, uint64_t generation, bool ports);

/* Whether it was kept, and one reference with it. */
bool set_cache_put(struct set_cache *cache, struct slice text, uint64_t generation, bool ports, void *set);

#endif
