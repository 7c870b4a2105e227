/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The maps. "Shared" ones are one for all interfaces, the others one an interface; the loader pins them and
 * sets sizes. The program only reads policy and blocks (and adds to the counts in them): what is blocked is
 * userspace's to decide, so no traffic can push a block out.
 */
#ifndef SLUICE_XDP_MAPS_H
#define SLUICE_XDP_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "shared.h"

#define MAP(map_type, key_type, value_type, entries) \
    __uint(type, BPF_MAP_TYPE_##map_type);           \
    __type(key, key_type);                           \
    __type(value, value_type);                       \
    __uint(max_entries, entries)

/* Shared. */
struct {
    MAP(HASH, struct sluice_flow_key, struct sluice_block, 65536);
} flow_blocks SEC(".maps");

struct {
    MAP(LPM_TRIE, struct sluice_prefix, struct sluice_block, 16384);
    __uint(map_flags, BPF_F_NO_PREALLOC);
} host_blocks SEC(".maps");

struct {
    MAP(LRU_HASH, struct sluice_flow_key, struct sluice_bypass, 65536);
} flow_bypass SEC(".maps");

struct { /* the bank that holds; the only word that a change must write at once */
    MAP(ARRAY, __u32, __u32, 1);
} steering_bank SEC(".maps");

struct {
    MAP(ARRAY, __u32, struct sluice_steering, SLUICE_BANKS);
} steering SEC(".maps");

struct { /* [bank][TCP, UDP][port / 64] */
    MAP(ARRAY, __u32, __u64, SLUICE_BANKS * 2 * SLUICE_PORT_WORDS);
} steering_ports SEC(".maps");

struct { /* value 1: inspect, 0: do not */
    MAP(LPM_TRIE, struct sluice_prefix, __u32, 16384);
    __uint(map_flags, BPF_F_NO_PREALLOC);
} steering_prefix SEC(".maps");

struct {
    MAP(ARRAY, __u32, __u64, 1);
} heartbeat SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 12); /* the loader makes it larger for host mode */
} host_ring SEC(".maps");

/* One an interface. */
struct {
    MAP(ARRAY, __u32, struct sluice_port, 1);
} port SEC(".maps");

struct {
    MAP(XSKMAP, __u32, __u32, 64);
} xsks SEC(".maps");

struct {
    MAP(DEVMAP, __u32, __u32, 1);
} peers SEC(".maps");

struct {
    MAP(PERCPU_ARRAY, __u32, struct sluice_count, SLUICE_STATS);
} stats SEC(".maps");

struct { /* of what goes out, in host mode */
    MAP(PERCPU_ARRAY, __u32, struct sluice_count, SLUICE_STATS);
} egress_stats SEC(".maps");

struct {
    MAP(LRU_PERCPU_HASH, struct sluice_service, struct sluice_count, 1024);
} services SEC(".maps");

#endif
