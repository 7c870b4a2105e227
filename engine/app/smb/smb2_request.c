/* SMB 2: what clients ask ([MS-SMB2] 2.2). */
#include "app/smb/smb2.h"

enum { HEAD = 64, DIALECTS_MOST = 64 };

static struct cursor body_of(const struct smb_head *head, struct slice bytes)
{
    return cursor_of(slice_from(bytes, head->size));
}

static struct smb_tx *new_tx(struct app_session *s, enum smb_kind kind, const struct smb_head *head)
{
    struct smb_tx *tx = smb_tx_new(s, kind, head);
    if (tx)
        smb_tx_end(s, tx, TO_SERVER);
    return tx;
}

static const char *dialect_text(uint16_t dialect, char text[8])
{
    static const char digits[] = "0123456789abcdef";
    if (dialect == 0x2ff)
        return "2.??";
    text[0] = digits[dialect >> 8 & 15];
    text[1] = '.';
    text[2] = digits[dialect >> 4 & 15];
    text[3] = digits[dialect & 15];
    text[4] = '\0';
    return text;
}

/* All that is to be known of the request is, or it is too short for it. */
static void end_request(struct app_session *s, struct smb_tx *tx, bool good)
{
    if (!good)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMB_MALFORMED_DATA);
    smb_tx_end(s, tx, TO_SERVER);
}

static void negotiate(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = body_of(head, bytes);
    struct slice guid;
    struct buf list = {0};
    uint16_t count, dialect;
    char text[8];
    struct smb_tx *tx = smb_tx_new(s, SMB_NEGOTIATE, head);
    if (!tx)
        return;
    bool good = cursor_skip(&c, 2) && cursor_le16(&c, &count) && cursor_skip(&c, 8) &&
                cursor_bytes(&c, SMB_GUID, &guid) && cursor_skip(&c, 8);
    if (good) {
        memcpy(tx->guid[TO_SERVER], guid.p, SMB_GUID);
        tx->has_guid[TO_SERVER] = true;
        for (int i = 0; i < count && i < DIALECTS_MOST && cursor_le16(&c, &dialect); i++) {
            const char *name = dialect_text(dialect, text);
            if (buf_append(&list, slice_of(name, strlen(name) + 1)))
                break;
        }
        smb_tx_set_text(s, tx, SMB_DIALECTS, buf_slice(&list));
        buf_fini(&list);
    }
    end_request(s, tx, good);
}

static void session_setup(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = body_of(head, bytes);
    uint16_t at, n;
    struct smb_tx *tx = smb_tx_new(s, SMB_SESSION, head);
    if (!tx)
        return;
    bool good = cursor_skip(&c, 12) && cursor_le16(&c, &at) && cursor_le16(&c, &n);
    if (good)
        smb_session_token(s, tx, smb2_part(bytes, at, n));
    end_request(s, tx, good);
}

static void tree_connect(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = body_of(head, bytes);
    uint16_t at, n;
    struct smb_tx *tx = smb_tx_new(s, SMB_TREE, head);
    if (!tx)
        return;
    bool good = cursor_skip(&c, 4) && cursor_le16(&c, &at) && cursor_le16(&c, &n);
    if (good)
        smb_tx_set_name(s, tx, SMB_NAME, smb2_part(bytes, at, n), true);
    end_request(s, tx, good);
}

static void create(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    enum { DELETE_ON_CLOSE = 0x1000 };
    struct cursor c = body_of(head, bytes);
    uint32_t options;
    uint16_t at, n;
    struct smb_tx *tx = smb_tx_new(s, SMB_CREATE, head);
    if (!tx)
        return;
    smb_of(s)->chained_file[TO_SERVER] = smb_key(SMB_NOTE_NONE, head->message, 0);
    bool good = cursor_skip(&c, 36) && cursor_le32(&c, &tx->disposition) && cursor_le32(&c, &options) &&
                cursor_le16(&c, &at) && cursor_le16(&c, &n);
    if (good) {
        tx->delete_on_close = options & DELETE_ON_CLOSE;
        smb_tx_set_name(s, tx, SMB_NAME, smb2_part(bytes, at, n), true);
    }
    end_request(s, tx, good);
}

static void close_file(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = body_of(head, bytes);
    struct slice id;
    if (cursor_skip(&c, 8) && smb2_file_id(&c, &id))
        smb_file_close(s, smb2_file_key(s, TO_SERVER, id));
    new_tx(s, SMB_GENERIC, head);
}

static void note_read(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = body_of(head, bytes);
    struct slice id;
    uint64_t offset;
    if (!cursor_skip(&c, 8) || !cursor_le64(&c, &offset) || !smb2_file_id(&c, &id))
        return;
    struct smb_note *note = smb_note_make(s, &smb_of(s)->notes, SMB_NOTE_READ, smb2_read_key(head));
    if (!note)
        return;
    uint64_t file = smb2_file_key(s, TO_SERVER, id);
    note->file = smb_note_find(&smb_of(s)->notes, SMB_NOTE_FILE, file) || !head->related ? file : 0;
    note->offset = offset;
    note->id_size = SMB_GUID;
    memcpy(note->id, id.p, SMB_GUID);
}

