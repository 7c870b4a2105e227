/*
 * What opens a group's conditional database: rules that ask for something which few packets have, and which
 * costs next to nothing to look at, need no scan of all the others. That is bytes at a fixed place beside
 * their literal, the first byte, how much a side has sent, or a port.
 *
 * Part of a group: made while a ruleset is built, const from then on.
 */
#ifndef SLUICE_MATCH_SCAN_CONDITION_H
#define SLUICE_MATCH_SCAN_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct compiled_rule;
struct placed;
struct placed_limits;
struct port_set;
struct test;
struct view;

enum scan_end { SCAN_SERVER, SCAN_CLIENT, SCAN_ENDS };

struct scan_ports { /* NULL: any, or more than one set */
    const struct port_set *of[SCAN_ENDS];
};

/* A few, and none that much of TCP has: all of it would be scanned for a rule or two. `set`: NULL is any. */
bool scan_ports_few(const struct port_set *set);

enum { CONDITION_TESTS = 8, CONDITION_FIRST = 8 };

#define PLACED_OPENS UINT32_MAX /* in the place of a rule (placed.h): a condition holds */

struct scan_condition {
    struct condition_test {
        const struct test *test;
        const char *text; /* its option's: what tells one from another */
        uint32_t votes;
    } tests[CONDITION_TESTS];
    uint32_t test_count;
    uint64_t first[4]; /* 256 bits: bytes that open it when the payload begins with them */
    uint32_t first_count;
    uint64_t *ports[SCAN_ENDS]; /* 65,536 bits each; NULL: none */
};

/*
 * Whether the rule may be left to the condition, which then knows of it. `ports`: what the rule names
 * of them; `limits`: what it asks of a packet beside. 1, 0 or -ENOMEM.
 */
int scan_condition_add(struct scan_condition *condition, struct placed *placed,
                       const struct compiled_rule *rule, const struct scan_ports *ports,
                       const struct placed_limits *limits);

/* Votes for what the rule asks for. To be called for all rules before any is added. 0 or -ENOMEM. */
int scan_condition_vote(struct scan_condition *condition, struct placed **placed,
                        const struct compiled_rule *rule);
void scan_condition_elect(struct scan_condition *condition);

void scan_condition_fini(struct scan_condition *condition);

/* Beside the bytes at their places, for which placed_find is asked. */
bool scan_condition_holds(const struct scan_condition *condition, const struct view *view,
                          struct slice payload);

#endif
