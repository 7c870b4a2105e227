/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* The ways out that do not go to the engine: by mode, and by whether the engine lives. */
#ifndef SLUICE_XDP_LEAVE_H
#define SLUICE_XDP_LEAVE_H

#include "stats.h"

static __always_inline int leave(__u32 way, int action, __u64 length)
{
    count(way, length);
    return action;
}

/* A frame that nobody inspects: a copy is dropped, a bridge forwards, a host takes it. */
static __always_inline int let_through(const struct sluice_port *p, __u32 way, __u64 length)
{
    if (p->flags & SLUICE_DRY_RUN)
        return leave(way, ACTION_PASS, length);
#ifndef EGRESS
    if (p->mode == SLUICE_SPAN)
        return leave(way, XDP_DROP, length);
    if (p->mode == SLUICE_INLINE) {
        __u32 zero = 0;
        if (!bpf_map_lookup_elem(&peers, &zero))
            return leave(SLUICE_WAY_NO_PEER, XDP_DROP, length);
        count(way, length);
        return (int)bpf_redirect_map(&peers, 0, XDP_DROP);
    }
#endif
    return leave(way, ACTION_PASS, length);
}

static __always_inline int drop(const struct sluice_port *p, __u32 way, __u64 length)
{
    if (p->flags & SLUICE_DRY_RUN)
        return leave(SLUICE_WAY_WOULD_DROP, ACTION_PASS, length);
    return leave(way, ACTION_DROP, length);
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

#endif
