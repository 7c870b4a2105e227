/* From one rule's text to a rule: what rule_parse and rule_list share. One thread. */
#ifndef SLUICE_RULE_PARSER_H
#define SLUICE_RULE_PARSER_H

#include "rule/lexer.h"
#include "rule/rule_list.h"

struct set_cache;

/* rule_parse, with a cache for the sets of the header (may be NULL). */
int rule_parse_cached(struct slice text, const struct rule_context *context, struct set_cache *cache,
                      struct rule **rule, struct rule_refusal *refusal, struct err *err);

/*
 * What can only be said of the rule as a whole, once all its options are read: fills in defaults and hints,
 * orders the chains. 0, or -EINVAL with *err.
 */
int rule_finish(struct rule_builder *builder, struct err *err);

#endif
