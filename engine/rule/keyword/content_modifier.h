/*
 * For keywords that change a content before them. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_CONTENT_MODIFIER_H
#define SLUICE_RULE_KEYWORD_CONTENT_MODIFIER_H

#include "rule/content.h"
#include "rule/keyword.h"

/*
 * The content that a modifier refers to: the last one of the selected buffer, without one the last one of the
 * rule, whatever other steps came after. Its chain is builder_chain() then, and *index (unless NULL) its
 * place there. NULL with *err when there is none.
 */
struct content *content_modified(struct rule_builder *b, const struct option *option, uint32_t *index,
                                 struct err *err);

/* The same of those that look at the payload, for a modifier that says where else to look. */
struct content *content_of_payload(struct rule_builder *b, const struct option *option, uint32_t *index,
                                   struct err *err);

/* A content of these bytes, for content_ops; `lower`: made lower case first. NULL when memory is short. */
struct content *content_new(struct slice bytes, bool negated, bool lower);

/* The keyword content itself. */
int content_parse(struct rule_builder *b, const struct option *option, struct err *err);

#endif
