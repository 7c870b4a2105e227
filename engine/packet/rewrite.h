/*
 * Changing a packet on its way: bytes of its payload in the frame that it lies in, with the checksum of its
 * transport mended (RFC 1624). The frame's memory must be the caller's to change, and nobody else's
 * meanwhile.
 */
#ifndef SLUICE_PACKET_REWRITE_H
#define SLUICE_PACKET_REWRITE_H

#include <stdbool.h>

#include "base/slice.h"

struct packet;

/*
 * Puts `bytes` at `at` of the payload. False, and nothing is changed, when they do not lie in it, or the
 * packet is not what lies in the frame itself: a datagram put together from fragments.
 */
bool packet_rewrite(const struct packet *packet, size_t at, struct slice bytes);

#endif
