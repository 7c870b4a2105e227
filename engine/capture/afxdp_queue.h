/*
 * One queue of a port: its socket and rings, and the frames that are its own. A queue's frames are those with
 * an address in its part of the memory; wherever they have been, they come home to its fill ring.
 *
 * One thread owns all queues.
 */
#ifndef SLUICE_CAPTURE_AFXDP_QUEUE_H
#define SLUICE_CAPTURE_AFXDP_QUEUE_H

#include <stdbool.h>
#include <xdp/xsk.h>

struct capture_counters;

struct afxdp_queue {
    struct xsk_socket *socket;
    struct xsk_ring_prod fill, transmit;
    struct xsk_ring_cons completion, receive;
    uint64_t *idle; /* frames at home that the fill ring has no room for */
    uint32_t idle_count;
    unsigned port, number; /* of the port's queues */
};

/* A frame (its address, anywhere inside it) comes home; afxdp_queue_refill offers it to the kernel. */
static inline void afxdp_queue_give(struct afxdp_queue *queue, uint64_t address)
{
    queue->idle[queue->idle_count++] = address;
}

/* Moves frames that are idle into the fill ring, as many as it takes, and wakes the driver when it asks. */
void afxdp_queue_refill(struct afxdp_queue *queue, uint32_t frame_size);

/* Lets the driver work in the caller's time: busy polling. */
void afxdp_queue_poll(const struct afxdp_queue *queue);

/* Adds what the kernel has counted for the queue. */
void afxdp_queue_counters(const struct afxdp_queue *queue, struct capture_counters *sum);

#endif
