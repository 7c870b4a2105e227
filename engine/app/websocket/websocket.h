/*
 * WebSocket (RFC 6455): a transaction is a frame. Internal to app/websocket/websocket.c and
 * output/eve_websocket.c.
 *
 * The payload is unmasked; that of a message's last frame is the whole message, decompressed when it was
 * compressed (RFC 7692). Owned by its transaction, capped.
 */
#ifndef SLUICE_APP_WEBSOCKET_H
#define SLUICE_APP_WEBSOCKET_H

#include "app/parser.h"
#include "base/buf.h"

enum {
    WEBSOCKET_PAYLOAD_MOST = 65535,      /* bytes of a frame or message that are kept */
    WEBSOCKET_INFLATED_MOST = 256 << 10, /* ... of a message that was compressed */
};

enum { WEBSOCKET_FIN = 0x80, WEBSOCKET_COMPRESSED = 0x40, WEBSOCKET_FLAGS = 0xf0 };

enum websocket_opcode {
    WEBSOCKET_CONTINUATION,
    WEBSOCKET_TEXT,
    WEBSOCKET_BINARY,
    WEBSOCKET_CLOSE = 8,
    WEBSOCKET_PING,
    WEBSOCKET_PONG
};

struct websocket_tx {
    struct app_tx tx;
    uint8_t opcode, flags; /* the lower and the upper half of the first byte */
    bool masked;
    uint32_t mask;
    size_t memory; /* accounted */
    struct buf payload;
    struct buf frame;   /* as it came, when rules ask for it */
    size_t header_size; /* of `frame` */
};

#endif
