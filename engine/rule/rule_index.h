/*
 * What a rule_list remembers beside its rules: where each (gid, sid) stands, and the sets that headers share.
 * Owned by the list; one thread.
 */
#ifndef SLUICE_RULE_RULE_INDEX_H
#define SLUICE_RULE_RULE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

struct rule_index;
struct set_cache;

struct rule_index *rule_index_new(void); /* NULL when memory is short */
void rule_index_free(struct rule_index *index);

bool rule_index_find(const struct rule_index *index, uint32_t gid, uint32_t sid, uint32_t *at);

/* Adds a pair that is not there yet. 0 or -ENOMEM. */
int rule_index_add(struct rule_index *index, uint32_t gid, uint32_t sid, uint32_t at);

struct set_cache *rule_index_sets(struct rule_index *index);

#endif
