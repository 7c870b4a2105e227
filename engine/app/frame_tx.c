#include "app/frame_tx.h"

enum { FRAME_MOST = 128 << 10 };

struct app_tx *app_frame_tx_new(struct app_session *s, enum direction direction, struct buf *bytes,
                                size_t into)
{
    struct app_tx *tx = app_tx_new(s);
    if (!tx) {
        app_memory_give(s, bytes->n);
        buf_fini(bytes);
        return NULL;
    }
    memcpy((char *)tx + into, bytes, sizeof *bytes);
    *bytes = (struct buf){0};
    tx->logged = true;
    tx->cut = true; /* no rule about a stage is met by it */
    app_tx_one_sided(s, tx, direction);
    return tx;
}

struct app_tx *app_frame_tx_of(struct app_session *s, enum direction direction, struct slice bytes,
                               size_t into)
{
    struct buf frame = {0};
    if (!app_memory_append(s, &frame, slice_first(bytes, FRAME_MOST)))
        return NULL;
    return app_frame_tx_new(s, direction, &frame, into);
}
