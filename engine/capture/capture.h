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

struct afxdp_config;
struct frame_store;
struct log;

struct capture_batch {
    struct frame *frames;
    unsigned count;
    void *storage;   /* the source's own */
    void *from;      /* whoever has several sources: of which it is */
    uint64_t now_ns; /* live: when it was taken, so that time goes on without frames; 0: of a file */
    bool more;       /* it goes on: unless it is released, next_batch adds frames behind these */
};

struct capture_config {
    const char *name;   /* file, "-", or an interface */
    const char *filter; /* libpcap syntax, or NULL */
    const struct log *log;
    const struct frame *frames; /* of the source of that name: lent until it is closed */
    uint32_t frame_count;
    const atomic_bool *stop; /* set from outside: a source that waits for frames ends; may be NULL */
    struct frame_store *
        *stores; /* of a file: where the memory of its batches comes from and goes back to; NULL: its own */
    /* Of live sources, which have no name: */
    int wake; /* an eventfd that ends the waiting for frames; 0: none */
    const struct afxdp_config *afxdp;
    const char *const *interfaces; /* live_pcap */
    unsigned interface_count;
    size_t kernel_buffer; /* bytes, of each interface */
    int host_ring;        /* map of the source ringbuf */
};

struct capture_position { /* for progress: 0 when not known */
    uint64_t bytes_done, bytes_total, frames;
};

/* Of a live source: frames handed out, and ways to lose one behind the point where it was selected. */
struct capture_counters {
    uint64_t frames;
    uint64_t joined;    /* of these, put together from several buffers */
    uint64_t ring_full; /* lost: the engine was too slow */
    uint64_t no_buffer; /* times the kernel found no buffer to put a frame into: it may lose it, or wait */
    uint64_t dropped;   /* lost in the kernel for other reasons: no memory, larger than a buffer */
    uint64_t oversized; /* lost: larger than a batch holds */
    /* Inline: sent on, dropped because a rule or the stream engine says so, lost since the peer took no more.
     */
    uint64_t sent, refused, transmit_full;
};

struct capture;

struct capture_ops {
    const char *name;
    int (*open)(struct capture *capture, const struct capture_config *config, struct err *err);
    /* 1: *batch is filled, or (batch->more) has grown, if only to its end; 0: the end; negative errno with
     * *err. A capture cut short is the end, with a warning in the log. */
    int (*next_batch)(struct capture *capture, struct capture_batch *batch, struct err *err);
    void (*release)(struct capture *capture, struct capture_batch *batch);
    void (*position)(struct capture *capture, struct capture_position *out);
    void (*counters)(const struct capture *capture, struct capture_counters *out); /* NULL: a file */
    void (*close)(struct capture *capture);
};

struct capture {
    const struct capture_ops *ops;
    void *state; /* the source's own */
};

/*
 * How long a live source waits for frames, in ms. A batch without any lets time go on and shows that the
 * engine lives. When the run is to end only what is on its way is waited for.
 */
static inline int capture_wait_ms(const atomic_bool *stop)
{
    return stop && atomic_load_explicit(stop, memory_order_relaxed) ? 1 : 100;
}

#define CAPTURE(id) extern const struct capture_ops capture_##id##_ops;
#include "capture/capture_list.h"
#undef CAPTURE

#endif
