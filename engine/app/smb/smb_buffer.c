/* What rules ask of the transactions of SMB. */
#include "app/dcerpc/dcerpc_call.h"
#include "app/file/file.h"
#include "app/smb/smb_frame.h"

static enum buffer_answer give(struct slice bytes, struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = bytes, .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer give_text(const struct smb_tx *tx, enum smb_text which, struct view_buffer *out)
{
    return tx->texts[which].there ? give(smb_text(tx, which), out) : BUFFER_NONE;
}

/* As in Suricata one who stays anonymous has neither name nor domain, not empty ones. */
static enum buffer_answer give_name(const struct smb_tx *tx, enum smb_text which, struct view_buffer *out)
{
    return smb_text(tx, which).n ? give_text(tx, which, out) : BUFFER_NONE;
}

/* Whether it is a pipe's name is told by the answer: as in Suricata it is a share's before that. */
static enum buffer_answer give_share(const struct smb_tx *tx, bool pipe, struct view_buffer *out)
{
    if (tx->kind != SMB_TREE)
        return BUFFER_NONE;
    if (!tx->tx.complete[TO_CLIENT] && pipe)
        return BUFFER_LATER;
    return tx->is_pipe == pipe ? give_text(tx, SMB_NAME, out) : BUFFER_NONE;
}

static enum buffer_answer give_frame(const struct smb_tx *tx, unsigned which, struct view_buffer *out)
{
    struct slice frame = buf_slice(&tx->frame);
    if (tx->kind != SMB_FRAME || which / 3 != tx->frame_kind)
        return BUFFER_NONE;
    switch (which % 3) {
    case 0:
        return give(frame, out);
    case 1:
        return give(slice_first(frame, tx->frame_head), out);
    default:
        return frame.n > tx->frame_head ? give(slice_from(frame, tx->frame_head), out) : BUFFER_NONE;
    }
}

enum buffer_answer smb_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct smb_tx *smb = (const struct smb_tx *)tx;
    if (id == BUFFER_FILE_DATA)
        return app_file_buffer(s, tx, direction, id, index, out);
    if (index)
        return BUFFER_NONE;
    if (id >= BUFFER_SMB_FRAME_NBSS_PDU && id <= BUFFER_SMB_FRAME_SMB3_DATA)
        return give_frame(smb, (unsigned)(id - BUFFER_SMB_FRAME_NBSS_PDU), out);
    if (smb->kind == SMB_FRAME)
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_SMB_NAMED_PIPE:
        return give_share(smb, true, out);
    case BUFFER_SMB_SHARE:
        return give_share(smb, false, out);
    case BUFFER_SMB_NTLMSSP_USER:
        return give_name(smb, SMB_USER, out);
    case BUFFER_SMB_NTLMSSP_DOMAIN:
        return give_name(smb, SMB_DOMAIN, out);
    case BUFFER_SMB_VERSION:
        *out = (struct view_buffer){.number = smb->version, .first = true, .last = true};
        return BUFFER_HERE;
    case BUFFER_DCERPC_IFACE:
    case BUFFER_DCERPC_OPNUM:
    case BUFFER_DCERPC_STUB_DATA:
        if (!smb->call)
            return BUFFER_NONE;
        return dcerpc_call_buffer(smb->call, direction, tx->complete[direction], id, out);
    default:
        return BUFFER_NONE;
    }
}
