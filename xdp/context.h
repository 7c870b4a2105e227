/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What differs between the two programs: XDP sees what comes in, tc on egress (EGRESS) what goes out. The
 * stages are the same.
 */
#ifndef SLUICE_XDP_CONTEXT_H
#define SLUICE_XDP_CONTEXT_H

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#ifdef EGRESS
#define CONTEXT     struct __sk_buff
#define COUNTERS    egress_stats
#define ACTION_PASS TC_ACT_UNSPEC /* other people's filters go on */
#define ACTION_DROP TC_ACT_SHOT
#else
#define CONTEXT     struct xdp_md
#define COUNTERS    stats
#define ACTION_PASS XDP_PASS
#define ACTION_DROP XDP_DROP
#endif

static __always_inline __u32 frame_length(CONTEXT *ctx)
{
#ifdef EGRESS
    return ctx->len;
#else
    return bpf_xdp_get_buff_len(ctx);
#endif
}

static __always_inline long load_bytes(CONTEXT *ctx, __u32 at, void *to, __u64 length)
{
#ifdef EGRESS
    return bpf_skb_load_bytes(ctx, at, to, length);
#else
    return bpf_xdp_load_bytes(ctx, at, to, length);
#endif
}

#endif
