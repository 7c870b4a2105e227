/*
 * Keywords that compare one number of the view with a condition (ttl, itype, flow.pkts, ...), and what a
 * keyword may promise to the ruleset in rule.hints.
 *
 * Hints are necessary conditions: where two keywords demand what cannot be had together, the earlier one
 * stays, and evaluation finds that the rule never matches. Parse-time only, but for view_has; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_NUMBER_H
#define SLUICE_RULE_KEYWORD_NUMBER_H

#include "rule/keyword.h"

/* Adds a test whose data is a struct uint_condition over values up to `most`. 0, -EINVAL, -ENOMEM. */
int number_test(struct rule_builder *b, const struct option *option, uint64_t most,
                const struct test_ops *ops, struct err *err);

/* For such a test's match. */
bool number_holds(const void *data, uint64_t value);

/* A plain decimal number up to `most`, which is all that some keywords take. */
int number_plain(const struct option *option, uint64_t most, uint64_t *value, struct err *err);

/* Adds a test with a copy of `data`. 0 or -ENOMEM. */
int copied_test(struct rule_builder *b, const struct test_ops *ops, const void *data, size_t size);

/* The packet must have one of these layers. */
void hint_layers(struct rule *rule, uint32_t layers);
void hint_ip_protocol(struct rule *rule, uint8_t protocol);
void hint_event(struct rule *rule, uint16_t event);

/* A sticky buffer of the packet's headers. 0, -EINVAL (the rule's protocol has no such header), -ENOMEM. */
int select_header(struct rule_builder *b, enum buffer_id buffer, uint32_t layer, struct err *err);

/* Whether the packet came off the wire and has one of these layers: what is made up when a flow ends has no
 * headers. */
bool view_has(const struct view *view, uint32_t layers);

#endif
