/*
 * Where the frames of a live run come from: its interfaces, the XDP program on each, and the source that
 * reads them all. One thread.
 */
#ifndef SLUICE_RUN_LIVE_SOURCE_H
#define SLUICE_RUN_LIVE_SOURCE_H

#include "capture/capture.h"
#include "run/live/live_port.h"
#include "run/settings/settings.h"

struct steering;

struct live_source {
    const struct live_settings *settings; /* borrowed */
    const struct log *log;
    struct live_port ports[INTERFACES_MOST];
    unsigned count;
    int host_ring; /* borrowed descriptor: the map of host mode, set once the program is attached */
    bool pcap;     /* without XDP */
    int wake;      /* an eventfd, with several workers; else 0 */
};

/* Which interfaces, and whether the sizes can be used; touches nothing. 0 or -EINVAL with *err. */
int live_source_init(struct live_source *source, const struct live_settings *settings, const struct log *log,
                     struct err *err);

/* The program on every interface. 0, or a negative errno with *err; then detach what was attached. */
int live_source_attach(struct live_source *source, const struct pins *pins, struct err *err);
bool live_source_attached(const struct live_source *source); /* any */
void live_source_detach(struct live_source *source);

/* The source that reads them, which the caller closes. 0 or a negative errno with *err. */
int live_source_open(struct live_source *source, const struct steering *steering, const atomic_bool *stop,
                     struct capture *capture, struct err *err);

/* Ends its waiting for frames, from any thread. */
void live_source_wake(const struct live_source *source);

/* Whether a start by XDP that ended so may go on without: not when it was asked for, nor when the interface
 * is not there or somebody else's. */
bool live_source_may_fall_back(const struct live_source *source, int result);

#endif
