/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* What the program has found out about a frame, for the engine. */
#ifndef SLUICE_XDP_META_H
#define SLUICE_XDP_META_H

#include "flow.h"
#include "frame.h"

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

#endif
