/*
 * What an interface was set to before a run changed it, noted in a file beside the control socket, so that a
 * run that is killed does not leave it changed for good: the next one, or `sluice xdp detach`, sets it back.
 * A file for each interface and network namespace; like the settings themselves it does not outlive the
 * machine's start.
 */
#ifndef SLUICE_RUN_SETUP_STATE_H
#define SLUICE_RUN_SETUP_STATE_H

#include <stdbool.h>
#include <stdint.h>

#define RUN_DIRECTORY "/run/sluice"

struct receive_hash;

struct setup_state {
    uint32_t flags;            /* ETH_FLAG_... that were on and have been switched off */
    bool merging;              /* so was GRO */
    struct receive_hash *hash; /* as it was; NULL: it has not been changed */
};

/* Whether a run that is no more has left something; *out is the caller's then, its hash to be freed. */
bool setup_state_left(const char *interface, struct setup_state *out);

/* Of this process, over what is there. 0 or a negative errno. */
int setup_state_note(const char *interface, const struct setup_state *state);
void setup_state_forget(const char *interface);

#endif
