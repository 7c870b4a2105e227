/*
 * What an AF_XDP source needs to know: its ports (interfaces with the XDP program on them), each with its
 * queues, and the sizes of what lies between it and the kernel. All ports share one memory for frames (UMEM),
 * so that a frame that came in by one may leave by another.
 *
 * Borrowed until the source is open.
 */
#ifndef SLUICE_CAPTURE_AFXDP_H
#define SLUICE_CAPTURE_AFXDP_H

#include <stdbool.h>
#include <stdint.h>

struct afxdp_port {
    const char *interface;
    int xsks_map;    /* where its program looks for sockets */
    unsigned queues; /* from 0 on */
};

struct afxdp_config {
    const struct afxdp_port *ports;
    unsigned port_count;
    uint32_t frame_size;               /* bytes: 2048 or 4096 */
    uint32_t frames;                   /* of a queue; a power of two */
    uint32_t receive_ring, fill_ring;  /* slots, powers of two */
    uint32_t busy_poll_us;             /* 0: off */
    uint32_t busy_poll_budget;         /* packets a round */
    bool huge_pages, require_zerocopy; /* huge pages: when there are any */
};

#endif
