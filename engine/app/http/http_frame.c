/*
 * Frames of HTTP/1: see http_frame.h. libhtp tells where in the input a message begins and ends; what lies
 * between is copied as it comes.
 */
#include "app/http/http_frame.h"
#include "app/answer.h"

#include <stdlib.h>

enum { FRAME_MOST = 128 << 10 };

struct http_frames {
    struct buf sides[DIRECTIONS];
};

static bool wanted(const struct app_session *s, enum direction direction)
{
    return app_wanted(s, direction == TO_SERVER ? BUFFER_HTTP1_FRAME_REQUEST : BUFFER_HTTP1_FRAME_RESPONSE);
}

static void keep(struct app_session *s, struct http_tx *tx, enum direction direction, size_t at)
{
    const struct http *http = s->state;
    struct slice bytes = slice_from(slice_first(http->input, at), http->frames[direction].from);
    if (!bytes.n)
        return;
    if (!tx->frames && !(tx->frames = calloc(1, sizeof *tx->frames)))
        return;
    struct buf *frame = &tx->frames->sides[direction];
    bytes = slice_first(bytes, FRAME_MOST - frame->n);
    if (bytes.n)
        app_memory_append(s, frame, bytes);
}

void http_frame_begin(struct app_session *s, enum direction direction, size_t read)
{
    struct http_open_frame *frame = &((struct http *)s->state)->frames[direction];
    frame->open = wanted(s, direction);
    frame->from = frame->sure ? frame->sure : read;
}

void http_frame_reaches(struct app_session *s, enum direction direction, size_t at)
{
    ((struct http *)s->state)->frames[direction].sure = at;
}

void http_frame_end(struct app_session *s, struct http_tx *tx, enum direction direction, size_t read)
{
    struct http_open_frame *frame = &((struct http *)s->state)->frames[direction];
    if (!frame->open)
        return;
    keep(s, tx, direction, frame->sure > frame->from ? frame->sure : read);
    frame->open = false;
}

void http_frame_go_on(struct app_session *s, enum direction direction, size_t read)
{
    struct http *http = s->state;
    http->frames[direction].sure = 0;
    if (!http->frames[direction].open)
        return;
    const htp_tx_t *htp =
        direction == TO_SERVER ? htp_connp_get_in_tx(http->parser) : htp_connp_get_out_tx(http->parser);
    struct http_tx *tx = htp ? htp_tx_get_user_data(htp) : NULL;
    if (tx)
        keep(s, tx, direction, read);
    http->frames[direction].from = 0;
}

enum buffer_answer http_frame(const struct app_session *s, const struct http_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    bool of_this_side =
        id == (direction == TO_SERVER ? BUFFER_HTTP1_FRAME_REQUEST : BUFFER_HTTP1_FRAME_RESPONSE);
    if (index || !of_this_side)
        return BUFFER_NONE;
    if (!tx->tx.complete[direction] && !s->sides[direction].end_told)
        return BUFFER_LATER;
    if (!tx->frames || !tx->frames->sides[direction].n)
        return BUFFER_NONE;
    return answer_bytes(buf_slice(&tx->frames->sides[direction]), out);
}

void http_frame_free(struct app_session *s, struct http_tx *tx)
{
    for (int d = 0; tx->frames && d < DIRECTIONS; d++) {
        if (s)
            app_memory_give(s, tx->frames->sides[d].n);
        buf_fini(&tx->frames->sides[d]);
    }
    free(tx->frames);
    tx->frames = NULL;
}
