/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Copies of frames into the ring of host mode. */
#ifndef SLUICE_XDP_RING_H
#define SLUICE_XDP_RING_H

#include "meta.h"
#include "stats.h"

enum { HOST_COPY = 1 << 14 }; /* most bytes of a frame that go into the ring */

struct small_record {
    struct sluice_record head;
    __u8 bytes[2048];
};

struct large_record {
    struct sluice_record head;
    __u8 bytes[HOST_COPY];
};

/* Reserved in two sizes, since a reservation's size must be known when the program is checked. */
static __always_inline int copy_to_ring(struct xdp_md *ctx, const struct sluice_meta *meta)
{
    __u64 length = meta->frame_length;
    struct sluice_record *record;
    if (length <= 2048) {
        struct small_record *small = bpf_ringbuf_reserve(&host_ring, sizeof *small, 0);
        if (!small)
            return 0;
        record = &small->head;
        if (length < 1 || length > sizeof small->bytes || bpf_xdp_load_bytes(ctx, 0, small->bytes, length))
            length = 0;
    } else {
        struct large_record *large = bpf_ringbuf_reserve(&host_ring, sizeof *large, 0);
        if (!large)
            return 0;
        record = &large->head;
        if (length > sizeof large->bytes)
            length = sizeof large->bytes;
        if (bpf_xdp_load_bytes(ctx, 0, large->bytes, length))
            length = 0;
    }
    record->meta = *meta;
    record->ifindex = ctx->ingress_ifindex;
    record->captured = length;
    record->egress = record->zero = 0;
    bpf_ringbuf_submit(record, 0);
    return 1;
}

#endif
