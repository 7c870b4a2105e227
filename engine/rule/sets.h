/*
 * Sets of addresses and ports from their text in a rule header: lists, nesting, negation, ranges, variables.
 *
 * The caller holds one reference to what it gets (address_set_unref, port_set_unref). A cache lets rules with
 * the same text share one set; it holds a reference of its own. One thread.
 */
#ifndef SLUICE_RULE_SETS_H
#define SLUICE_RULE_SETS_H

#include "base/err.h"
#include "rule/header.h"

struct variables;
struct set_cache;

enum {
    SET_NESTING_MOST = 32,     /* brackets and variables inside one another */
    SET_ELEMENTS_MOST = 65536, /* addresses or ports of one set, those of its variables included */
};

/*
 * 0, or -EINVAL with *err (column from 1 within `text`), or -ENOMEM. Either of variables and cache may be
 * NULL.
 */
int address_set_parse(struct slice text, const struct variables *variables, struct set_cache *cache,
                      struct address_set **out, struct err *err);
int port_set_parse(struct slice text, const struct variables *variables, struct set_cache *cache,
                   struct port_set **out, struct err *err);

struct set_cache *set_cache_new(void); /* NULL when memory is short */
void set_cache_free(struct set_cache *cache);

#endif
