/*
 * An interface made ready for inspection: it takes every frame, as it was on the wire (not merged with
 * others, its VLAN tag in place), and sends both directions of a flow to one queue where the card can. All of
 * it is set back at the end; that it is promiscuous ends with the process, however that ends.
 *
 * Nothing here keeps a run from starting: what cannot be had is said in the log. One thread.
 */
#ifndef SLUICE_RUN_INTERFACE_SETUP_H
#define SLUICE_RUN_INTERFACE_SETUP_H

#include <stdbool.h>
#include <stdint.h>

struct log;
struct receive_hash;

struct interface_setup {
    const char *interface; /* borrowed; NULL: nothing has been set */
    int promiscuous;       /* a socket that keeps it so, or -1 */
    uint32_t flags_were, merging_was;
    bool flags_changed, merging_changed;
    struct receive_hash *hash_was;
};

/* For span mode; `queues`: how many are read. */
void interface_setup(struct interface_setup *setup, const char *interface, unsigned queues,
                     const struct log *log);
void interface_restore(struct interface_setup *setup, const struct log *log);

#endif
