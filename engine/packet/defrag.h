/*
 * Puts IP datagrams together from their fragments (RFC 791 3.2, RFC 8200 4.5), the way the host that they are
 * for would do it (Novak, "Target-Based Fragmentation Reassembly", 2005).
 *
 * One thread owns a defragmenter. It copies fragments, within a cap of bytes and of datagrams: when one is
 * reached, the datagram that was touched least recently gives way, and is counted. Time is the packets' own.
 */
#ifndef SLUICE_PACKET_DEFRAG_H
#define SLUICE_PACKET_DEFRAG_H

#include "packet/decode.h"
#include "packet/host_policy.h"

struct defrag;

struct defrag_fragment {
    struct slice header; /* what goes before the data: v4: the IP header; v6: all up to the fragment header */
    struct slice data;   /* this piece of the payload */
    uint16_t offset;     /* of the data in the payload, bytes */
    bool more;           /* more fragments follow */
    uint8_t next_header; /* v6: the protocol that the fragment header names */
    uint32_t next_position; /* v6: where in the header the byte stands that named the fragment header */
};

/* Zeroes in the configuration mean the defaults. NULL when memory is short. */
struct defrag *defrag_new(const struct decode_config *config, struct decode_counters *counters);
void defrag_free(struct defrag *defrag);

/*
 * Takes the fragment that `p` (addresses, identification, VLANs, time) is. Adds events to `p`. Returns
 * whether that completed a datagram: then `datagram` holds it from its IP header on, until defrag_release.
 */
bool defrag_add(struct defrag *defrag, struct packet *p, const struct defrag_fragment *fragment,
                struct slice *datagram);

/* Frees the datagrams that defrag_add has handed out. */
void defrag_release(struct defrag *defrag);

#endif
