/*
 * How a network card spreads flows over its queues (RSS): set so that both directions of a flow come by the
 * same queue, and set back. The hash is Toeplitz's; with a key of one 16-bit word over and over it is the
 * same when the ends are exchanged.
 */
#ifndef SLUICE_RUN_RECEIVE_HASH_H
#define SLUICE_RUN_RECEIVE_HASH_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct receive_hash; /* as it was */

/* 1: the card does now what was asked, and *was (to be freed by receive_hash_restore) holds what it did
 * before, or NULL when it did already; 0: it cannot; negative errno: it refused, or does not what it said. */
int receive_hash_make_symmetric(const char *interface, struct receive_hash **was);
/* 0 or a negative errno. Takes NULL. */
int receive_hash_restore(const char *interface, struct receive_hash *was);

/* As it is written down; NULL when memory is short, or it is no such thing. The caller frees the latter by
 * receive_hash_restore or free. */
json_t *receive_hash_json(const struct receive_hash *hash);
struct receive_hash *receive_hash_of_json(const json_t *json);

void receive_hash_symmetric_key(uint8_t *key, size_t size);

#endif
