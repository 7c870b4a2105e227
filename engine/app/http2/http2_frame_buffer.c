/* A frame becomes a transaction when it is whole: as in Suricata one that is not is no frame. */
#include "app/http2/http2_frame_buffer.h"
#include "app/answer.h"
#include "app/frame_tx.h"

enum { FRAME_MOST = 128 << 10 };

static bool wanted(const struct app_session *s)
{
    return app_wanted(s, BUFFER_HTTP2_FRAME_PDU) || app_wanted(s, BUFFER_HTTP2_FRAME_HDR) ||
           app_wanted(s, BUFFER_HTTP2_FRAME_DATA);
}

void http2_frame_add(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct buf *frame = &((struct http2 *)s->state)->ways[direction].frame;
    if (!wanted(s))
        return;
    bytes = slice_first(bytes, FRAME_MOST - frame->n);
    if (bytes.n)
        app_memory_append(s, frame, bytes);
}

void http2_frame_end(struct app_session *s, enum direction direction)
{
    struct buf *frame = &((struct http2 *)s->state)->ways[direction].frame;
    if (!frame->n)
        return;
    struct app_tx *tx = app_frame_tx_new(s, direction, frame, offsetof(struct http2_tx, frame));
    if (!tx)
        return;
    struct http2_tx *http2 = (struct http2_tx *)tx;
    http2->is_frame = true;
    http2->memory = http2->frame.n;
    app_tx_complete(s, tx, direction);
}

void http2_frame_drop(struct app_session *s, enum direction direction)
{
    struct buf *frame = &((struct http2 *)s->state)->ways[direction].frame;
    app_memory_give(s, frame->n);
    buf_fini(frame);
}

bool http2_is_frame_buffer(enum buffer_id id)
{
    return id == BUFFER_HTTP2_FRAME_PDU || id == BUFFER_HTTP2_FRAME_HDR || id == BUFFER_HTTP2_FRAME_DATA;
}

enum buffer_answer http2_frame_buffer(const struct http2_tx *tx, enum buffer_id id, unsigned index,
                                      struct view_buffer *out)
{
    struct slice frame = buf_slice(&tx->frame);
    if (!tx->is_frame || index)
        return BUFFER_NONE;
    if (id == BUFFER_HTTP2_FRAME_PDU)
        return answer_bytes(frame, out);
    if (id == BUFFER_HTTP2_FRAME_HDR)
        return answer_bytes(slice_first(frame, HTTP2_FRAME_HEAD), out);
    return frame.n > HTTP2_FRAME_HEAD ? answer_bytes(slice_from(frame, HTTP2_FRAME_HEAD), out) : BUFFER_NONE;
}
