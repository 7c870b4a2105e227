/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* The order of the stages, for both programs: each has its own steer() and let_through(). */
#ifndef SLUICE_XDP_STAGES_H
#define SLUICE_XDP_STAGES_H

#include "blocks.h"
#include "bypass.h"
#include "steering.h"
#include "tunnel.h"

static __always_inline int parse_once(CONTEXT *ctx, struct frame *f, __u8 tunnels)
{
    int result = parse_link(ctx, f, 1);
    if (result == PARSED)
        result = parse_network(ctx, f);
    if (result == PARSED)
        result = parse_tunnel(ctx, f, tunnels);
    if (result == PARSED && f->fragment != FRAGMENT_LATER)
        result = parse_transport(ctx, f);
    return result;
}

static __always_inline int parse_frame(CONTEXT *ctx, struct frame *f, __u8 tunnels)
{
    f->length = frame_length(ctx);
    int result = parse_once(ctx, f, tunnels);
#ifdef EGRESS
    /* Headers that do not lie in the linear part: rare, and moving them there is dear. */
    if (result == PARSE_ODD && f->note == SLUICE_NOTE_TRUNCATED &&
        bpf_skb_pull_data(ctx, f->length < PULLED ? f->length : PULLED) == 0) {
        *f = (struct frame){.length = f->length};
        result = parse_once(ctx, f, tunnels);
    }
    add_offloaded_tag(ctx, f);
#endif
    return result;
}

static __always_inline int treat_odd(CONTEXT *ctx, const struct sluice_port *p, const struct frame *f,
                                     __u64 now)
{
    count(f->note, f->length);
    if (p->odd == SLUICE_ODD_DROP)
        return drop(p, SLUICE_WAY_ODD_DROPPED, f->length);
    if (p->odd == SLUICE_ODD_PASS)
        return let_through(p, SLUICE_WAY_ODD_PASSED, f->length);
    struct sluice_flow_key none = {};
    return steer(ctx, p, f, &none, now, 1);
}

static __always_inline void note(const struct frame *f)
{
    if (f->vlan_count)
        count(SLUICE_NOTE_VLAN, f->length);
    if (f->tunnel)
        count(SLUICE_NOTE_TUNNEL, f->length);
    if (f->fragment)
        count(f->fragment == FRAGMENT_FIRST ? SLUICE_NOTE_FRAGMENT_FIRST : SLUICE_NOTE_FRAGMENT_LATER,
              f->length);
}

static __always_inline __u16 service_of(const struct frame *f)
{
    __u16 source = bpf_ntohs(f->source_port), destination = bpf_ntohs(f->destination_port);
    return source < destination ? source : destination;
}

/* The whole order of the stages. */
static __always_inline int inspect(CONTEXT *ctx, const struct sluice_port *p)
{
    struct frame f = {};
    __u64 now = bpf_ktime_get_coarse_ns();
    int result = parse_frame(ctx, &f, p->tunnels);
    note(&f);
    if (result == PARSE_NOT_IP) {
        count(SLUICE_NOTE_NOT_IP, f.length);
        return let_through(p, SLUICE_WAY_UNSELECTED, f.length);
    }
    /* An odd packet with addresses is subject to the blocks of hosts all the same. */
    if (f.version && (host_blocked(f.source, &f, now) || host_blocked(f.destination, &f, now)))
        return drop(p, SLUICE_WAY_HOST_BLOCKED, f.length);
    if (result == PARSE_ODD)
        return treat_odd(ctx, p, &f, now);

    struct sluice_flow_key key = {};
    int from_high = flow_key(&key, f.source, f.source_port, f.destination, f.destination_port, f.protocol);
    if (flow_blocked(&key, &f, now))
        return drop(p, SLUICE_WAY_FLOW_BLOCKED, f.length);
    if (flow_bypassed(&key, from_high, &f, now))
        return let_through(p, SLUICE_WAY_BYPASSED, f.length);
    int is_selected = selected(&f);
    if (p->flags & SLUICE_DRY_RUN)
        count_service(f.protocol, service_of(&f), is_selected, f.length);
    return is_selected ? steer(ctx, p, &f, &key, now, 0) : let_through(p, SLUICE_WAY_UNSELECTED, f.length);
}

#endif
