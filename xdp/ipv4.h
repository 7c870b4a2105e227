/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* IPv4 with options (RFC 791). */
#ifndef SLUICE_XDP_IPV4_H
#define SLUICE_XDP_IPV4_H

#include <linux/ip.h>
#include <bpf/bpf_endian.h>

#include "frame.h"

static __always_inline void map_address(__u32 to[4], __u32 address)
{
    to[0] = to[1] = 0;
    to[2] = bpf_htonl(0xffff);
    to[3] = address;
}

static __always_inline int parse_ipv4(CONTEXT *ctx, struct frame *f)
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

#endif
