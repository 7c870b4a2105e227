/* The seven fields before a rule's options. One thread; the sets in *out are referenced, for rule_free. */
#ifndef SLUICE_RULE_HEADER_PARSE_H
#define SLUICE_RULE_HEADER_PARSE_H

#include "rule/builder.h"
#include "rule/lexer.h"

struct set_cache;

/* 0, -EINVAL, -ENOTSUP or -ENOMEM, with *err. What was made before an error stays in *out. */
int rule_header_parse(const struct rule_text *text, const struct rule_context *context,
                      struct set_cache *cache, struct rule_header *out, struct err *err);

/* The text of an action with its scope, of a protocol with its hook, of a direction: for printing. */
const char *rule_action_name(const struct rule_header *header);
const char *rule_scope_name(enum rule_scope scope); /* ":flow", or "" */
const char *rule_protocol_name(const struct rule_header *header);
const char *rule_hook_name(enum rule_hook hook); /* ":all", or "" */
const char *rule_direction_name(enum rule_direction direction);

#endif
