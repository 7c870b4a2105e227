/*
 * Variables of a flow, and of its packet, which regular expressions set (rule/capture.h) and flowvar and
 * pktvar ask. The flow's worker's own; zero-initialised is empty. Names are copied: they outlive the ruleset.
 */
#ifndef SLUICE_MATCH_FLOW_VARIABLES_H
#define SLUICE_MATCH_FLOW_VARIABLES_H

#include "base/slice.h"

struct group_capture;
struct packet;

struct flow_variable {
    uint64_t key;
    char *name;
    bool of_packet;
    uint8_t *bytes; /* NULL: not seen yet */
    uint32_t n;
    uint8_t *late; /* set when transactions were looked at: its value from the next packet on; NULL: none */
    uint32_t late_n;
    uint64_t number, time_ns; /* of the packet with which it was set last */
};

struct flow_variables {
    struct flow_variable *list; /* in the order in which they were set first */
    uint32_t count, capacity;
};

/* 0, or -ENOMEM: no memory, or more than a flow may have. */
int flow_variables_set(struct flow_variables *variables, const struct group_capture *capture,
                       struct slice value, const struct packet *packet, bool late);

/* Whether a variable of that name and kind is there for that packet and has the pattern in it. */
bool flow_variables_have(struct flow_variables *variables, uint64_t key, bool of_packet, struct slice pattern,
                         const struct packet *packet);

void flow_variables_fini(struct flow_variables *variables);

#endif
