/* The inside of an HTTP/2 connection: frames, streams, header blocks. Shared by http2*.c only. */
#ifndef SLUICE_APP_HTTP2_CONNECTION_H
#define SLUICE_APP_HTTP2_CONNECTION_H

#include <nghttp2/nghttp2.h>

#include "app/growth.h"
#include "app/http2/http2.h"

enum { HTTP2_BUCKETS = 64, HTTP2_FRAME_HEAD = 9 };

enum { /* RFC 9113, 6: types and flags of frames */
       HTTP2_DATA,
       HTTP2_HEADERS,
       HTTP2_PRIORITY,
       HTTP2_RST_STREAM,
       HTTP2_SETTINGS,
       HTTP2_PUSH_PROMISE,
       HTTP2_PING,
       HTTP2_GOAWAY,
       HTTP2_WINDOW_UPDATE,
       HTTP2_CONTINUATION
};
enum { HTTP2_END_STREAM = 0x1, HTTP2_END_HEADERS = 0x4, HTTP2_PADDED = 0x8, HTTP2_HAS_PRIORITY = 0x20 };

struct http2_frame {
    uint32_t length, stream_id;
    uint8_t type, flags;
    struct slice payload; /* shorter than `length` when the frame is too long to wait for */
};

/* A header block that comes in fragments (RFC 9113, 4.3). */
struct http2_block {
    struct http2_tx *tx; /* NULL: it was forgotten, and the block is decoded for the table's sake */
    uint32_t stream_id;
    bool open, ends_stream;
    bool bad, long_told;      /* cannot be decoded; the limit was hit */
    bool at_start, in_update; /* only at the start there may be table size updates */
    unsigned update_shift;
    uint64_t update, bytes;
};

struct http2_way {
    nghttp2_hd_inflater *inflater; /* of the blocks that go this way; NULL: none yet */
    struct http2_block block;
    uint64_t left;            /* of a frame whose payload is taken as it comes */
    struct http2_tx *left_tx; /* ... whose body it is; NULL: passed over */
    uint32_t left_padding;
    bool left_ends;
    struct buf frame; /* the frame at hand, while rules ask for frames */
};

struct http2 {
    struct http2_way ways[DIRECTIONS];
    bool preface_over, upgraded;
    struct growth growth; /* of bodies */
    struct http2_tx *buckets[HTTP2_BUCKETS];
};

/* http2_stream.c. The stream's transaction, made when there is none; NULL when memory is short. */
struct http2_tx *http2_stream(struct app_session *session, enum direction direction, uint32_t stream_id);
struct http2_tx *http2_find(struct app_session *session, uint32_t stream_id);
/* The identifier is free for another stream. */
void http2_retire(struct app_session *session, struct http2_tx *tx);
struct http2_tx *http2_global(struct app_session *session, enum direction direction); /* of one frame */
void http2_tx_free(struct app_session *session, struct app_tx *tx);
void http2_tx_reuse(struct app_session *session, struct app_tx *tx);
void http2_end_side(struct app_session *session, struct http2_tx *tx, enum direction direction);
bool http2_charge(struct app_session *session, struct http2_tx *tx, size_t bytes);
void http2_add_number(struct app_session *session, struct http2_tx *tx, enum direction direction,
                      enum http2_number kind, uint64_t value);
/* Name and value are copied. False at a cap. */
bool http2_add_field(struct app_session *session, struct http2_tx *tx, enum direction direction,
                     struct slice name, struct slice value);
void http2_add_table_size(struct app_session *session, struct http2_tx *tx, enum direction direction,
                          uint64_t size);

/* http2_header.c */
void http2_block_begin(struct app_session *session, enum direction direction, struct http2_tx *tx,
                       uint32_t stream_id, bool ends_stream);
void http2_block_add(struct app_session *session, enum direction direction, struct slice fragment);
void http2_block_end(struct app_session *session, enum direction direction);
/* A part of one is missing: the table that the sender keeps is not known any more. */
void http2_block_lost(struct app_session *session, enum direction direction);
/* Fields that are there become visible, and are judged: the events that Suricata raises about them. */
void http2_fields_came(struct app_session *session, struct http2_tx *tx, enum direction direction,
                       uint32_t first);

/* http2_frame.c */
void http2_take_frame(struct app_session *session, enum direction direction, const struct http2_frame *frame);

/* http2_data.c */
void http2_body_add(struct app_session *session, struct http2_tx *tx, enum direction direction,
                    struct slice bytes);
void http2_body_end(struct app_session *session, struct http2_tx *tx, enum direction direction);

/* http2_upgrade.c: the request that asked for HTTP/2, as HTTP/1 has handed it on. 0 or -ENOMEM. */
int http2_take_upgrade(struct app_session *session);

#endif
