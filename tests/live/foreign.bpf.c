/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Somebody else's XDP program, for the test: passes everything. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int somebody_elses(struct xdp_md *ctx)
{
    return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
