/*
 * What records call the bits and counters of flows, which are kept by the hashes of their names: the names
 * are the rules'. Const once built.
 */
#ifndef SLUICE_MATCH_STATE_NAMES_H
#define SLUICE_MATCH_STATE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct flow;
struct rule_list;

struct state_names { /* zero-initialised is empty */
    struct state_name_entry {
        uint64_t key;
        const char *text; /* borrowed from the rules */
    } * list;             /* by key */
    uint32_t count;
};

/* The flowbits and flowints of these rules. 0 or -ENOMEM. */
int state_names_init(struct state_names *names, const struct rule_list *rules);
void state_names_fini(struct state_names *names);

/* NULL: no rule names it. */
const char *state_names_find(const struct state_names *names, uint64_t key);

enum { FLOW_NOTES_MOST = 256 };

struct flow_note {
    uint64_t key;
    uint32_t order; /* of setting */
    uint32_t value; /* of a counter */
};

/* The bits (or the counters) of the flow that are set, in the order of setting; how many, FLOW_NOTES_MOST at
 * most. In the flow's worker. */
unsigned flow_notes(const struct flow *flow, bool counters, struct flow_note notes[FLOW_NOTES_MOST]);

#endif
