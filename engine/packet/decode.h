/*
 * From frames to packets: links, VLANs, tunnels, IP, fragments, transports.
 *
 * A decoder belongs to one thread and holds the fragments that wait for their rest. decode_frame never
 * fails: what is broken becomes a packet with events and whatever was readable before the break. At most
 * DECODE_PACKETS packets come of one frame; encapsulation past the depth cap is an event.
 */
#ifndef SLUICE_PACKET_DECODE_H
#define SLUICE_PACKET_DECODE_H

#include "packet/frame.h"
#include "packet/packet.h"

enum { DECODE_PACKETS = 20 };

enum checksum_mode { CHECKSUM_AUTO, CHECKSUM_ON, CHECKSUM_OFF };

struct decode_config {
    enum checksum_mode checksums;
    uint64_t hash_seed;        /* of packet.flow_hash */
    bool ignore_vlan;          /* flows are not told apart by VLAN */
    uint32_t defrag_timeout_s; /* 0: 60 */
    uint32_t defrag_trackers;  /* datagrams in reassembly; 0: 65535 */
    uint64_t defrag_memory;    /* bytes of fragments kept; 0: 32 MiB */
    const struct host_policies
        *hosts; /* overlap policy by destination, or NULL for the default (host_policy.h) */
    bool teredo_off, vxlan_off, geneve_off;
    uint16_t teredo_port, vxlan_port, geneve_port; /* 0: 3544, 4789, 6081 */
};

struct decode_counters {
    uint64_t frames, bytes, packets, invalid, tunnels, fragments, reassembled;
    uint64_t defrag_memory_full, defrag_trackers_full, defrag_timeouts, depth_exceeded, bad_checksums;
};

struct decoder;

/* NULL when memory is short. */
struct decoder *decoder_new(const struct decode_config *config);
void decoder_free(struct decoder *decoder);

/* Whether frames of this link type can be decoded; `name` (may be NULL) gets its name, "unknown" if it
 * is none of ours. */
bool decode_link_type_known(uint16_t link_type, const char **name);

/*
 * With CHECKSUM_AUTO, before the first frame: looks at those at hand (all of a short capture). When most of
 * their checksums are wrong, none is validated from the first packet on. Nothing else of the decoder changes.
 */
void decoder_look_ahead(struct decoder *decoder, const struct frame *frames, unsigned count);

/*
 * Decodes one frame into `out`, which has room for DECODE_PACKETS. Returns how many were made (at least 1).
 * They point into the frame, and into memory of the decoder for reassembled datagrams, which is good until
 * decoder_release.
 */
unsigned decode_frame(struct decoder *decoder, const struct frame *frame, struct packet *out);

/* Frees the reassembled datagrams handed out so far: call it once their packets are done with. */
void decoder_release(struct decoder *decoder);

const struct decode_counters *decoder_counters(const struct decoder *decoder);

#endif
