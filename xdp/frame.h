/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What is known of a frame, and how its bytes are reached: every read is checked against the end of the
 * (linear) frame. What cannot be followed is "odd", with the note that says why; it never ends the program.
 */
#ifndef SLUICE_XDP_FRAME_H
#define SLUICE_XDP_FRAME_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "context.h"
#include "shared.h"

enum { MAX_VLANS = 2 };
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

enum { MOST_OFFSET = 0x3fff };

static __always_inline int odd(struct frame *f, __u32 note)
{
    f->note = note;
    return PARSE_ODD;
}

/* The `size` bytes at f->at, or NULL when the frame ends before. */
static __always_inline void *header(CONTEXT *ctx, const struct frame *f, __u32 size)
{
    __u64 at = f->at;
    if (at > MOST_OFFSET)
        return 0;
    void *p = (void *)(long)ctx->data + at;
    return p + size > (void *)(long)ctx->data_end ? 0 : p;
}

static __always_inline int skip(CONTEXT *ctx, struct frame *f, __u32 n)
{
    __u64 at = (__u64)f->at + n;
    if (at > MOST_OFFSET || (void *)(long)ctx->data + at > (void *)(long)ctx->data_end)
        return odd(f, SLUICE_NOTE_TRUNCATED);
    f->at = at;
    return PARSED;
}

#endif
