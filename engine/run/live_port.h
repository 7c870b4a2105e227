/*
 * An interface of a live run: our XDP program on it, attached at the start and taken away at the end.
 *
 * One thread. What another run or a person has attached there is left alone.
 */
#ifndef SLUICE_RUN_LIVE_PORT_H
#define SLUICE_RUN_LIVE_PORT_H

#include <stdbool.h>

#include "base/err.h"
#include "run/interface_setup.h"
#include "run/settings.h"

struct log;
struct pins;

struct live_port {
    const char *interface; /* borrowed */
    unsigned ifindex;
    const char *peer; /* borrowed; inline: where its traffic goes on to */
    enum live_mode mode;
    uint32_t host_ring; /* bytes of host mode's ring */
    unsigned queues;    /* asked for; 0: as many as the interface has */
    int xsks;           /* where the program looks for sockets: a file descriptor, or -1 */
    bool attached;
    struct interface_setup setup;
};

/* 0, or a negative errno with *err: -EBUSY when it is somebody else's. */
int live_port_attach(struct live_port *port, const struct pins *pins, const struct log *log, struct err *err);
void live_port_detach(struct live_port *port, const struct log *log);

#endif
