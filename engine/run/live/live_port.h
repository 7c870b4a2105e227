/*
 * An interface of a live run: our XDP program on it, attached at the start and taken away at the end.
 *
 * One thread. What another run or a person has attached there is left alone.
 */
#ifndef SLUICE_RUN_LIVE_PORT_H
#define SLUICE_RUN_LIVE_PORT_H

#include <stdbool.h>

#include "base/err.h"
#include "run/live/interface_setup.h"

struct live_settings;
struct log;
struct pins;

struct live_port {
    const char *interface; /* borrowed */
    unsigned ifindex;
    const char *peer; /* borrowed; inline: where its traffic goes on to */
    const struct live_settings *settings;
    unsigned queues; /* asked for; 0: as many as the interface has */
    int xsks;        /* where the program looks for sockets: a file descriptor, or -1 */
    bool attached;
    bool dispatcher; /* beside other programs: taking it away needs CAP_SYS_ADMIN */
    struct interface_setup setup;
};

/* Whether the settings make sense, without touching anything: 0 or -EINVAL with *err. */
int live_port_check(const struct live_settings *settings, struct err *err);

/* Without a program: the interface is only made ready. 0, or -ENODEV with *err. */
int live_port_prepare(struct live_port *port, const struct log *log, struct err *err);

/* 0, or a negative errno with *err: -EBUSY when it is somebody else's. */
int live_port_attach(struct live_port *port, const struct pins *pins, const struct log *log, struct err *err);
void live_port_detach(struct live_port *port, const struct log *log);

#endif
