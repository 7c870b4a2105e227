/* Transforms that take options or data of their own, for the table in transform.c; see keyword.h. */
#ifndef SLUICE_RULE_KEYWORD_TRANSFORM_OPTION_H
#define SLUICE_RULE_KEYWORD_TRANSFORM_OPTION_H

#include "rule/keyword.h"

enum { TRANSFORMS_MOST = 16 };

/* Adds a transform to the buffer that was just named; refuses it elsewhere. Owns data. */
int transform_add(struct rule_builder *b, const struct transform_ops *ops, void *data, struct err *err);

int parse_xor(struct rule_builder *b, const struct option *option, struct err *err);
int parse_from_base64(struct rule_builder *b, const struct option *option, struct err *err);
int parse_pcrexform(struct rule_builder *b, const struct option *option, struct err *err);
int parse_inflate(struct rule_builder *b, const struct option *option,
                  struct err *err); /* gunzip, zlib_deflate */
int parse_domain(struct rule_builder *b, const struct option *option, struct err *err); /* domain and tld */

#endif
