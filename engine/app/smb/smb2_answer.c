/* SMB 2: what servers answer ([MS-SMB2] 2.2). */
#include "app/smb/smb2.h"

enum { HEAD = 64 };

static void negotiate(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct smb *smb = smb_of(s);
    struct cursor c = cursor_of(slice_from(bytes, head->size));
    struct slice guid;
    struct smb_tx *tx = smb_tx_answered(s, head, SMB2_NEGOTIATE);
    if (!tx && s->first && ((struct smb_tx *)s->first)->kind == SMB_NEGOTIATE) { /* that of SMB 1 asks, too */
        tx = (struct smb_tx *)s->first;
        tx->has_status = tx->nt_status = true;
        tx->status = head->status;
    }
    if (!cursor_skip(&c, 4) || !cursor_le16(&c, &smb->dialect) || !cursor_skip(&c, 2) ||
        !cursor_bytes(&c, SMB_GUID, &guid) || !cursor_skip(&c, 8) || !cursor_le32(&c, &smb->read_most) ||
        !cursor_le32(&c, &smb->write_most)) {
        if (tx)
            app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_SMB_MALFORMED_DATA);
    } else if (tx) {
        memcpy(tx->guid[TO_CLIENT], guid.p, SMB_GUID);
        tx->has_guid[TO_CLIENT] = true;
        tx->read_most = smb->read_most;
        tx->write_most = smb->write_most;
    }
    if (tx)
        smb_tx_end(s, tx, TO_CLIENT);
}

static void tree_connect(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    enum { PIPE = 2 };
    struct cursor c = cursor_of(slice_from(bytes, head->size));
    struct smb_tx *tx = smb_tx_answered(s, head, SMB2_TREE_CONNECT);
    uint8_t type = 0;
    if (!tx)
        return;
    if (!head->status && cursor_skip(&c, 2) && cursor_u8(&c, &type)) {
        tx->tree = head->tree;
        tx->share_type = type;
        tx->is_pipe = type == PIPE;
        struct smb_note *note = smb_note_make(s, &smb_of(s)->notes, SMB_NOTE_TREE,
                                              smb_key(SMB_NOTE_TREE, head->tree, head->session));
        if (note) {
            note->is_pipe = tx->is_pipe;
            smb_note_text(s, &note->name, smb_text(tx, SMB_NAME));
        }
    }
    smb_tx_end(s, tx, TO_CLIENT);
    app_tx_changed(s, &tx->tx, TO_SERVER); /* whether it is a pipe */
}

/* The file is known by its id from here on. */
static void note_file(struct app_session *s, const struct smb_head *head, struct smb_tx *tx, struct slice id)
{
    struct smb *smb = smb_of(s);
    uint64_t key = smb2_file_key(s, TO_CLIENT, id);
    struct smb_note *note = smb_note_make(s, &smb->notes, SMB_NOTE_FILE, key);
    if (!note)
        return;
    const struct smb_note *tree =
        smb_note_find(&smb->notes, SMB_NOTE_TREE, smb_key(SMB_NOTE_TREE, tx->tree, head->session));
    smb_note_text(s, &note->name, smb_text(tx, SMB_NAME));
    note->id_size = SMB_GUID;
    memcpy(note->id, id.p, SMB_GUID);
    if (!tree)
        return;
    note->is_pipe = tree->is_pipe;
    if (!tree->is_pipe)
        smb_note_text(s, &note->share, buf_slice(&tree->name));
}

static void create(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = cursor_of(slice_from(bytes, head->size));
    struct slice id;
    struct smb_tx *tx = smb_tx_answered(s, head, SMB2_CREATE);
    if (!tx)
        return;
    if (!head->status && cursor_skip(&c, 8) && cursor_le64(&c, &tx->times[0]) &&
        cursor_le64(&c, &tx->times[1]) && cursor_le64(&c, &tx->times[2]) && cursor_le64(&c, &tx->times[3]) &&
        cursor_skip(&c, 8) && cursor_le64(&c, &tx->size) && cursor_skip(&c, 8) && smb2_file_id(&c, &id)) {
        tx->id_size = SMB_GUID;
        memcpy(tx->id, id.p, SMB_GUID);
        note_file(s, head, tx, id);
    }
    smb_tx_end(s, tx, TO_CLIENT);
}

static void forget_read(struct app_session *s, const struct smb_head *head)
{
    struct smb_notes *notes = &smb_of(s)->notes;
    smb_note_drop(s, notes, smb_note_find(notes, SMB_NOTE_READ, smb2_read_key(head)));
}

static void read_pipe(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = cursor_of(slice_from(bytes, head->size));
    const struct smb_note *note = smb_note_find(&smb_of(s)->notes, SMB_NOTE_READ, smb2_read_key(head));
    uint8_t at;
    uint32_t n;
    if (!note || !smb2_has_data(head->status) || !cursor_skip(&c, 2) || !cursor_u8(&c, &at) ||
        !cursor_skip(&c, 1) || !cursor_le32(&c, &n))
        return;
    smb_pipe_answer(s, head, note->file, slice_first(slice_from(bytes, at), n));
}

static void ioctl(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = cursor_of(slice_from(bytes, head->size));
    const struct smb_note *note = smb_note_find(&smb_of(s)->notes, SMB_NOTE_READ, smb2_read_key(head));
    uint32_t function, at, n;
    struct smb_tx *tx = smb_tx_answered(s, head, SMB2_IOCTL);
    if (tx) {
        smb_tx_end(s, tx, TO_CLIENT);
        return;
    }
    if (note && smb2_has_data(head->status) && cursor_skip(&c, 4) && cursor_le32(&c, &function) &&
        cursor_skip(&c, SMB_GUID + 8) && cursor_le32(&c, &at) && cursor_le32(&c, &n) && at <= bytes.n)
        smb_pipe_answer(s, head, note->file, slice_first(slice_from(bytes, at), n));
}

void smb2_answer(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct smb_tx *tx;
    if (head->status == SMB2_PENDING && head->command != SMB2_CHANGE_NOTIFY)
        return; /* the answer is to come */
    switch (head->command) {
    case SMB2_NEGOTIATE:
        negotiate(s, head, bytes);
        break;
    case SMB2_TREE_CONNECT:
        tree_connect(s, head, bytes);
        break;
    case SMB2_CREATE:
        create(s, head, bytes);
        break;
    case SMB2_READ:
        read_pipe(s, head, bytes);
        smb_tx_status(s, head);
        forget_read(s, head);
        break;
    case SMB2_WRITE:
        smb_tx_status(s, head);
        break;
    case SMB2_IOCTL:
        ioctl(s, head, bytes);
        forget_read(s, head);
        break;
    default:
        tx = smb_tx_answered(s, head, head->command);
        if (tx)
            smb_tx_end(s, tx, TO_CLIENT);
        break;
    }
}

void smb2_message(struct app_session *s, enum direction direction, const struct smb_head *head,
                  struct slice bytes)
{
    if (direction == TO_SERVER)
        smb2_request(s, head, bytes);
    else
        smb2_answer(s, head, bytes);
}
