/*
 * What a capture source hands to the decoder: one frame as it was seen on a link. The bytes are lent; the
 * source says until when (see capture/capture.h).
 */
#ifndef SLUICE_PACKET_FRAME_H
#define SLUICE_PACKET_FRAME_H

#include "base/slice.h"

struct frame {
    struct slice bytes;   /* what was captured, from the link header on */
    uint32_t wire_length; /* bytes on the wire; above bytes.n when the capture cut it */
    uint64_t time_ns;     /* since the epoch */
    uint64_t number;      /* EVE's pcap_cnt: 1 for the first frame of the run */
    uint16_t port;        /* of a source with several: by which it came */
    uint16_t link_type;   /* LINKTYPE_* of https://www.tcpdump.org/linktypes.html (a DLT_ value mapped) */
    uint8_t rewritten;    /* inline: 1 when its bytes were changed; likewise */
    uint8_t dropped;      /* inline: 1 when it must not be sent on; any worker may say so */
    bool checksums_known; /* the receiver vouches for, or will fill in, the checksums: do not validate */
};

#endif
