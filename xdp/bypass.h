/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Flows that the engine has seen enough of. A SYN on such a flow is a new connection, and ends the bypass:
 * the entry stays, since_ns 0, until the engine has read what went by.
 */
#ifndef SLUICE_XDP_BYPASS_H
#define SLUICE_XDP_BYPASS_H

#include "maps.h"
#include "parse.h"
#include "stats.h"

static __always_inline int flow_bypassed(const struct sluice_flow_key *key, int from_high,
                                         const struct frame *f, __u64 now)
{
    struct sluice_bypass *bypass = bpf_map_lookup_elem(&flow_bypass, key);
    if (!bypass || !bypass->since_ns)
        return 0;
    if (f->protocol == IPPROTO_TCP &&
        (f->tcp_flags & (TCP_FLAG_SYN_BIT | TCP_FLAG_ACK_BIT)) == TCP_FLAG_SYN_BIT) {
        bypass->since_ns = 0;
        count(SLUICE_NOTE_BYPASS_ENDED, f->length);
        return 0;
    }
    bypass->last_ns = now;
    if (from_high) {
        __sync_fetch_and_add(&bypass->packets[1], 1);
        __sync_fetch_and_add(&bypass->bytes[1], f->length);
    } else {
        __sync_fetch_and_add(&bypass->packets[0], 1);
        __sync_fetch_and_add(&bypass->bytes[0], f->length);
    }
    return 1;
}

#endif
