/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What the kernel side and the user side share: the layouts of map keys and values, and of the metadata in
 * front of a frame. Plain data; every size is pinned below. Addresses are 16 bytes (IPv4 as ::ffff:a.b.c.d),
 * ports in network order, times nanoseconds of CLOCK_MONOTONIC. Change SLUICE_XDP_VERSION with any layout:
 * pinned maps outlive programs.
 */
#ifndef SLUICE_XDP_SHARED_H
#define SLUICE_XDP_SHARED_H

#include <linux/types.h>

#define SLUICE_XDP_VERSION 1
#define SLUICE_META_MAGIC  0x51ce7a61u

enum sluice_mode { SLUICE_SPAN, SLUICE_INLINE, SLUICE_HOST };
enum sluice_fail { SLUICE_FAIL_OPEN, SLUICE_FAIL_CLOSED };
enum sluice_odd {
    SLUICE_ODD_PASS,
    SLUICE_ODD_INSPECT,
    SLUICE_ODD_DROP
}; /* pass: like what is not selected */
enum sluice_tunnel { SLUICE_GRE = 1, SLUICE_VXLAN = 2, SLUICE_GENEVE = 4 };
enum sluice_port_flag { SLUICE_DRY_RUN = 1 }; /* everything passes; only counts, by service too */

struct sluice_port { /* one an interface */
    __u32 version;
    __u32 ifindex, peer_ifindex;
    __u8 mode, fail, odd, tunnels; /* enums above; tunnels: bits */
    __u32 flags, hash_seed;
    __u64 heartbeat_age_ns; /* older than this: the engine is taken for dead */
    char name[16];          /* of the interface */
    char owner[32];         /* who attached it, for people */
};

struct sluice_flow_key { /* the lower end first, compared as (address, port) in network order: both directions
                            meet */
    __u32 low[4], high[4];
    __u16 low_port, high_port;
    __u8 protocol, zero[3];
};

enum sluice_block_flag {
    SLUICE_BLOCK_STATIC = 1,   /* by a person: never gives way to one by the engine */
    SLUICE_BLOCK_FROM_HIGH = 2 /* flows: the end that the block is charged to */
};

struct sluice_block { /* of a flow or of a host */
    __u64 expires_ns, since_ns;
    __u64 packets, bytes;                  /* dropped by it */
    __u32 sid, flags, prefix_length, zero; /* prefix_length: hosts, as in the key */
};

struct sluice_prefix { /* key of the tries; the bank only says something in the steering trie */
    __u32 length;      /* bits of bank and address */
    __u32 bank;
    __u32 address[4];
};
#define SLUICE_PREFIX_BANK_BITS 32

struct sluice_bypass {
    __u64 since_ns, last_ns;    /* since_ns 0: no longer */
    __u64 packets[2], bytes[2]; /* sent by the low end, by the high one */
};

enum sluice_steering_flag { SLUICE_ALL_TCP = 1, SLUICE_ALL_UDP = 2, SLUICE_HAS_INCLUDES = 4 };
enum { SLUICE_PORT_WORDS = 1024, SLUICE_BANKS = 2 };

struct sluice_steering { /* which traffic is inspected, one a bank: a change fills the idle bank, then
                            switches */
    __u64 protocols[4];  /* a bit for each IP protocol */
    __u32 flags, zero;
};

struct sluice_count {
    __u64 packets, bytes;
};

struct sluice_service { /* dry run: what was seen, by protocol and service port (host order) */
    __u16 port;
    __u8 protocol, selected;
};

enum sluice_meta_flag { SLUICE_META_FRAGMENT = 1, SLUICE_META_TUNNEL = 2, SLUICE_META_ODD = 4 };

struct sluice_meta { /* in front of the frame; a hint, to be checked against the frame before use */
    __u32 magic, flow_hash;
    __u64 time_ns;
    __u32 frame_length;
    __u16 network, transport; /* offsets in the frame; 0: not there */
    __u16 vlan[2];            /* tags as on the wire, in host order, the outermost first */
    __u8 vlan_count, version, protocol, flags;
};

struct sluice_record { /* in the host mode's ring, followed by the first `captured` bytes of the frame */
    struct sluice_meta meta;
    __u32 ifindex, captured;
    __u32 egress, zero;
};

#define SLUICE_WAY(name, text) SLUICE_WAY_##name,
#define SLUICE_NOTE(name, text)
enum sluice_way {
#include "stat_list.h"
    SLUICE_WAYS
};
#undef SLUICE_WAY
#undef SLUICE_NOTE
#define SLUICE_WAY(name, text)
#define SLUICE_NOTE(name, text) SLUICE_NOTE_##name,
enum sluice_note { /* stands behind the ways in the map */
                   SLUICE_NOTE_FIRST = SLUICE_WAYS - 1,
#include "stat_list.h"
                   SLUICE_STATS
};
#undef SLUICE_WAY
#undef SLUICE_NOTE

_Static_assert(sizeof(struct sluice_port) == 80, "layout");
_Static_assert(sizeof(struct sluice_flow_key) == 40, "layout");
_Static_assert(sizeof(struct sluice_block) == 48, "layout");
_Static_assert(sizeof(struct sluice_prefix) == 24, "layout");
_Static_assert(sizeof(struct sluice_bypass) == 48, "layout");
_Static_assert(sizeof(struct sluice_steering) == 40, "layout");
_Static_assert(sizeof(struct sluice_service) == 4, "layout");
_Static_assert(sizeof(struct sluice_meta) == 32, "at most 32 bytes fit in front of a frame on older kernels");
_Static_assert(sizeof(struct sluice_record) == 48, "layout");

#endif
