/* The two ends of a packet or a flow as a person reads them. Appends; 0 or -ENOMEM. Any thread. */
#ifndef SLUICE_OUTPUT_ENDS_H
#define SLUICE_OUTPUT_ENDS_H

#include "base/buf.h"

struct flow;
struct packet;

/* "TCP 10.0.0.1:40000 -> [2001:...]:80"; "(no IP, ethertype 0x0806)". */
int packet_ends_print(struct buf *out, const struct packet *packet);
int flow_ends_print(struct buf *out, const struct flow *flow); /* from the client */

#endif
