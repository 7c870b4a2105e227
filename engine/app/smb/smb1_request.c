/* SMB 1: what clients ask ([MS-CIFS] 2.2.4, [MS-SMB] 2.2.4). */
#include "app/smb/smb1.h"

static struct smb_tx *new_tx(struct app_session *s, enum smb_kind kind, const struct smb_head *head)
{
    struct smb_tx *tx = smb_tx_new(s, kind, head);
    if (tx)
        smb_tx_end(s, tx, TO_SERVER);
    return tx;
}

/* Each dialect: the byte 2, a name, a zero. */
static void negotiate(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    enum { DIALECT = 2 };
    struct smb_tx *tx = smb_tx_new(s, SMB_NEGOTIATE, head);
    struct slice rest = part->bytes;
    struct buf list = {0};
    bool good = true;
    if (!tx)
        return;
    while (rest.n && good) {
        const uint8_t *end = memchr(rest.p, 0, rest.n);
        good =
            rest.p[0] == DIALECT && end && !buf_append(&list, slice_of(rest.p + 1, (size_t)(end - rest.p)));
        if (good)
            rest = slice_from(rest, (size_t)(end - rest.p) + 1);
    }
    if (!good)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMB_NEGOTIATE_MALFORMED_DIALECTS);
    smb_tx_set_text(s, tx, SMB_DIALECTS, buf_slice(&list));
    buf_fini(&list);
    smb_tx_end(s, tx, TO_SERVER);
}

static void session_setup(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    enum { EXTENDED = 24, PLAIN = 26 };
    struct cursor c = cursor_of(part->words);
    uint16_t n = 0, unicode_n = 0;
    size_t at;
    struct smb_tx *tx = smb_tx_new(s, SMB_SESSION, head);
    if (!tx)
        return;
    if (part->words.n == EXTENDED && cursor_skip(&c, 14) && cursor_le16(&c, &n)) {
        smb_session_token(s, tx, slice_first(part->bytes, n));
        at = n;
    } else if (part->words.n == PLAIN && cursor_skip(&c, 14) && cursor_le16(&c, &n) &&
               cursor_le16(&c, &unicode_n)) {
        at = (size_t)n + unicode_n;
        smb1_text(part, head->unicode, &at); /* the account */
        smb1_text(part, head->unicode, &at); /* the domain */
    } else {
        smb_tx_end(s, tx, TO_SERVER);
        return;
    }
    smb_tx_set_name(s, tx, SMB_OS, smb1_text(part, head->unicode, &at), head->unicode);
    smb_tx_set_name(s, tx, SMB_LAN_MANAGER, smb1_text(part, head->unicode, &at), head->unicode);
    smb_tx_end(s, tx, TO_SERVER);
}

/* As in Suricata without the first of the name's backslashes. */
static void tree_connect(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct cursor c = cursor_of(part->words);
    uint16_t password;
    struct smb_tx *tx = smb_tx_new(s, SMB_TREE, head);
    if (!tx)
        return;
    if (cursor_skip(&c, 6) && cursor_le16(&c, &password)) {
        size_t at = password;
        struct slice path = smb1_text(part, head->unicode, &at);
        if (path.n && path.p[0] == '\\')
            path = slice_from(path, head->unicode ? 2 : 1);
        smb_tx_set_name(s, tx, SMB_NAME, path, head->unicode);
        smb_tx_set_name(s, tx, SMB_SERVICE, smb1_text(part, false, &at), false);
    }
    smb_tx_end(s, tx, TO_SERVER);
}

static void nt_create(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    enum { DELETE_ON_CLOSE = 0x1000 };
    struct cursor c = cursor_of(part->words);
    uint32_t options;
    size_t at = 0;
    struct smb_tx *tx = smb_tx_new(s, SMB_CREATE, head);
    if (!tx)
        return;
    if (cursor_skip(&c, 35) && cursor_le32(&c, &tx->disposition) && cursor_le32(&c, &options)) {
        tx->delete_on_close = options & DELETE_ON_CLOSE;
        smb_tx_set_name(s, tx, SMB_NAME, smb1_text(part, head->unicode, &at), head->unicode);
    } else {
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMB_MALFORMED_DATA);
    }
    smb_tx_end(s, tx, TO_SERVER);
}

