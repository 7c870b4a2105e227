/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * From the frame's first byte to the transport's ports. Every read is checked against the end of the (linear)
 * frame, every loop has a small bound. What cannot be followed is "odd", with the note that says why; it
 * never ends the program.
 *
 * The stages are global functions, which the verifier checks once each and by themselves; inlined, the paths
 * through them multiply past its limit. So a position is an offset, and each function bounds it anew.
 */
#ifndef SLUICE_XDP_PARSE_H
#define SLUICE_XDP_PARSE_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "shared.h"

enum { MAX_VLANS = 2, MAX_EXTENSIONS = 6, GRE_HEADER = 4, VXLAN_HEADER = 8, GENEVE_HEADER = 8 };
enum { VXLAN_PORT = 4789, GENEVE_PORT = 6081, GRE_TRANSPARENT_ETHERNET = 0x6558 };
enum { FRAGMENT_NONE, FRAGMENT_FIRST, FRAGMENT_LATER };
enum { PARSED, PARSE_NOT_IP, PARSE_ODD };

struct frame {
    __u32 at;     /* offset of the next header */
    __u32 length; /* of the whole frame, all its buffers */
    __u32 note;   /* why it is odd: a SLUICE_NOTE */
    __u32 source[4], destination[4];
    __u16 source_port, destination_port; /* network order */
    __u16 ethertype;                     /* host order */
    __u16 network, transport;            /* offsets */
    __u16 vlan[MAX_VLANS];
    __u8 vlan_count, version, protocol, fragment, tunnel, tcp_flags;
    __u8 has_ports, zero[3];
};

enum { TCP_FLAG_FIN_BIT = 1, TCP_FLAG_SYN_BIT = 2, TCP_FLAG_RST_BIT = 4, TCP_FLAG_ACK_BIT = 16 };

struct vlan_tag {
    __be16 id, ethertype;
};

enum { MOST_OFFSET = 0x3fff };

static __always_inline int odd(struct frame *f, __u32 note)
{
    f->note = note;
    return PARSE_ODD;
}

/* The `size` bytes at f->at, or NULL when the frame ends before. */
static __always_inline void *header(struct xdp_md *ctx, const struct frame *f, __u32 size)
{
    __u64 at = f->at;
    if (at > MOST_OFFSET)
        return 0;
    void *p = (void *)(long)ctx->data + at;
    return p + size > (void *)(long)ctx->data_end ? 0 : p;
}

static __always_inline int skip(struct xdp_md *ctx, struct frame *f, __u32 n)
{
    __u64 at = (__u64)f->at + n;
    if (at > MOST_OFFSET || (void *)(long)ctx->data + at > (void *)(long)ctx->data_end)
        return odd(f, SLUICE_NOTE_TRUNCATED);
    f->at = at;
    return PARSED;
}

/* IEEE 802.1Q and 802.1ad: up to two tags; `outer`: those of a frame inside a tunnel are skipped, not
 * recorded. */
__noinline int parse_link(struct xdp_md *ctx, struct frame *f, int outer)
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

static __always_inline void map_address(__u32 to[4], __u32 address)
{
    to[0] = to[1] = 0;
    to[2] = bpf_htonl(0xffff);
    to[3] = address;
}

/* RFC 791. */
static __always_inline int parse_ipv4(struct xdp_md *ctx, struct frame *f)
{
    struct iphdr *ip = header(ctx, f, sizeof *ip);
    if (!ip)
        return odd(f, SLUICE_NOTE_TRUNCATED);
    f->network = f->at;
    f->version = 4;
    __u32 length = (__u32)ip->ihl * 4;
    if (ip->version != 4 || length < sizeof *ip || bpf_ntohs(ip->tot_len) < length)
        return odd(f, SLUICE_NOTE_BAD_IPV4);
    map_address(f->source, ip->saddr);
    map_address(f->destination, ip->daddr);
    f->protocol = ip->protocol;
    __u16 fragment = bpf_ntohs(ip->frag_off);
    if (fragment & 0x1fff)
        f->fragment = FRAGMENT_LATER;
    else if (fragment & 0x2000)
        f->fragment = FRAGMENT_FIRST;
    return skip(ctx, f, length);
}

struct extension {
    __u8 next, length;
    __be16 fragment; /* in a fragment header */
    __be32 identification;
};

static __always_inline int is_extension(__u8 protocol)
{
    return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING || protocol == IPPROTO_DSTOPTS ||
           protocol == IPPROTO_FRAGMENT || protocol == IPPROTO_AH || protocol == 135 || protocol == 139 ||
           protocol == 140;
}

/* RFC 8200 section 4; the length of an authentication header counts in words (RFC 4302 section 2.2). */
__noinline int parse_extensions(struct xdp_md *ctx, struct frame *f)
{
    if (!f)
        return PARSE_ODD;
#pragma unroll
    for (int i = 0; i <= MAX_EXTENSIONS; i++) {
        if (!is_extension(f->protocol))
            return PARSED;
        if (i == MAX_EXTENSIONS)
            break;
        struct extension *e = header(ctx, f, sizeof *e);
        if (!e)
            return odd(f, SLUICE_NOTE_TRUNCATED);
        __u32 length = ((__u32)e->length + 1) * 8;
        if (f->protocol == IPPROTO_FRAGMENT) {
            __u16 fragment = bpf_ntohs(e->fragment);
            if (fragment & 0xfff8)
                f->fragment = FRAGMENT_LATER;
            else if (fragment & 1)
                f->fragment = FRAGMENT_FIRST;
            length = 8;
        } else if (f->protocol == IPPROTO_AH)
            length = ((__u32)e->length + 2) * 4;
        f->protocol = e->next;
        if (skip(ctx, f, length) != PARSED)
            return PARSE_ODD;
        if (f->fragment == FRAGMENT_LATER)
            return PARSED; /* what follows is the middle of something */
    }
    return odd(f, SLUICE_NOTE_EXTENSIONS);
}

static __always_inline int parse_ipv6(struct xdp_md *ctx, struct frame *f)
{
    struct ipv6hdr *ip = header(ctx, f, sizeof *ip);
    if (!ip)
        return odd(f, SLUICE_NOTE_TRUNCATED);
    f->network = f->at;
    f->version = 6;
    if (ip->version != 6)
        return odd(f, SLUICE_NOTE_BAD_IPV6);
    __builtin_memcpy(f->source, &ip->saddr, sizeof f->source);
    __builtin_memcpy(f->destination, &ip->daddr, sizeof f->destination);
    f->protocol = ip->nexthdr;
    f->at += sizeof *ip;
    return parse_extensions(ctx, f);
}

__noinline int parse_network(struct xdp_md *ctx, struct frame *f)
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
__noinline int parse_transport(struct xdp_md *ctx, struct frame *f)
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
