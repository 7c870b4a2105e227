/*
 * What other rules care about in one rule: its sid, what it matches, the marks that it sets or asks for.
 *
 * Traits own their texts. They stay at their address while an index (across.h) has them. One thread.
 */
#ifndef SLUICE_RULEWORK_TRAITS_H
#define SLUICE_RULEWORK_TRAITS_H

#include "rule/state_op.h"
#include "rulework/finding.h"

struct across_group;
struct checking;

struct trait_mark {
    struct place place; /* of the option */
    enum state_store store;
    char *name;
    bool reads, sets;
    struct across_group *group; /* of the index that has it */
};

struct traits {
    uint32_t file; /* rank among the files: they are taken in that order */
    unsigned line; /* lines before those that the places count from; file and line may change as long as the
                      order among the rules of an index stays */
    uint32_t gid, sid, rev;
    struct place place, sid_place; /* of the action, of the sid */
    char *body;                    /* the rule without what only names it; NULL: there are no traits */
    struct trait_mark *marks;
    uint32_t mark_count, mark_capacity;
    /* Of the index that has it: */
    uint32_t company; /* whether other rules have its sid, or its body: 0 to 2 */
    struct across_group *identity_group, *body_group;
};

/* Of a rule that was accepted. 0 or -ENOMEM; the caller calls traits_fini in either case. */
int traits_read(struct traits *traits, const struct checking *c);
void traits_fini(struct traits *traits);

/* "flowbits", "flowint", "xbits", "hostbits". */
const char *state_store_keyword(enum state_store store);

#endif
