/*
 * The bytes of one packet: transports with their checksums, IP and its fragments, Ethernet. craft/make.c
 * knows what comes when. Appends to buffers that the caller owns; no state.
 */
#ifndef SLUICE_CRAFT_HEADERS_H
#define SLUICE_CRAFT_HEADERS_H

#include "base/buf.h"
#include "craft/flow.h"

struct craft_host { /* one end, with nothing left to default */
    struct address address;
    uint16_t port, mss;
    uint8_t mac[6];
    uint32_t next; /* TCP: sequence number of its next byte */
};

struct craft_way { /* from whom to whom, and what the frame has in between */
    const struct craft_host *from, *to;
    const uint16_t *vlan;
    unsigned vlan_count;
    const struct craft_ip *ip;
    uint8_t protocol;
};

struct craft_tcp_header {
    uint32_t sequence, acknowledgment;
    uint16_t window, urgent;
    uint8_t flags, reserved;
    struct slice options;
};

/* Each appends one transport message to `out`: 0 or -ENOMEM. `wrong`: its checksum is. */
int craft_put_tcp(struct buf *out, const struct craft_way *way, const struct craft_tcp_header *tcp,
                  struct slice payload, bool wrong);
int craft_put_udp(struct buf *out, const struct craft_way *way, struct slice payload, bool wrong);
int craft_put_icmp(struct buf *out, const struct craft_way *way, const struct craft_icmp *icmp,
                   struct slice payload, bool wrong);

/*
 * Appends the frame that carries `payload` of an IP packet: all of it, or the fragment at `offset` with more
 * after it or none. `id`: the identification, IPv4. 0; -E2BIG: no IP packet is so large; -ENOMEM.
 */
struct craft_part {
    uint16_t id, offset;
    bool is_fragment, more;
};
int craft_put_frame(struct buf *out, const struct craft_way *way, const struct craft_part *part,
                    struct slice payload);

#endif
