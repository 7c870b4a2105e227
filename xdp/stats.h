/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Counting: per CPU, so no atomics. */
#ifndef SLUICE_XDP_STATS_H
#define SLUICE_XDP_STATS_H

#include "context.h"
#include "maps.h"

static __always_inline void count(__u32 index, __u64 bytes)
{
    struct sluice_count *c = bpf_map_lookup_elem(&COUNTERS, &index);
    if (c) {
        c->packets++;
        c->bytes += bytes;
    }
}

/* Dry run only: by the port that selected the packet, else the lower one, which mostly is the service. */
static __always_inline void count_service(__u8 protocol, __u16 service_port, __u8 selected, __u64 bytes)
{
    struct sluice_service key = {.port = service_port, .protocol = protocol, .selected = selected};
    struct sluice_count *c = bpf_map_lookup_elem(&services, &key);
    if (c) {
        c->packets++;
        c->bytes += bytes;
        return;
    }
    struct sluice_count first = {.packets = 1, .bytes = bytes};
    bpf_map_update_elem(&services, &key, &first, BPF_ANY);
}

#endif
