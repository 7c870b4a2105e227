/* Parse functions of byte_extract and byte_math, for the table in byte.c; see keyword.h. */
#ifndef SLUICE_RULE_KEYWORD_BYTE_EXTRACT_H
#define SLUICE_RULE_KEYWORD_BYTE_EXTRACT_H

#include "rule/keyword.h"

enum { DIGITS_TEST = 23, DIGITS_EXTRACT = 20, DIGITS_MATH = 10 }; /* most digits that "string" can read */

int parse_byte_extract(struct rule_builder *b, const struct option *option, struct err *err);
int parse_byte_math(struct rule_builder *b, const struct option *option, struct err *err);

#endif
