/*
 * The Internet checksum (RFC 1071) and the pseudo headers of the transports (RFC 9293 3.1, RFC 8200 8.1), and
 * the watch that `auto` keeps: a capture in which many checksums are wrong was taken before the network card
 * filled them in, and tells nothing about them. Where the field still holds what the card was to go on
 * from, that is seen packet by packet. Plain values; one thread.
 */
#ifndef SLUICE_PACKET_CHECKSUM_H
#define SLUICE_PACKET_CHECKSUM_H

#include "base/slice.h"
#include "packet/address.h"

/* The ones' complement sum of `s` added to `sum`; an odd last byte is padded with a zero. */
uint64_t checksum_add(struct slice s, uint64_t sum);

/* What stands in the checksum field, or 0 when the sum covers a correct one. */
uint16_t checksum_finish(uint64_t sum);

/* The sum of the pseudo header for `length` bytes of `protocol` between two addresses. */
uint64_t checksum_pseudo(const struct address *source, const struct address *destination, uint8_t protocol,
                         uint32_t length);

/*
 * Whether the field holds only the folded sum of the pseudo header: what a sender leaves there for its
 * network card to go on from, and so what a capture on that host shows.
 */
bool checksum_is_partial(uint64_t pseudo, uint16_t field);

enum { CHECKSUM_WATCH = 1000, CHECKSUM_WRONG_PERCENT = 10 };

struct checksum_watch {
    uint32_t seen, wrong; /* of the first CHECKSUM_WATCH packets */
    bool off;
};

/* Takes note of one validated packet; after CHECKSUM_WATCH of them settles whether validation stays on. */
void checksum_watch_see(struct checksum_watch *watch, bool wrong);

#endif
