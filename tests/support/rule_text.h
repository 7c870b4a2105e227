/*
 * Rules out of text for tests of single keywords, and packets to hold against them. The kit owns what rules
 * refer to; a test makes one and frees it.
 */
#ifndef TESTS_SUPPORT_RULE_TEXT_H
#define TESTS_SUPPORT_RULE_TEXT_H

#include "rule/dataset.h"
#include "rule/rule_list.h"

struct rule_kit {
    struct variables *variables;
    struct classes *classes;
    struct datasets *datasets;
    struct rule_context context;
    struct err err; /* of the last rule */
};

void rule_kit_init(struct rule_kit *kit);
void rule_kit_fini(struct rule_kit *kit);

/* The rule `alert HEADER any any -> any any (OPTIONS; sid:SID;)`, or NULL when it is refused. */
struct rule *rule_kit_rule(struct rule_kit *kit, const char *header, const char *options, unsigned sid);

/* The rules of a text, those that are refused left out; the caller frees the list. NULL: it could not be
 * read. */
struct rule_list *rule_list_of(const char *text);

/* Whether all tests of the rule (no chains, no state) hold on the view. */
bool rule_tests_hold(const struct rule *rule, const struct view *view);

/* A view of a packet on its own. */
struct view packet_view(const struct packet *packet);

/* An IPv4 packet from 10.0.0.SOURCE to 10.0.0.DESTINATION, `seconds` after the epoch; no transport. */
struct packet packet_between(uint8_t source, uint8_t destination, double seconds);

#endif
