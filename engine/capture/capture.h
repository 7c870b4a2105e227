/*
 * Sources of frames behind one table of operations; capture_list.h names them. A replay and a live run read
 * the same way.
 *
 * One thread owns a source. Frames are lent by batch: their bytes are good until the batch is released.
 */
#ifndef SLUICE_CAPTURE_CAPTURE_H
#define SLUICE_CAPTURE_CAPTURE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"
#include "packet/frame.h"

struct log;

struct capture_batch {
    struct frame *frames;
    unsigned count;
    void *storage;   /* the source's own */
    uint64_t now_ns; /* live: when it was taken, so that time goes on without frames; 0: of a file */
};

struct capture_config {
    const char *name;   /* file, "-", or an interface */
    const char *filter; /* libpcap syntax, or NULL */
    const struct log *log;
    const atomic_bool *stop; /* set from outside: a source that waits for frames ends; may be NULL */
    /* Of an interface: */
    int xsks_map; /* where the XDP program looks for sockets */
    unsigned queues;
    bool require_zerocopy;
    int host_ring; /* map of the source ringbuf */
};

struct capture_position { /* for progress: 0 when not known */
    uint64_t bytes_done, bytes_total, frames;
};

struct capture;

struct capture_ops {
    const char *name;
    int (*open)(struct capture *capture, const struct capture_config *config, struct err *err);
    /* 1: *batch is filled; 0: the end; negative errno with *err. A capture cut short is the end, with a
     * warning in the log. */
    int (*next_batch)(struct capture *capture, struct capture_batch *batch, struct err *err);
    void (*release)(struct capture *capture, struct capture_batch *batch);
    void (*position)(struct capture *capture, struct capture_position *out);
    void (*close)(struct capture *capture);
};

struct capture {
    const struct capture_ops *ops;
    void *state; /* the source's own */
};

#define CAPTURE(id) extern const struct capture_ops capture_##id##_ops;
#include "capture/capture_list.h"
#undef CAPTURE

#endif
