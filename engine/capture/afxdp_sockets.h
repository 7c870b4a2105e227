/*
 * The sockets of a group of ports, one a queue, on one memory for frames. The kernel decides for the whole
 * group: with zero copy or without, with frames of several buffers or without.
 *
 * The struct owns everything in it; one thread.
 */
#ifndef SLUICE_CAPTURE_AFXDP_SOCKETS_H
#define SLUICE_CAPTURE_AFXDP_SOCKETS_H

#include "base/err.h"
#include "capture/afxdp.h"
#include "capture/afxdp_queue.h"

struct log;

struct afxdp_sockets {
    uint8_t *memory;
    size_t size;
    uint32_t frame_size, home_shift; /* address >> home_shift: the index of its queue */
    struct xsk_umem *umem;
    struct afxdp_queue *queues; /* of all ports */
    unsigned count;
    bool zero_copy, several_buffers;
};

/* 0 or a negative errno with *err, and nothing open. Says in the log how it is bound. */
int afxdp_sockets_open(struct afxdp_sockets *sockets, const struct afxdp_config *config,
                       const struct log *log, struct err *err);
void afxdp_sockets_close(struct afxdp_sockets *sockets);

static inline struct afxdp_queue *afxdp_home(const struct afxdp_sockets *sockets, uint64_t address)
{
    return &sockets->queues[address >> sockets->home_shift];
}

#endif
