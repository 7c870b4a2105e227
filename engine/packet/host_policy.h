/*
 * Which operating system answers at an address, and so how it settles overlapping fragments and segments
 * (Suricata's host-os-policy; Novak, "Target-Based Fragmentation Reassembly", 2005; Novak and Sturges,
 * "Target-Based TCP Stream Reassembly", 2007). Built once, then only read by any thread.
 */
#ifndef SLUICE_PACKET_HOST_POLICY_H
#define SLUICE_PACKET_HOST_POLICY_H

#include "base/err.h"
#include "packet/address.h"

enum os_policy {
    OS_BSD, /* the default, as in Suricata, for addresses that no entry covers */
    OS_BSD_RIGHT,
    OS_OLD_LINUX,
    OS_LINUX,
    OS_OLD_SOLARIS,
    OS_SOLARIS,
    OS_HPUX10,
    OS_HPUX11,
    OS_IRIX,
    OS_MACOS,
    OS_WINDOWS,
    OS_VISTA,
    OS_WINDOWS2K3,
    OS_FIRST,
    OS_LAST,
    OS_COUNT
};

struct host_policies;

struct host_policies *host_policies_new(void);
void host_policies_free(struct host_policies *policies);

/* Adds a prefix such as "10.0.0.0/8" or "2001:db8::/32" under a policy's name ("old-linux"). 0, -EINVAL,
 * -ENOMEM. */
int host_policies_add(struct host_policies *policies, const char *policy, const char *prefix,
                      struct err *err);

/* The longest prefix decides. NULL policies: Suricata's stock configuration, OS_WINDOWS for 0.0.0.0/0, so
 * IPv6 is OS_BSD. */
enum os_policy host_policies_find(const struct host_policies *policies, const struct address *address);

#endif
