/*
 * Frames of conversations: Ethernet, VLAN tags, IPv4 and IPv6, TCP, UDP, ICMP, with lengths, sequence and
 * acknowledgment numbers, checksums and times as a host would have sent them, unless a flow asks otherwise.
 * The same flows make the same bytes. No state; any thread.
 */
#ifndef SLUICE_CRAFT_MAKE_H
#define SLUICE_CRAFT_MAKE_H

#include "base/buf.h"
#include "base/err.h"
#include "craft/flow.h"
#include "packet/frame.h"

enum {
    CRAFT_FRAMES_MOST = 1 << 20,
    CRAFT_BYTES_MOST = 256 << 20,
    CRAFT_PIECES_MOST = 16384,
    CRAFT_DATAGRAM_MOST = 65535
};

#define CRAFT_START_NS UINT64_C(1795392000000000000) /* 2026-11-23 00:00:00 UTC */
#define CRAFT_STEP_NS  UINT64_C(1000000)             /* between one packet and the next */

struct craft_frames { /* in the order of their times, numbered from 1; owns the bytes */
    struct frame *list;
    uint32_t count, capacity;
    struct buf bytes;
};

/*
 * The frames of the flows. start_ns: of the first moment, since the
 * epoch; 0: CRAFT_START_NS. 0, or -EINVAL, -E2BIG (a cap), -ENOMEM with *err, which names the flow, and its
 * line where there is one. Call craft_frames_fini either way.
 */
int craft_make(const struct craft_flow *flows, size_t count, uint64_t start_ns, struct craft_frames *out,
               struct err *err);
void craft_frames_fini(struct craft_frames *frames);

/* Gives the flow's ends the addresses that they would have without any. */
void craft_fill_addresses(struct craft_flow *flow);

#endif
