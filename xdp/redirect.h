/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* What is done with a frame once it is known what it is: by mode, and by whether the engine lives. */
#ifndef SLUICE_XDP_REDIRECT_H
#define SLUICE_XDP_REDIRECT_H

#include "flow.h"
#include "maps.h"
#include "parse.h"
#include "stats.h"

enum { HOST_COPY = 1 << 14 }; /* most bytes of a frame that go into the ring */

static __always_inline int leave(__u32 way, int action, __u64 length)
{
    count(way, length);
    return action;
}

/* A frame that nobody inspects: a copy is dropped, a bridge forwards, a host takes it. */
static __always_inline int let_through(const struct sluice_port *p, __u32 way, __u64 length)
{
    if (p->flags & SLUICE_DRY_RUN)
        return leave(way, XDP_PASS, length);
    if (p->mode == SLUICE_SPAN)
        return leave(way, XDP_DROP, length);
    if (p->mode == SLUICE_HOST)
        return leave(way, XDP_PASS, length);
    __u32 zero = 0;
    if (!bpf_map_lookup_elem(&peers, &zero))
        return leave(SLUICE_WAY_NO_PEER, XDP_DROP, length);
    count(way, length);
    return (int)bpf_redirect_map(&peers, 0, XDP_DROP);
}

static __always_inline int drop(const struct sluice_port *p, __u32 way, __u64 length)
{
    if (p->flags & SLUICE_DRY_RUN)
        return leave(SLUICE_WAY_WOULD_DROP, XDP_PASS, length);
    return leave(way, XDP_DROP, length);
}

static __always_inline int failed(const struct sluice_port *p, __u64 length)
{
    if (p->fail == SLUICE_FAIL_CLOSED)
        return drop(p, SLUICE_WAY_FAILED_CLOSED, length);
    return let_through(p, SLUICE_WAY_FAILED_OPEN, length);
}

static __always_inline int engine_lives(const struct sluice_port *p, __u64 now)
{
    __u32 zero = 0;
    __u64 *beat = bpf_map_lookup_elem(&heartbeat, &zero);
    /* The writer's clock may be a tick ahead of ours. */
    return beat && *beat && (*beat >= now || now - *beat <= p->heartbeat_age_ns);
}

static __always_inline void fill_meta(struct sluice_meta *meta, const struct frame *f,
                                      const struct sluice_flow_key *key, const struct sluice_port *p,
                                      int is_odd)
{
    meta->magic = SLUICE_META_MAGIC;
    meta->flow_hash = flow_hash(key, p->hash_seed);
    /* Not the coarse clock, which stands still for milliseconds: frames of several queues are ordered by it.
     */
    meta->time_ns = bpf_ktime_get_ns();
    meta->frame_length = f->length;
    meta->network = f->network;
    meta->transport = f->transport;
    meta->vlan[0] = f->vlan[0];
    meta->vlan[1] = f->vlan[1];
    meta->vlan_count = f->vlan_count;
    meta->version = f->version;
    meta->protocol = f->protocol;
    meta->flags = (f->fragment ? SLUICE_META_FRAGMENT : 0) | (f->tunnel ? SLUICE_META_TUNNEL : 0) |
                  (is_odd ? SLUICE_META_ODD : 0);
}

/* Optional: without it the engine parses for itself. */
static __always_inline void add_meta(struct xdp_md *ctx, const struct sluice_meta *from)
{
    if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(struct sluice_meta)) == 0) {
        struct sluice_meta *meta = (void *)(long)ctx->data_meta;
        if ((void *)(meta + 1) <= (void *)(long)ctx->data) {
            *meta = *from;
            return;
        }
    }
    count(SLUICE_NOTE_NO_META, from->frame_length);
}

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

static __always_inline int steer_host(struct xdp_md *ctx, const struct sluice_port *p,
                                      const struct sluice_meta *meta)
{
    int way = copy_to_ring(ctx, meta) ? SLUICE_WAY_STEERED : SLUICE_WAY_RING_FULL;
    return leave(way, XDP_PASS, meta->frame_length);
}

/* Selected: to the engine, if it is there. */
static __always_inline int steer(struct xdp_md *ctx, const struct sluice_port *p, const struct frame *f,
                                 const struct sluice_flow_key *key, __u64 now, int is_odd)
{
    if (p->flags & SLUICE_DRY_RUN)
        return leave(SLUICE_WAY_WOULD_STEER, XDP_PASS, f->length);
    if (!engine_lives(p, now)) {
        count(SLUICE_NOTE_ENGINE_SILENT, f->length);
        return failed(p, f->length);
    }
    struct sluice_meta meta;
    fill_meta(&meta, f, key, p, is_odd);
    if (p->mode == SLUICE_HOST)
        return steer_host(ctx, p, &meta);
    __u32 queue = ctx->rx_queue_index;
    if (!bpf_map_lookup_elem(&xsks, &queue)) {
        count(SLUICE_NOTE_NO_SOCKET, f->length);
        return failed(p, f->length);
    }
    add_meta(ctx, &meta);
    count(SLUICE_WAY_STEERED, f->length);
    return (int)bpf_redirect_map(&xsks, queue, XDP_DROP);
}

#endif