/* Its name is kept for what is read and written; it is not shown. */
static void open_file(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    size_t at = 0;
    struct smb_tx *tx = new_tx(s, SMB_GENERIC, head);
    if (tx)
        smb_tx_set_name(s, tx, SMB_NAME, smb1_text(part, head->unicode, &at), head->unicode);
}

static struct smb_note *note_request(struct app_session *s, const struct smb_head *head, uint16_t file)
{
    struct smb_note *note = smb_note_make(s, &smb_of(s)->notes, SMB_NOTE_READ, smb1_read_key(head));
    if (note)
        note->file = smb1_file_key(file);
    if (note) {
        note->id[0] = (uint8_t)file;
        note->id[1] = (uint8_t)(file >> 8);
        note->id_size = 2;
    }
    return note;
}

static void note_read(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct cursor c = cursor_of(part->words);
    uint16_t file;
    uint32_t low, high = 0;
    if (!cursor_skip(&c, 4) || !cursor_le16(&c, &file) || !cursor_le32(&c, &low))
        return;
    if (cursor_skip(&c, 10))
        cursor_le32(&c, &high);
    struct smb_note *note = note_request(s, head, file);
    if (note)
        note->offset = low | (uint64_t)high << 32;
}

/* One in a chain, or for a pipe. */
static void write_file(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct smb1_write write;
    if (!smb1_write_read(part->words, &write)) {
        smb_event(s, TO_SERVER, APP_EVENT_SMB_MALFORMED_DATA);
        return;
    }
    const struct smb_stream stream = {.file = smb1_file_key(write.file),
                                      .offset = write.offset,
                                      .data = write.n,
                                      .id_size = 2,
                                      .id = {(uint8_t)write.file, (uint8_t)(write.file >> 8)}};
    struct slice data = smb1_data(part, write.at, write.n);
    if (smb_pipe_looks(s, TO_SERVER, stream.file, data)) {
        smb_pipe_request(s, head, stream.file, data);
        return;
    }
    smb_file_begin(s, TO_SERVER, head, &stream);
    smb_file_data(s, TO_SERVER, stream.file, data);
}

static void close_file(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct cursor c = cursor_of(part->words);
    uint16_t file;
    if (cursor_le16(&c, &file))
        smb_file_close(s, smb1_file_key(file));
    new_tx(s, SMB_GENERIC, head);
}

/* Of these only what goes through pipes is told. */
static void transaction(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct cursor c = cursor_of(part->words);
    uint16_t n, at, function, file;
    if (!cursor_skip(&c, 22) || !cursor_le16(&c, &n) || !cursor_le16(&c, &at) || !cursor_skip(&c, 2) ||
        !cursor_le16(&c, &function) || !cursor_le16(&c, &file) || function != SMB1_TRANSACT_PIPE)
        return;
    note_request(s, head, file);
    smb_pipe_request(s, head, smb1_file_key(file), smb1_data(part, at, n));
}

void smb1_request(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    switch (part->command) {
    case SMB1_NEGOTIATE:
        negotiate(s, head, part);
        break;
    case SMB1_SESSION_SETUP:
        session_setup(s, head, part);
        break;
    case SMB1_TREE_CONNECT:
        tree_connect(s, head, part);
        break;
    case SMB1_NT_CREATE:
        nt_create(s, head, part);
        break;
    case SMB1_OPEN:
        open_file(s, head, part);
        break;
    case SMB1_READ:
        note_read(s, head, part);
        break;
    case SMB1_WRITE:
        write_file(s, head, part);
        break;
    case SMB1_CLOSE:
        close_file(s, head, part);
        break;
    case SMB1_TRANS:
        transaction(s, head, part);
        break;
    case SMB1_TRANS2: /* as in Suricata nothing is told of it */
        break;
    default:
        new_tx(s, SMB_GENERIC, head);
        break;
    }
}
