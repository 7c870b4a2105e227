/*
 * QUIC packets for tests: frames sealed as Initial packets, and the hellos of RFC 9001, appendix A.
 *
 * What is appended to a buf is the caller's. Failing to make one aborts the test.
 */
#ifndef TESTS_SUPPORT_QUIC_PACKET_H
#define TESTS_SUPPORT_QUIC_PACKET_H

#include "base/buf.h"

struct quic_packet {
    uint32_t version;
    uint8_t first; /* of the header, without its protection: its type and the packet number's length */
    bool from_server;
    struct slice key_id; /* that the keys follow from */
    struct slice destination_id, source_id, token;
    uint64_t number;
    struct slice frames;
    size_t padded; /* frames are filled up with padding to so many bytes */
};

/* The client's hello ("example.com") and the server's: handshake messages, with their headers. */
struct slice quic_client_hello(void);
struct slice quic_server_hello(void);

/* A CRYPTO frame. */
void quic_put_crypto(struct buf *out, uint64_t offset, struct slice data);

/* The packet, sealed. A token is written when the version's type in `first` is Initial. */
void quic_put_packet(struct buf *out, const struct quic_packet *packet);

/* Hexadecimal digits as bytes. */
void quic_put_hex(struct buf *out, const char *hex);

#endif
