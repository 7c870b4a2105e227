/*
 * A frame's transaction begins with its header, and is complete with its last byte. As in Suricata rules see
 * the header at once, the rest when it is whole.
 */
#include "app/tls/tls_frame.h"
#include "app/answer.h"
#include "app/session.h"

bool tls_frames_wanted(const struct app_session *s)
{
    for (int id = BUFFER_TLS_FRAME_PDU; id <= BUFFER_TLS_FRAME_SSL2_PDU; id++)
        if (app_wanted(s, (enum buffer_id)id))
            return true;
    return false;
}

static void end(struct app_session *s, enum direction direction)
{
    struct tls *tls = s->state;
    struct tls_tx *tx = tls->frame[direction];
    tls->frame[direction] = NULL;
    if (tx)
        app_tx_complete(s, &tx->tx, direction);
}

static void begin(struct app_session *s, enum direction direction, struct slice head, size_t rest, bool ssl2)
{
    struct tls *tls = s->state;
    if (tls->frame[direction] || !tls_frames_wanted(s))
        return;
    struct tls_tx *tx = (struct tls_tx *)app_tx_new(s);
    if (!tx)
        return;
    tx->is_frame = true;
    tx->is_ssl2 = ssl2;
    tx->frame_head = (uint32_t)head.n;
    tx->frame_length = (uint32_t)(head.n + rest);
    tls->frame[direction] = tx;
    app_tx_one_sided(s, &tx->tx, direction);
    app_tx_changed(s, &tx->tx, direction);
    tls_frame_add(s, direction, head);
}

void tls_frame_begin(struct app_session *s, enum direction direction, struct slice head, size_t rest)
{
    begin(s, direction, head, rest, false);
}

void tls_frame_begin_ssl2(struct app_session *s, enum direction direction, struct slice head, size_t rest)
{
    begin(s, direction, head, rest, true);
}

void tls_frame_add(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct tls *tls = s->state;
    struct tls_tx *tx = tls->frame[direction];
    if (!tx)
        return;
    bytes = slice_first(bytes, tx->frame_length - tx->frame.n);
    if (!app_memory_append(s, &tx->frame, bytes) || tx->frame.n == tx->frame_length)
        end(s, direction);
}

void tls_frame_free(struct app_session *s, struct tls_tx *tx)
{
    struct tls *tls = s->state;
    for (int d = 0; d < DIRECTIONS; d++)
        if (tls->frame[d] == tx)
            tls->frame[d] = NULL;
    app_memory_give(s, tx->frame.n);
    buf_fini(&tx->frame);
}

enum buffer_answer tls_frame(const struct tls_tx *tx, enum direction direction, enum buffer_id id,
                             unsigned index, struct view_buffer *out)
{
    struct slice bytes = buf_slice(&tx->frame);
    bool ssl2 = id == BUFFER_TLS_FRAME_SSL2_HDR || id == BUFFER_TLS_FRAME_SSL2_PDU;
    if (index || !tx->is_frame || ssl2 != tx->is_ssl2)
        return BUFFER_NONE;
    if (id == BUFFER_TLS_FRAME_HDR || id == BUFFER_TLS_FRAME_SSL2_HDR)
        return bytes.n < tx->frame_head ? BUFFER_NONE : answer_bytes(slice_first(bytes, tx->frame_head), out);
    if (bytes.n < tx->frame_length)
        return tx->tx.complete[direction] ? BUFFER_NONE : BUFFER_LATER;
    return answer_bytes(id == BUFFER_TLS_FRAME_DATA ? slice_from(bytes, tx->frame_head) : bytes, out);
}
