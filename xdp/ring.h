/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Copies of frames into the ring of host mode. */
#ifndef SLUICE_XDP_RING_H
#define SLUICE_XDP_RING_H

#include <bpf/bpf_endian.h>

#include "leave.h"
#include "meta.h"

static __always_inline void fill_origin(CONTEXT *ctx, struct sluice_record *record)
{
#ifdef EGRESS
    record->ifindex = ctx->ifindex;
    record->segment_size = ctx->gso_size;
    record->egress = 1;
#else
    record->ifindex = ctx->ingress_ifindex;
    record->segment_size = record->egress = 0;
#endif
}

static __always_inline long copy_bytes(CONTEXT *ctx, __u8 *to, __u64 length)
{
#ifdef EGRESS
    if (ctx->vlan_present) { /* the tag that the device will put in */
        enum { ADDRESSES = 12, TAG = 4 };
        __u16 tag[2] = {ctx->vlan_proto, bpf_htons(ctx->vlan_tci)};
        if (length <= ADDRESSES + TAG || load_bytes(ctx, 0, to, ADDRESSES))
            return -1;
        __builtin_memcpy(to + ADDRESSES, tag, TAG);
        return load_bytes(ctx, ADDRESSES, to + ADDRESSES + TAG, length - ADDRESSES - TAG);
    }
#endif
    return load_bytes(ctx, 0, to, length);
}

/* Inlined for each size, since that of a reservation must be known when the program is checked. */
static __always_inline int copy_sized(CONTEXT *ctx, const struct sluice_meta *meta, const __u64 most)
{
    struct sluice_record *record = bpf_ringbuf_reserve(&host_ring, sizeof *record + most, 0);
    __u64 length = meta->frame_length;
    if (!record)
        return 0;
    if (length > most) {
        length = most;
        count(SLUICE_NOTE_SNAPPED, meta->frame_length);
    }
    if (length < 1 || copy_bytes(ctx, (__u8 *)(record + 1), length))
        length = 0;
    record->meta = *meta;
    record->captured = length;
    fill_origin(ctx, record);
    bpf_ringbuf_submit(record, 0);
    return 1;
}

static __always_inline int copy_to_ring(CONTEXT *ctx, const struct sluice_meta *meta)
{
    if (meta->frame_length <= 256)
        return copy_sized(ctx, meta, 256);
    if (meta->frame_length <= 2048)
        return copy_sized(ctx, meta, 2048);
    if (meta->frame_length <= 16384)
        return copy_sized(ctx, meta, 16384);
    return copy_sized(ctx, meta, SLUICE_RECORD_MOST);
}

/* Selected, in host mode: the engine gets a copy, if there is room, and the packet goes its way. */
static __always_inline int steer_host(CONTEXT *ctx, const struct sluice_meta *meta)
{
    int way = copy_to_ring(ctx, meta) ? SLUICE_WAY_STEERED : SLUICE_WAY_RING_FULL;
    return leave(way, ACTION_PASS, meta->frame_length);
}

#endif
