/*
 * The protection of QUIC's Initial packets (RFC 9001, 5), whose keys follow from the client's first
 * destination connection id: whoever sees the packets can take it off.
 *
 * Keys are plain values in their owner's memory. Pure but for what OpenSSL allocates; any thread.
 */
#ifndef SLUICE_APP_QUIC_CRYPTO_H
#define SLUICE_APP_QUIC_CRYPTO_H

#include "base/buf.h"
#include "flow/direction.h"

enum { QUIC_KEY = 16, QUIC_IV = 12, QUIC_TAG = 16 };

struct quic_key { /* of one sender */
    uint8_t key[QUIC_KEY];
    uint8_t iv[QUIC_IV];
    uint8_t header[QUIC_KEY]; /* header protection */
};

/* Whether there is a salt for that version: its Initial packets can be opened. */
bool quic_version_known(uint32_t version);

/* The key of one sender, or of both, by the direction in which it sends. 0; -ENOTSUP; -ENOMEM. */
int quic_initial_key(uint32_t version, struct slice connection_id, enum direction sender,
                     struct quic_key *key);
int quic_initial_keys(uint32_t version, struct slice connection_id, struct quic_key keys[DIRECTIONS]);

/*
 * Opens a packet: `packet` from its first byte to its end, its number at `number_at`. `largest` is the
 * largest number seen of that sender (RFC 9000, A.3), and takes this one's in. `plain` is overwritten with
 * the frames. 0; -EBADMSG: it is not what these keys protect; -ENOMEM.
 */
int quic_open(const struct quic_key *key, struct slice packet, size_t number_at, uint64_t *largest,
              struct buf *plain);

#endif
