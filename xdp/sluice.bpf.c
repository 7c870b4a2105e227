/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The XDP program: parse, blocks, bypass, steering, redirect; see README.md. Built twice: plain, and with
 * SLUICE_FRAGS for frames in several buffers. Every frame leaves by exactly one way out that is counted
 * (stat_list.h).
 */
#include "redirect.h"
#include "stages.h"

#ifdef SLUICE_FRAGS
#define SECTION "xdp.frags"
#else
#define SECTION "xdp"
#endif

SEC(SECTION)
int sluice_xdp(struct xdp_md *ctx)
{
    __u32 zero = 0;
    struct sluice_port *p = bpf_map_lookup_elem(&port, &zero);
    if (!p)
        return XDP_PASS;
    if (p->version != SLUICE_XDP_VERSION)
        return leave(SLUICE_WAY_NOT_SET_UP, XDP_PASS, ctx->data_end - ctx->data);
    return inspect(ctx, p);
}

char _license[] SEC("license") = "Dual BSD/GPL";
