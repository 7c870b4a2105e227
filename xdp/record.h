/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* What goes to the engine with a frame: metadata, in front of it or in a record of the ring. */
#ifndef SLUICE_XDP_RECORD_H
#define SLUICE_XDP_RECORD_H

#include <linux/types.h>

#define SLUICE_META_MAGIC 0x51ce7a61u

enum sluice_meta_flag { SLUICE_META_FRAGMENT = 1, SLUICE_META_TUNNEL = 2, SLUICE_META_ODD = 4 };

struct sluice_meta { /* in front of the frame; a hint, to be checked against the frame before use */
    __u32 magic, flow_hash;
    __u64 time_ns;
    __u32 frame_length;
    __u16 network, transport; /* offsets in the frame; 0: not there */
    __u16 vlan[2];            /* tags as on the wire, in host order, the outermost first */
    __u8 vlan_count, version, protocol, flags;
};

struct sluice_record { /* in the host mode's ring, followed by the first `captured` bytes of the frame */
    struct sluice_meta meta;
    __u32 ifindex, captured;
    __u32 egress;       /* 1: goes out, so that its checksums may be missing */
    __u32 segment_size; /* of a packet that the device will cut; 0: none */
};
enum { SLUICE_RECORD_MOST = 65536 }; /* bytes of a frame that are copied */

_Static_assert(sizeof(struct sluice_meta) == 32, "at most 32 bytes fit in front of a frame on older kernels");
_Static_assert(sizeof(struct sluice_record) == 48, "layout");

#endif
