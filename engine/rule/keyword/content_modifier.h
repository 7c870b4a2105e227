/*
 * For keywords that change a content before them. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_CONTENT_MODIFIER_H
#define SLUICE_RULE_KEYWORD_CONTENT_MODIFIER_H

#include "rule/keyword.h"

struct content;

/* The content that a modifier refers to, and (unless NULL) its place in builder_chain(). NULL with *err when
 * there is none. */
struct content *content_modified(struct rule_builder *b, const struct option *option, uint32_t *index,
                                 struct err *err);

/* The keyword content itself. */
int content_parse(struct rule_builder *b, const struct option *option, struct err *err);

#endif
