/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* What tc on egress does with a selected packet, and what of it is not in the packet's bytes. */
#ifndef SLUICE_XDP_EGRESS_H
#define SLUICE_XDP_EGRESS_H

#include "ring.h"

enum { PULLED = 256, TAG_BYTES = 4 };

/* A VLAN tag that the device will put in counts as if it were in the frame. */
static __always_inline void add_offloaded_tag(struct __sk_buff *ctx, struct frame *f)
{
    if (!ctx->vlan_present)
        return;
    f->vlan[1] = f->vlan[0];
    f->vlan[0] = ctx->vlan_tci;
    f->vlan_count = f->vlan_count ? 2 : 1;
    f->length += TAG_BYTES;
    if (f->network)
        f->network += TAG_BYTES;
    if (f->transport)
        f->transport += TAG_BYTES;
}

static __always_inline int steer(struct __sk_buff *ctx, const struct sluice_port *p, const struct frame *f,
                                 const struct sluice_flow_key *key, __u64 now, int is_odd)
{
    if (p->flags & SLUICE_DRY_RUN)
        return leave(SLUICE_WAY_WOULD_STEER, ACTION_PASS, f->length);
    if (!engine_lives(p, now)) {
        count(SLUICE_NOTE_ENGINE_SILENT, f->length);
        return failed(p, f->length);
    }
    if (ctx->gso_size)
        count(SLUICE_NOTE_SEGMENTED, f->length);
    struct sluice_meta meta;
    fill_meta(&meta, f, key, p, is_odd);
    return steer_host(ctx, &meta);
}

#endif
