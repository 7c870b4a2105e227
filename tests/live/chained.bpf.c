/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* A user's own program, for the test: drops UDP to port 9 over IPv4 without options, leaves the rest to
 * Sluice. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>

#include "chain.h"

SEC("xdp")
int drop_discard(struct xdp_md *ctx)
{
    struct ethhdr *ethernet = (void *)(long)ctx->data;
    struct iphdr *ip = (void *)(ethernet + 1);
    struct udphdr *udp = (void *)(ip + 1);
    if ((void *)(udp + 1) <= (void *)(long)ctx->data_end && ethernet->h_proto == bpf_htons(ETH_P_IP) &&
        ip->protocol == IPPROTO_UDP && udp->dest == bpf_htons(9))
        return XDP_DROP;
    return sluice_next(ctx);
}

char _license[] SEC("license") = "Dual BSD/GPL";
