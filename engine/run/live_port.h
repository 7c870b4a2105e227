/*
 * An interface of a live run: our XDP program on it, attached at the start and taken away at the end.
 *
 * One thread. What another run or a person has attached there is left alone.
 */
#ifndef SLUICE_RUN_LIVE_PORT_H
#define SLUICE_RUN_LIVE_PORT_H

#include <stdbool.h>

#include "base/err.h"

struct log;
struct pins;

struct live_port {
    const char *interface; /* borrowed */
    unsigned ifindex;
    unsigned queues; /* asked for; 0: as many as the interface has */
    int xsks;        /* where the program looks for sockets: a file descriptor, or -1 */
    bool attached;
};

/* 0, or a negative errno with *err: -EBUSY when it is somebody else's. */
int live_port_attach(struct live_port *port, const struct pins *pins, const struct log *log, struct err *err);
void live_port_detach(struct live_port *port, const struct log *log);

#endif
