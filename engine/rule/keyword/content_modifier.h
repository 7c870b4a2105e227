/*
 * For keywords that change a content before them. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_CONTENT_MODIFIER_H
#define SLUICE_RULE_KEYWORD_CONTENT_MODIFIER_H

#include "rule/content.h"
#include "rule/keyword.h"

/* The content that a modifier refers to, and (unless NULL) its place in builder_chain(). NULL with *err when
 * there is none. */
struct content *content_modified(struct rule_builder *b, const struct option *option, uint32_t *index,
                                 struct err *err);

/* A content of these bytes, for content_ops; `lower`: made lower case first. NULL when memory is short. */
struct content *content_new(struct slice bytes, bool negated, bool lower);

/* The keyword content itself. */
int content_parse(struct rule_builder *b, const struct option *option, struct err *err);

#endif
