/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * One tunnel deep, for the kinds that the port's settings name: GRE (RFC 2784, 2890), VXLAN (RFC 7348),
 * GENEVE (RFC 8926). The inner packet then decides blocks, bypass and steering. A tunnel in fragments is left
 * as it is: the engine puts it together.
 */
#ifndef SLUICE_XDP_TUNNEL_H
#define SLUICE_XDP_TUNNEL_H

#include "parse.h"

enum { GRE_HEADER = 4, VXLAN_HEADER = 8, GENEVE_HEADER = 8 };
enum { VXLAN_PORT = 4789, GENEVE_PORT = 6081, GRE_TRANSPARENT_ETHERNET = 0x6558 };

struct gre {
    __be16 flags, protocol;
};

struct geneve {
    __u8 version_length, flags;
    __be16 protocol;
    __be32 vni;
};

/* Behind the tunnel's header: an Ethernet frame, or a packet of `protocol`. */
static __always_inline int parse_inner(CONTEXT *ctx, struct frame *f, __u16 protocol)
{
    f->tunnel = 1;
    f->ethertype = protocol;
    if (protocol == GRE_TRANSPARENT_ETHERNET) {
        int result = parse_link(ctx, f, 0);
        if (result != PARSED)
            return result;
    }
    return parse_network(ctx, f);
}

static __always_inline int parse_gre(CONTEXT *ctx, struct frame *f)
{
    struct gre *gre = header(ctx, f, sizeof *gre);
    if (!gre)
        return odd(f, SLUICE_NOTE_TRUNCATED);
    __u16 flags = bpf_ntohs(gre->flags);
    if (flags & 0x4007) /* source routing, or version 1 (PPTP) */
        return odd(f, SLUICE_NOTE_BAD_TUNNEL);
    __u16 protocol = bpf_ntohs(gre->protocol);
    __u32 length =
        GRE_HEADER + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
    int result = skip(ctx, f, length);
    return result == PARSED ? parse_inner(ctx, f, protocol) : result;
}

static __always_inline int parse_geneve(CONTEXT *ctx, struct frame *f)
{
    struct geneve *geneve = header(ctx, f, sizeof *geneve);
    if (!geneve)
        return odd(f, SLUICE_NOTE_TRUNCATED);
    if (geneve->version_length & 0xc0)
        return odd(f, SLUICE_NOTE_BAD_TUNNEL);
    __u16 protocol = bpf_ntohs(geneve->protocol);
    int result = skip(ctx, f, GENEVE_HEADER + (__u32)(geneve->version_length & 0x3f) * 4);
    return result == PARSED ? parse_inner(ctx, f, protocol) : result;
}

/* PARSED with f->tunnel unset: no tunnel, or of a kind that is not followed. */
__noinline int parse_tunnel(CONTEXT *ctx, struct frame *f, __u8 kinds)
{
    if (!f)
        return PARSE_ODD;
    if (!kinds || f->fragment)
        return PARSED;
    if (f->protocol == IPPROTO_GRE)
        return kinds & SLUICE_GRE ? parse_gre(ctx, f) : PARSED;
    if (f->protocol != IPPROTO_UDP || !(kinds & (SLUICE_VXLAN | SLUICE_GENEVE)))
        return PARSED;
    struct udphdr *udp = header(ctx, f, sizeof *udp);
    if (!udp)
        return PARSED; /* for parse_transport to say */
    if (kinds & SLUICE_VXLAN && udp->dest == bpf_htons(VXLAN_PORT)) {
        int result = skip(ctx, f, sizeof *udp + VXLAN_HEADER);
        return result == PARSED ? parse_inner(ctx, f, GRE_TRANSPARENT_ETHERNET) : result;
    }
    if (kinds & SLUICE_GENEVE && udp->dest == bpf_htons(GENEVE_PORT)) {
        f->at += sizeof *udp;
        return parse_geneve(ctx, f);
    }
    return PARSED;
}

#endif
