/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Somebody else's tc filter, for the test: asks for VLAN tag 5 on UDP to port 9 over IPv4 without options. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int tag(struct __sk_buff *ctx)
{
    struct ethhdr *ethernet = (void *)(long)ctx->data;
    struct iphdr *ip = (void *)(ethernet + 1);
    struct udphdr *udp = (void *)(ip + 1);
    if ((void *)(udp + 1) <= (void *)(long)ctx->data_end && ethernet->h_proto == bpf_htons(ETH_P_IP) &&
        ip->protocol == IPPROTO_UDP && udp->dest == bpf_htons(9))
        bpf_skb_vlan_push(ctx, bpf_htons(ETH_P_8021Q), 5);
    return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "Dual BSD/GPL";
