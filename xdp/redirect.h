/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* What is done with a selected frame: to the engine, if it is there. */
#ifndef SLUICE_XDP_REDIRECT_H
#define SLUICE_XDP_REDIRECT_H

#include "ring.h"

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
        return steer_host(ctx, &meta);
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
