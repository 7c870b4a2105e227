/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* IPv6 with extension headers (RFC 8200). */
#ifndef SLUICE_XDP_IPV6_H
#define SLUICE_XDP_IPV6_H

#include <linux/in.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>

#include "frame.h"

enum { MAX_EXTENSIONS = 6 };

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
__noinline int parse_extensions(CONTEXT *ctx, struct frame *f)
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

static __always_inline int parse_ipv6(CONTEXT *ctx, struct frame *f)
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

#endif
