/*
 * Frames: records of RPC and their parts as they are on the wire, for rules that look into them. Each record
 * is a transaction of its own, which is not shown; without such rules nothing is kept. As in Suricata a call
 * has no rpc.hdr and rpc.data, and what is of version 4 has frames of other names.
 */
#include "app/answer.h"
#include "app/frame_tx.h"
#include "app/nfs/nfs_session.h"

enum { FRAME_MOST = 128 << 10, REPLY_HEAD = 8, NFS4_HEAD = 8, STATUS = 4 };

bool nfs_is_frame(enum buffer_id id)
{
    return id >= BUFFER_NFS_FRAME_RPC_PDU && id <= BUFFER_NFS_FRAME_NFS4_STATUS;
}

static bool wanted(const struct app_session *s)
{
    for (int id = BUFFER_NFS_FRAME_RPC_PDU; id <= BUFFER_NFS_FRAME_NFS4_STATUS; id++)
        if (app_wanted(s, (enum buffer_id)id))
            return true;
    return false;
}

void nfs_frame_add(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct buf *frame = &nfs_of(s)->sides[direction].frame;
    if (!bytes.n || frame->n == FRAME_MOST || !wanted(s))
        return;
    app_memory_append(s, frame, slice_first(bytes, FRAME_MOST - frame->n));
}

void nfs_frame_laid(struct app_session *s, enum direction direction, const struct nfs_layout *layout)
{
    nfs_of(s)->sides[direction].layout = *layout;
}

void nfs_frame_end(struct app_session *s, enum direction direction)
{
    struct nfs_side *side = &nfs_of(s)->sides[direction];
    if (!side->frame.n)
        return;
    struct nfs_layout layout = side->layout;
    struct app_tx *tx = app_frame_tx_new(s, direction, &side->frame, offsetof(struct nfs_tx, frame));
    side->layout = (struct nfs_layout){0};
    if (!tx)
        return;
    struct nfs_tx *nfs = (struct nfs_tx *)tx;
    nfs->layout = layout;
    nfs->memory = nfs->frame.n;
    app_tx_complete(s, tx, direction);
}

void nfs_frame_drop(struct app_session *s, enum direction direction)
{
    struct nfs_side *side = &nfs_of(s)->sides[direction];
    app_memory_give(s, side->frame.n);
    buf_fini(&side->frame);
    side->layout = (struct nfs_layout){0};
}

static struct slice nfs_part(const struct nfs_layout *layout, struct slice frame, bool four)
{
    bool here =
        layout->nfs_at && (four ? layout->version == 4 : layout->version == 2 || layout->version == 3);
    return here ? slice_from(frame, layout->nfs_at) : slice_of(NULL, 0);
}

static struct slice part(const struct nfs_tx *tx, enum buffer_id id)
{
    const struct nfs_layout *l = &tx->layout;
    struct slice frame = buf_slice(&tx->frame);
    switch (id) {
    case BUFFER_NFS_FRAME_RPC_PDU:
        return frame;
    case BUFFER_NFS_FRAME_RPC_HDR:
        return slice_first(frame, l->reply ? l->mark + REPLY_HEAD : 0);
    case BUFFER_NFS_FRAME_RPC_DATA:
        return l->reply ? slice_from(frame, l->mark + REPLY_HEAD) : slice_of(NULL, 0);
    case BUFFER_NFS_FRAME_RPC_CREDS:
        return slice_first(slice_from(frame, l->credentials_at), l->credentials_n);
    case BUFFER_NFS_FRAME_NFS_PDU:
        return nfs_part(l, frame, false);
    case BUFFER_NFS_FRAME_NFS_STATUS:
        return slice_first(nfs_part(l, frame, false), l->reply ? STATUS : 0);
    case BUFFER_NFS_FRAME_NFS4_PDU:
        return nfs_part(l, frame, true);
    case BUFFER_NFS_FRAME_NFS4_HDR:
        return slice_first(nfs_part(l, frame, true), NFS4_HEAD);
    case BUFFER_NFS_FRAME_NFS4_OPS:
        return slice_from(nfs_part(l, frame, true), NFS4_HEAD);
    case BUFFER_NFS_FRAME_NFS4_STATUS:
        return slice_first(nfs_part(l, frame, true), l->reply ? STATUS : 0);
    default:
        return slice_of(NULL, 0);
    }
}

enum buffer_answer nfs_frame_buffer(const struct nfs_tx *tx, enum buffer_id id, unsigned index,
                                    struct view_buffer *out)
{
    struct slice bytes = index ? slice_of(NULL, 0) : part(tx, id);
    return bytes.n ? answer_bytes(bytes, out) : BUFFER_NONE;
}
