/* Community ID flow hashing, version 1 (https://github.com/corelight/community-id-spec). */
#ifndef SLUICE_OUTPUT_COMMUNITY_ID_H
#define SLUICE_OUTPUT_COMMUNITY_ID_H

#include "packet/address.h"

enum { COMMUNITY_ID_TEXT = 40 };

struct community_tuple {
    struct address source, destination;
    uint16_t source_port, destination_port; /* ICMP: type and code */
    uint8_t protocol;
};

/* Writes "1:" and the base64 of the SHA-1, the same for both directions; "" when the tuple has no address. */
void community_id(const struct community_tuple *tuple, uint16_t seed, char text[COMMUNITY_ID_TEXT]);

#endif
