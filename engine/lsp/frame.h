/*
 * Messages in a stream of bytes: headers with a Content-Length, an empty line, a body (LSP 3.17, "Base
 * Protocol"). Owns the bytes that are not yet a whole message. One thread.
 */
#ifndef SLUICE_LSP_FRAME_H
#define SLUICE_LSP_FRAME_H

#include "base/buf.h"

enum { FRAME_HEADER_MOST = 4096, FRAME_BODY_MOST = 128 << 20 };

struct frame_reader {
    struct buf bytes;
    size_t taken; /* of bytes: handed out already */
};

/* 0 or -ENOMEM. */
int frame_reader_feed(struct frame_reader *frames, struct slice bytes);

/*
 * The next body, good until the next call: 1; 0 when more bytes are needed; -EPROTO for headers that are
 * none, -EFBIG for a longer body than FRAME_BODY_MOST: the stream cannot be read on.
 */
int frame_reader_next(struct frame_reader *frames, struct slice *body);

/* Appends a whole message. 0 or -ENOMEM. */
int frame_write(struct slice body, struct buf *out);

void frame_reader_fini(struct frame_reader *frames);

#endif
