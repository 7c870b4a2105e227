/* The parse function of entropy, for the table in size.c; see keyword.h. */
#ifndef SLUICE_RULE_KEYWORD_ENTROPY_H
#define SLUICE_RULE_KEYWORD_ENTROPY_H

#include "rule/keyword.h"

int parse_entropy(struct rule_builder *b, const struct option *option, struct err *err);

#endif
