/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What the kernel side and the user side share: the layouts of map keys and values, and of the metadata in
 * front of a frame. Plain data; every size is pinned below. Addresses are 16 bytes (IPv4 as ::ffff:a.b.c.d),
 * ports in network order, times nanoseconds of CLOCK_MONOTONIC. Change SLUICE_XDP_VERSION with any layout:
 * pinned maps outlive programs.
 */
#ifndef SLUICE_XDP_SHARED_H
#define SLUICE_XDP_SHARED_H

#include "record.h"
#include "ways.h"

#define SLUICE_XDP_VERSION 2

enum sluice_mode { SLUICE_SPAN, SLUICE_INLINE, SLUICE_HOST };
enum sluice_fail { SLUICE_FAIL_OPEN, SLUICE_FAIL_CLOSED };
enum sluice_odd {
    SLUICE_ODD_PASS,
    SLUICE_ODD_INSPECT,
    SLUICE_ODD_DROP
}; /* pass: like what is not selected */
enum sluice_tunnel { SLUICE_GRE = 1, SLUICE_VXLAN = 2, SLUICE_GENEVE = 4 };
enum sluice_port_flag {
    SLUICE_DRY_RUN = 1,    /* everything passes; only counts, by service too */
    SLUICE_MADE_CLSACT = 2 /* userspace's: the queueing discipline on egress goes with the program */
};

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

_Static_assert(sizeof(struct sluice_port) == 80, "layout");
_Static_assert(sizeof(struct sluice_flow_key) == 40, "layout");
_Static_assert(sizeof(struct sluice_block) == 48, "layout");
_Static_assert(sizeof(struct sluice_prefix) == 24, "layout");
_Static_assert(sizeof(struct sluice_bypass) == 48, "layout");
_Static_assert(sizeof(struct sluice_steering) == 40, "layout");
_Static_assert(sizeof(struct sluice_service) == 4, "layout");

#endif
