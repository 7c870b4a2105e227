/*
 * Frames: records and messages as they are on the wire, for rules that look into them. Each gets a
 * transaction of its own, which is not shown; without such rules nothing is kept.
 */
#include "app/smb/smb_frame.h"

enum { FRAME_MOST = 128 << 10, RECORD_HEAD = 4 };

/* The buffers of frames are in the order of the kinds, three of each: all, its head, the rest. */
static bool kind_wanted(const struct app_session *s, unsigned kind)
{
    for (unsigned part = 0; part < 3; part++)
        if (app_wanted(s, (enum buffer_id)(BUFFER_SMB_FRAME_NBSS_PDU + 3 * kind + part)))
            return true;
    return false;
}

static unsigned kind_of(const struct smb_side *side, unsigned which)
{
    return which ? side->frame_kind : SMB_FRAME_NBSS;
}

void smb_frame_add(struct app_session *s, enum direction direction, unsigned which, struct slice bytes)
{
    struct smb_side *side = &smb_of(s)->sides[direction];
    if (!bytes.n || !kind_wanted(s, kind_of(side, which)))
        return;
    struct buf *frame = &side->frame[which];
    bytes = slice_first(bytes, FRAME_MOST - frame->n);
    if (bytes.n)
        app_memory_append(s, frame, bytes);
}

void smb_frame_end(struct app_session *s, enum direction direction, unsigned which)
{
    static const uint16_t heads[SMB_FRAMES] = {RECORD_HEAD, 32, 64, 52};
    static const struct smb_head none = {.version = 2, .command = UINT16_MAX};
    struct smb_side *side = &smb_of(s)->sides[direction];
    struct buf *frame = &side->frame[which];
    if (!frame->n)
        return;
    struct smb_tx *tx = smb_tx_new(s, SMB_FRAME, &none);
    if (!tx)
        return;
    tx->frame_kind = (uint8_t)kind_of(side, which);
    tx->frame_head = heads[tx->frame_kind];
    tx->frame = *frame;
    tx->memory += frame->n;
    *frame = (struct buf){0};
    app_tx_one_sided(s, &tx->tx, direction);
    smb_tx_end(s, tx, direction);
}

void smb_frame_cut(struct app_session *s, enum direction direction)
{
    struct smb_side *side = &smb_of(s)->sides[direction];
    for (int which = 0; which < 2; which++) {
        app_memory_give(s, side->frame[which].n);
        buf_fini(&side->frame[which]);
    }
}
