/*
 * The answers to a rejected packet, as frames: a reset for TCP (RFC 9293, 3.10.7), "port unreachable" for the
 * rest of IP (RFC 792, RFC 4443). Link header and VLAN tags are the rejected frame's.
 *
 * Pure; any thread.
 */
#ifndef SLUICE_PACKET_REJECT_H
#define SLUICE_PACKET_REJECT_H

#include <stdbool.h>

#include "base/buf.h"

struct packet;

/*
 * Builds the frame that tells the packet's sender (or, TCP only, its receiver) into `out`, which is emptied
 * first. `frame` is what the packet was decoded from. 0; -ENOTSUP when there is no answer: the packet is not
 * what lies on the link itself, is a reset or an ICMP error, or came from or to more than one host; -ENOMEM.
 */
int reject_build(struct buf *out, const struct packet *packet, struct slice frame, bool to_sender);

#endif
