/*
 * Addresses, ports and direction of the rules' headers. Tens of thousands of rules have a few hundred
 * different ones, so a packet is compared once with each that is asked for, and what was found holds for as
 * long as packets go between the same two ends.
 *
 * The table is part of a ruleset, const once built. The memo is a worker's own.
 */
#ifndef SLUICE_MATCH_ENDS_H
#define SLUICE_MATCH_ENDS_H

#include "packet/address.h"

struct rule_header;
struct ruleset;
struct view;

struct ends_table {
    const struct rule_header **headers; /* one that has these ends; borrowed from its rule */
    uint32_t count;
};

/* Makes the ruleset's table, and puts the number in it of each rule into the rule's gate. 0 or -ENOMEM. */
int ends_table_build(struct ruleset *ruleset);
void ends_table_free(struct ends_table *table);

enum { ENDS_PAIRS = 16 }; /* of which is known what they fit */

struct ends_pair { /* as the packet goes */
    struct address source, destination;
    uint16_t source_port, destination_port;
    bool has_ports, to_server;
    uint32_t stamp;  /* of what is known of this pair */
    uint32_t *known; /* by number in the table: 2 * stamp, and 1 when it fits */
};

struct ends_memo {
    const struct ends_table *table;
    struct ends_pair pairs[ENDS_PAIRS];
    struct ends_pair *now; /* the packet's; NULL: not looked up yet */
    uint32_t *known;
};

struct ends_memo *ends_memo_new(const struct ends_table *table); /* NULL: memory is short */
void ends_memo_free(struct ends_memo *memo);

/* Another packet: whose ends are looked up when somebody asks. */
static inline void ends_memo_turn(struct ends_memo *memo)
{
    memo->now = NULL;
}

/* Whether the view's packet, the same since the last turn, fits the ends of that number. */
bool ends_fit(struct ends_memo *memo, uint32_t number, const struct view *view);

#endif