static void write_pipe(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = body_of(head, bytes);
    struct slice id, data;
    uint16_t at;
    uint32_t n;
    if (!cursor_skip(&c, 2) || !cursor_le16(&c, &at) || !cursor_le32(&c, &n) || !cursor_skip(&c, 8) ||
        !smb2_file_id(&c, &id))
        return;
    data = slice_first(slice_from(bytes, at), n);
    smb_pipe_request(s, head, smb2_file_key(s, TO_SERVER, id), data);
}

static void ioctl(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct cursor c = body_of(head, bytes);
    struct slice id;
    uint32_t function, at, n;
    if (!cursor_skip(&c, 4) || !cursor_le32(&c, &function) || !smb2_file_id(&c, &id) ||
        !cursor_le32(&c, &at) || !cursor_le32(&c, &n)) {
        new_tx(s, SMB_GENERIC, head);
        return;
    }
    struct slice data = at <= bytes.n ? slice_first(slice_from(bytes, at), n) : slice_of(NULL, 0);
    uint64_t file = smb2_file_key(s, TO_SERVER, id);
    struct smb_note *note = smb_note_make(s, &smb_of(s)->notes, SMB_NOTE_READ, smb2_read_key(head));
    if (note)
        note->file = file;
    if (function == SMB2_PIPE_TRANSCEIVE && smb_pipe_looks(s, TO_SERVER, file, data)) {
        smb_pipe_request(s, head, file, data);
        return;
    }
    struct smb_tx *tx = new_tx(s, SMB_IOCTL, head);
    if (tx)
        tx->function = function;
}

/* A new name, or that the file is to go. */
static void set_info(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    enum { OF_FILE = 1, RENAME = 10, DISPOSITION = 13 };
    struct cursor c = body_of(head, bytes);
    struct slice id, info;
    uint8_t type, class;
    uint32_t n;
    uint16_t at;
    if (!cursor_skip(&c, 2) || !cursor_u8(&c, &type) || !cursor_u8(&c, &class) || !cursor_le32(&c, &n) ||
        !cursor_le16(&c, &at) || !cursor_skip(&c, 6) || !smb2_file_id(&c, &id) || type != OF_FILE ||
        (class != RENAME && class != DISPOSITION))
        return;
    info = slice_first(slice_from(bytes, at), n);
    struct smb_tx *tx = smb_tx_new(s, SMB_SET_INFO, head);
    if (!tx)
        return;
    uint64_t file = smb2_file_key(s, TO_SERVER, id);
    const struct smb_note *note = smb_note_find(&smb_of(s)->notes, SMB_NOTE_FILE, file);
    tx->id_size = SMB_GUID;
    memcpy(tx->id, id.p, SMB_GUID);
    tx->delete_on_close = class == DISPOSITION && info.n && info.p[0] & 1;
    if (note)
        smb_tx_set_text(s, tx, SMB_NAME, buf_slice(&note->name));
    struct cursor i = cursor_of(info);
    if (class == RENAME && cursor_skip(&i, 16) && cursor_le32(&i, &n))
        smb_tx_set_name(s, tx, SMB_NEW_NAME, slice_first(slice_from(info, i.at), n), true);
    smb_tx_end(s, tx, TO_SERVER);
}

void smb2_request(struct app_session *s, const struct smb_head *head, struct slice bytes)
{
    struct smb_tx *tx;
    switch (head->command) {
    case SMB2_NEGOTIATE:
        negotiate(s, head, bytes);
        break;
    case SMB2_SESSION_SETUP:
        session_setup(s, head, bytes);
        break;
    case SMB2_TREE_CONNECT:
        tree_connect(s, head, bytes);
        break;
    case SMB2_CREATE:
        create(s, head, bytes);
        break;
    case SMB2_CLOSE:
        close_file(s, head, bytes);
        break;
    case SMB2_READ:
        note_read(s, head, bytes);
        break;
    case SMB2_WRITE:
        write_pipe(s, head, bytes);
        break;
    case SMB2_IOCTL:
        ioctl(s, head, bytes);
        break;
    case SMB2_SET_INFO:
        set_info(s, head, bytes);
        break;
    case SMB2_QUERY_INFO: /* as in Suricata nothing is told of it */
        break;
    case SMB2_CANCEL: /* has no answer */
        tx = new_tx(s, SMB_GENERIC, head);
        if (tx)
            smb_tx_end(s, tx, TO_CLIENT);
        break;
    default:
        new_tx(s, SMB_GENERIC, head);
        break;
    }
}
