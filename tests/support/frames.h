/*
 * Builds frames for tests: bytes are appended, then lengths and checksums are set. Each maker returns a frame
 * in memory of exactly its size (free it with free), so that the sanitizer sees a read past its end.
 */
#ifndef SLUICE_TESTS_FRAMES_H
#define SLUICE_TESTS_FRAMES_H

#include "packet/decode.h"

enum { FRAME_ROOM = 2048 };

struct frame_bytes {
    uint8_t b[FRAME_ROOM];
    size_t n;
};

void put_bytes(struct frame_bytes *f, const void *p, size_t n);
void put_text(struct frame_bytes *f, const char *text);
void put_u8(struct frame_bytes *f, unsigned v);
void put_u16(struct frame_bytes *f, unsigned v);
void put_u32(struct frame_bytes *f, uint32_t v);

void put_ethernet(struct frame_bytes *f, unsigned type);
/* The headers of what has `payload` bytes after them. Addresses are 10.0.0.HOST. */
void put_ipv4(struct frame_bytes *f, unsigned protocol, unsigned source, unsigned destination,
              size_t payload);
void put_ipv4_fragment(struct frame_bytes *f, unsigned identification, unsigned offset, bool more,
                       size_t payload);
void put_ipv6(struct frame_bytes *f, unsigned next, unsigned source, unsigned destination, size_t payload);
void put_udp(struct frame_bytes *f, unsigned source, unsigned destination, size_t payload);
void put_tcp(struct frame_bytes *f, unsigned source, unsigned destination, unsigned flags, size_t options);

/* A decoder without checksums, or with them. */
struct decoder *test_decoder(enum checksum_mode checksums);

/*
 * Decodes the bytes as a frame of a link type at a time (seconds). The frame is a copy of exactly its size in
 * *copy, to be freed after the packets; out has DECODE_PACKETS of room.
 */
unsigned test_decode(struct decoder *decoder, const struct frame_bytes *f, unsigned link_type,
                     unsigned second, struct packet *out, uint8_t **copy);

#endif
