/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * From the frame's first byte to the transport's ports; every loop has a small bound.
 *
 * The stages are global functions, which the verifier checks once each and by themselves; inlined, the paths
 * through them multiply past its limit. So a position is an offset, and each function bounds it anew.
 */
#ifndef SLUICE_XDP_PARSE_H
#define SLUICE_XDP_PARSE_H

#include <linux/if_ether.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "ipv4.h"
#include "ipv6.h"

struct vlan_tag {
    __be16 id, ethertype;
};

/* IEEE 802.1Q and 802.1ad: up to two tags; `outer`: those of a frame inside a tunnel are skipped, not
 * recorded. */
__noinline int parse_link(CONTEXT *ctx, struct frame *f, int outer)
{
    if (!f)
        return PARSE_ODD;
    struct ethhdr *ethernet = header(ctx, f, sizeof *ethernet);
    if (!ethernet)
        return odd(f, SLUICE_NOTE_TRUNCATED);
    f->at += sizeof *ethernet;
    f->ethertype = bpf_ntohs(ethernet->h_proto);
#pragma unroll
    for (int i = 0; i <= MAX_VLANS; i++) {
        if (f->ethertype != ETH_P_8021Q && f->ethertype != ETH_P_8021AD)
            break;
        if (i == MAX_VLANS)
            return odd(f, SLUICE_NOTE_VLAN_DEEP);
        struct vlan_tag *tag = header(ctx, f, sizeof *tag);
        if (!tag)
            return odd(f, SLUICE_NOTE_TRUNCATED);
        if (outer) {
            f->vlan[i] = bpf_ntohs(tag->id);
            f->vlan_count = i + 1;
        }
        f->ethertype = bpf_ntohs(tag->ethertype);
        f->at += sizeof *tag;
    }
    return PARSED;
}

__noinline int parse_network(CONTEXT *ctx, struct frame *f)
{
    if (!f)
        return PARSE_ODD;
    f->fragment = FRAGMENT_NONE;
    if (f->ethertype == ETH_P_IP)
        return parse_ipv4(ctx, f);
    if (f->ethertype == ETH_P_IPV6)
        return parse_ipv6(ctx, f);
    return PARSE_NOT_IP;
}

/* The ports are the first four bytes of TCP, UDP and SCTP. A first fragment that is too short to hold them is
 * let off: it goes where the later ones go. */
__noinline int parse_transport(CONTEXT *ctx, struct frame *f)
{
    if (!f)
        return PARSE_ODD;
    f->transport = f->at;
    if (f->protocol == IPPROTO_TCP) {
        struct tcphdr *tcp = header(ctx, f, sizeof *tcp);
        if (!tcp)
            return f->fragment ? PARSED : odd(f, SLUICE_NOTE_TRUNCATED);
        f->source_port = tcp->source;
        f->destination_port = tcp->dest;
        f->tcp_flags = ((__u8 *)tcp)[13];
        f->has_ports = 1;
        return tcp->doff < 5 ? odd(f, SLUICE_NOTE_BAD_TCP) : PARSED;
    }
    if (f->protocol == IPPROTO_UDP) {
        struct udphdr *udp = header(ctx, f, sizeof *udp);
        if (!udp)
            return f->fragment ? PARSED : odd(f, SLUICE_NOTE_TRUNCATED);
        f->source_port = udp->source;
        f->destination_port = udp->dest;
        f->has_ports = 1;
    }
    return PARSED;
}

#endif
