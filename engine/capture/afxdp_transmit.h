/*
 * Inline: frames go on by the peer of the port that they came by, from the memory that they lie in, and come
 * home when they have left. What came by one queue leaves by one queue, in its order.
 *
 * The thread that owns the queues.
 */
#ifndef SLUICE_CAPTURE_AFXDP_TRANSMIT_H
#define SLUICE_CAPTURE_AFXDP_TRANSMIT_H

#include "capture/afxdp_sockets.h"

/* Joins the queues of each port to those of its peer. */
void afxdp_transmit_pair(struct afxdp_sockets *sockets, const struct afxdp_config *config);

/* A frame of `count` buffers that `from` has received. False when there is no room even after some waiting:
 * it is still the caller's. */
bool afxdp_transmit(struct afxdp_sockets *sockets, struct afxdp_queue *from, const struct xdp_desc *buffers,
                    unsigned count);

/* Has the kernel send what it was given, and takes home what has left. Once a batch, and before waiting. True
 * when some of it still waits to be taken: ask again soon. */
bool afxdp_transmit_flush(struct afxdp_sockets *sockets);

#endif
