/*
 * Drives one application parser without packets: bytes of either direction in, all buffers asked for after
 * each call, as the inspector and the rules would. For units and fuzz targets. One thread; the caller owns
 * it.
 */
#ifndef TESTS_SUPPORT_APP_DRIVER_H
#define TESTS_SUPPORT_APP_DRIVER_H

#include "app/engine.h"
#include "base/buf.h"
#include "flow/flow.h"
#include "flow/tcp.h"

struct app_driver {
    struct app_engine *engine;
    struct flow flow;
    struct tcp_session tcp; /* of that flow */
    struct app_session *session;
    struct buf pending[DIRECTIONS]; /* not taken yet */
    bool ended[DIRECTIONS], bad;
    /* Called for each instance of each buffer; may be NULL. */
    void (*saw)(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                unsigned index, const struct view_buffer *buffer);
    void *ctx;
};

/* False when memory is short. */
bool app_driver_open(struct app_driver *driver, const struct app_parser *parser, bool datagram);
void app_driver_feed(struct app_driver *driver, enum direction direction, struct slice bytes);
void app_driver_end(struct app_driver *driver, enum direction direction);
void app_driver_gap(struct app_driver *driver, enum direction direction, uint64_t bytes);
void app_driver_close(struct app_driver *driver);

/*
 * A fuzz input as a conversation: each piece begins with a byte (its low bit the direction, bit 1 an end, bit
 * 2 a gap) and a length of one byte.
 */
void app_driver_fuzz(const struct app_parser *parser, bool datagram, const uint8_t *data, size_t size);

#endif
