/*
 * An interface made ready for inspection: it takes every frame, as it was on the wire (not merged with
 * others, its VLAN tag in place), and sends both directions of a flow to one queue where the card can. All of
 * it is set back at the end; that it is promiscuous ends with the process, however that ends. What a run that
 * was killed has changed is set back at the end of the next one (setup_state.h).
 *
 * Nothing here keeps a run from starting: what cannot be had is said in the log. One thread.
 */
#ifndef SLUICE_RUN_INTERFACE_SETUP_H
#define SLUICE_RUN_INTERFACE_SETUP_H

#include "run/live/setup_state.h"

struct log;

struct interface_setup {
    const char *interface; /* borrowed; NULL: nothing has been set */
    int promiscuous;       /* a socket that keeps it so, or -1 */
    struct setup_state was;
};

/* For span mode; `queues`: how many are read. */
void interface_setup(struct interface_setup *setup, const char *interface, unsigned queues,
                     const struct log *log);
void interface_restore(struct interface_setup *setup, const struct log *log);

/* Sets back what a run that is no more has changed. 1: that was done; 0: there was nothing; or a negative
 * errno. */
int interface_restore_left(const char *interface);

#endif
