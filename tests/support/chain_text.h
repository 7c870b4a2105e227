/*
 * Chains from the text of rule options, for tests that want neither a rule header nor a capture.
 *
 * Knows the keywords of the families that build chains. The caller owns the rule (rule_free).
 */
#ifndef SLUICE_TESTS_SUPPORT_CHAIN_TEXT_H
#define SLUICE_TESTS_SUPPORT_CHAIN_TEXT_H

#include "base/err.h"
#include "rule/rule.h"

/* Parses `content:"x"; depth:3;` and the like. 0, or what the first refusing keyword returned. */
int chain_text_parse(struct slice text, struct rule **rule, struct err *err);

/* Whether all tests and chains of the rule match a UDP packet with this payload; its udp.hdr has the same
 * bytes, so that transforms and bsize have something to look at. */
bool chain_text_match(struct eval *eval, const struct rule *rule, const struct view_buffer *payload);

/* The same for a view made by hand. */
bool chain_text_match_view(struct eval *eval, const struct rule *rule, const struct view *view);

#endif
