/* The steering policy as a filter in libpcap's language, for where there is no XDP program. Pure. */
#ifndef SLUICE_VERDICT_STEERING_FILTER_H
#define SLUICE_VERDICT_STEERING_FILTER_H

#include "base/buf.h"

struct steering;

/*
 * Appends it, with a NUL: what the program would select, with up to two VLAN tags, and also every IPv6 packet
 * with extension headers. 0, -ENOMEM, or -EOPNOTSUPP when the policy names prefixes (take everything then).
 */
int steering_filter(const struct steering *steering, struct buf *out);

#endif
