/* Frames of HTTP/1: see http_frame.h. What lies between begin and end of a message is copied as it comes. */
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

static void append(struct app_session *s, struct http_tx *tx, enum direction direction, struct slice bytes)
{
    if (!bytes.n)
        return;
    if (!tx->frames && !(tx->frames = calloc(1, sizeof *tx->frames)))
        return;
    struct buf *frame = &tx->frames->sides[direction];
    bytes = slice_first(bytes, FRAME_MOST - frame->n);
    if (bytes.n)
        app_memory_append(s, frame, bytes);
}

static void keep(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    const struct http_way *way = &((struct http *)s->state)->ways[direction];
    struct slice read = slice_first(way->reader.in, http_reader_position(&way->reader));
    append(s, tx, direction, slice_from(read, way->frame.from));
}

void http_frame_begin(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct http_way *way = &((struct http *)s->state)->ways[direction];
    const struct http_reader *reader = &way->reader;
    way->frame = (struct http_open_frame){wanted(s, direction), http_reader_position(reader)};
    if (!way->frame.open || !reader->again || !reader->is_held)
        return;
    append(s, tx, direction, reader->line); /* of which the begin came before */
    way->frame.from = reader->at;
}

void http_frame_end(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct http_way *way = &((struct http *)s->state)->ways[direction];
    if (way->frame.open)
        keep(s, tx, direction);
    way->frame.open = false;
}

void http_frame_go_on(struct app_session *s, enum direction direction)
{
    struct http_way *way = &((struct http *)s->state)->ways[direction];
    if (way->frame.open && way->tx)
        keep(s, way->tx, direction);
    way->frame.from = 0;
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
