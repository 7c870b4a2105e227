/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Which traffic is inspected: its protocol is named, one of its ports is (TCP and UDP), and neither address
 * lies in an excluded prefix, and one in an included one if there are any. A change fills the other bank and
 * then switches: no packet meets half of it.
 */
#ifndef SLUICE_XDP_STEERING_H
#define SLUICE_XDP_STEERING_H

#include "maps.h"
#include "parse.h"

static __always_inline int port_selected(__u32 bank, __u32 udp, __u16 number)
{
    __u32 index = (bank * 2 + udp) * SLUICE_PORT_WORDS + number / 64;
    __u64 *word = bpf_map_lookup_elem(&steering_ports, &index);
    return word && *word >> (number % 64) & 1;
}

enum { PREFIX_UNKNOWN = -1, PREFIX_EXCLUDED = 0, PREFIX_INCLUDED = 1 };

static __always_inline int prefix_says(__u32 bank, const __u32 address[4])
{
    struct sluice_prefix key = {.length = SLUICE_PREFIX_BANK_BITS + 128, .bank = bank};
    __builtin_memcpy(key.address, address, sizeof key.address);
    __u32 *says = bpf_map_lookup_elem(&steering_prefix, &key);
    return says ? (int)(*says & 1) : PREFIX_UNKNOWN;
}

static __always_inline int ports_selected(const struct sluice_steering *s, __u32 bank, const struct frame *f)
{
    __u32 udp = f->protocol == IPPROTO_UDP;
    if (s->flags & (udp ? SLUICE_ALL_UDP : SLUICE_ALL_TCP))
        return 1;
    if (!f->has_ports) /* a later fragment, or one too short to tell */
        return 1;
    return port_selected(bank, udp, bpf_ntohs(f->source_port)) ||
           port_selected(bank, udp, bpf_ntohs(f->destination_port));
}

static __always_inline int selected(const struct frame *f)
{
    __u32 zero = 0;
    __u32 *active = bpf_map_lookup_elem(&steering_bank, &zero);
    if (!active)
        return 0;
    __u32 bank = *active & 1;
    struct sluice_steering *s = bpf_map_lookup_elem(&steering, &bank);
    if (!s)
        return 0;
    __u32 word = f->protocol / 64;
    if (!(s->protocols[word & 3] >> (f->protocol % 64) & 1))
        return 0;
    if ((f->protocol == IPPROTO_TCP || f->protocol == IPPROTO_UDP) && !ports_selected(s, bank, f))
        return 0;
    int source = prefix_says(bank, f->source), destination = prefix_says(bank, f->destination);
    if (source == PREFIX_EXCLUDED || destination == PREFIX_EXCLUDED)
        return 0;
    return !(s->flags & SLUICE_HAS_INCLUDES) || source == PREFIX_INCLUDED || destination == PREFIX_INCLUDED;
}

#endif
