/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Host mode's other direction: a tc program on egress that treats what goes out as the XDP program treats
 * what comes in. Packets are as the stack made them: checksums may be missing, and one may be as long as many
 * of the wire (segmentation offload).
 */
#define EGRESS
#include "egress.h"
#include "stages.h"

SEC("tc")
int sluice_egress(struct __sk_buff *ctx)
{
    __u32 zero = 0;
    struct sluice_port *p = bpf_map_lookup_elem(&port, &zero);
    if (!p || p->mode != SLUICE_HOST)
        return TC_ACT_UNSPEC;
    if (p->version != SLUICE_XDP_VERSION)
        return leave(SLUICE_WAY_NOT_SET_UP, TC_ACT_UNSPEC, ctx->len);
    return inspect(ctx, p);
}

char _license[] SEC("license") = "Dual BSD/GPL";
