/*
 * Flows made into frames, decoded with checksums on, and reassembled: what of them arrives. Of one TCP
 * connection both streams are kept.
 */
#ifndef TESTS_SUPPORT_CRAFTED_H
#define TESTS_SUPPORT_CRAFTED_H

#include "craft/make.h"

struct crafted {
    struct craft_frames frames;
    struct packet last; /* without its slices */
    unsigned wrong_checksums, events;
    size_t largest_payload;
    struct buf streams[2]; /* to the server, to the client */
};

/* Stops the test when the flows cannot be made. */
void crafted_init(struct crafted *crafted, const struct craft_flow *flows, size_t count);
void crafted_fini(struct crafted *crafted);

/* Stops the test unless exactly these bytes arrived. */
void crafted_read(const struct crafted *crafted, const char *to_server, const char *to_client);

#endif
