/*
 * BitTorrent's DHT (BEP 5, BEP 32): a transaction is a message, of one direction. Internal to app/dht/ and
 * output/eve_bittorrent_dht.c; slices lie in the copy of the message that the transaction owns.
 */
#ifndef SLUICE_APP_DHT_H
#define SLUICE_APP_DHT_H

#include "app/dht/bencode.h"
#include "app/parser.h"
#include "base/buf.h"

enum dht_kind { DHT_NONE, DHT_REQUEST, DHT_RESPONSE, DHT_ERROR };

/* Slices that are not there have no `p`. */
struct dht_request {
    struct slice id, target, info_hash, token;
    bool has_implied_port, has_port;
    uint32_t implied_port, port;
};

enum { DHT_NODE = 26, DHT_NODE6 = 38, DHT_ID = 20, DHT_PEER = 6, DHT_PEER6 = 18 };

struct dht_response {
    struct slice id, nodes, nodes6, token;
    struct slice values; /* in the list: strings of DHT_PEER bytes or more */
};

struct dht_message {
    uint8_t kind; /* enum dht_kind; none: it is broken */
    struct slice transaction, version;
    struct slice type; /* of a request */
    struct dht_request request;
    struct dht_response response;
    uint32_t error;
    struct slice text; /* of the error */
};

struct dht_tx {
    struct app_tx tx;
    struct dht_message message;
    struct buf bytes;
};

/* False: it does not begin like one. A message without a transaction is broken, and has its kind. */
bool dht_message_read(struct slice datagram, struct dht_message *out);

#endif
