/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * For a BPF program of your own that runs before Sluice's (`sluice xdp attach IFACE --chain yours.bpf.o`).
 * Where libxdp's dispatcher loads, any XDP program will do: what it passes, Sluice gets. Where it cannot, the
 * two are joined by a tail call, and your program has to make it: include this file, and `return
 * sluice_next(ctx);` where you would return XDP_PASS. Under the dispatcher that is XDP_PASS.
 */
#ifndef SLUICE_XDP_CHAIN_H
#define SLUICE_XDP_CHAIN_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __type(key, __u32);
    __type(value, __u32);
    __uint(max_entries, 1);
} sluice_chain SEC(".maps");

static __always_inline int sluice_next(struct xdp_md *ctx)
{
    bpf_tail_call(ctx, &sluice_chain, 0);
    return XDP_PASS; /* nothing to call: the dispatcher goes on */
}

#endif
