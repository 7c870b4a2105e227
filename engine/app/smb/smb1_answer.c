/* SMB 1: what servers answer ([MS-CIFS] 2.2.4, [MS-SMB] 2.2.4). */
#include "app/smb/smb1.h"

#include <stdio.h>

static void note_dialect(struct app_session *s, const struct smb_tx *tx, unsigned index)
{
    struct smb *smb = smb_of(s);
    struct slice rest = smb_text(tx, SMB_DIALECTS);
    while (rest.n) {
        const uint8_t *end = memchr(rest.p, 0, rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        if (!index--) {
            snprintf(smb->dialect_name, sizeof smb->dialect_name, "%.*s", (int)n, (const char *)rest.p);
            return;
        }
        rest = slice_from(rest, n + 1);
    }
}

static void negotiate(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    enum { EXTENDED = 34 /* bytes of words */ };
    struct cursor c = cursor_of(part->words);
    uint16_t index;
    struct smb_tx *tx = smb_tx_answered(s, head, SMB1_NEGOTIATE);
    if (!tx)
        return;
    if (cursor_le16(&c, &index))
        note_dialect(s, tx, index);
    if (part->words.n == EXTENDED && part->bytes.n >= SMB_GUID) {
        memcpy(tx->guid[TO_CLIENT], part->bytes.p, SMB_GUID);
        tx->has_guid[TO_CLIENT] = true;
    }
    smb_tx_end(s, tx, TO_CLIENT);
}

static void session_setup(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    enum { EXTENDED = 8, PLAIN = 6 };
    struct cursor c = cursor_of(part->words);
    uint16_t n = 0;
    struct smb_tx *tx = smb_tx_answered(s, head, SMB1_SESSION_SETUP);
    if (!tx)
        return;
    if (head->session)
        tx->session = head->session;
    if (part->words.n == EXTENDED && cursor_skip(&c, 6))
        cursor_le16(&c, &n);
    if (part->words.n == EXTENDED || part->words.n == PLAIN) {
        size_t at = n;
        smb_tx_set_name(s, tx, SMB_SERVER_OS, smb1_text(part, head->unicode, &at), head->unicode);
        smb_tx_set_name(s, tx, SMB_SERVER_LAN_MANAGER, smb1_text(part, head->unicode, &at), head->unicode);
    }
    smb_tx_end(s, tx, TO_CLIENT);
}

static void tree_connect(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct smb_tx *tx = smb_tx_answered(s, head, SMB1_TREE_CONNECT);
    size_t at = 0;
    if (!tx)
        return;
    struct slice service = smb1_text(part, false, &at);
    if (!head->status) {
        tx->tree = head->tree;
        tx->is_pipe = slice_equal(service, slice_str("IPC"));
        smb_tx_set_name(s, tx, SMB_SERVICE_GIVEN, service, false);
        struct smb_note *note =
            smb_note_make(s, &smb_of(s)->notes, SMB_NOTE_TREE, smb_key(SMB_NOTE_TREE, head->tree, 1));
        if (note) {
            note->is_pipe = tx->is_pipe;
            smb_note_text(s, &note->name, smb_text(tx, SMB_NAME));
        }
    }
    smb_tx_end(s, tx, TO_CLIENT);
    app_tx_changed(s, &tx->tx, TO_SERVER); /* whether it is a pipe */
}

/* The file is known by its id from here on. */
static void note_file(struct app_session *s, const struct smb_head *head, struct smb_tx *tx, uint16_t file)
{
    struct smb_notes *notes = &smb_of(s)->notes;
    struct smb_note *note = smb_note_make(s, notes, SMB_NOTE_FILE, smb1_file_key(file));
    tx->id[0] = (uint8_t)file;
    tx->id[1] = (uint8_t)(file >> 8);
    tx->id_size = 2;
    if (!note)
        return;
    const struct smb_note *tree = smb_note_find(notes, SMB_NOTE_TREE, smb_key(SMB_NOTE_TREE, head->tree, 1));
    smb_note_text(s, &note->name, smb_text(tx, SMB_NAME));
    note->id_size = 2;
    memcpy(note->id, tx->id, 2);
    if (!tree)
        return;
    note->is_pipe = tree->is_pipe;
    smb_note_text(s, &note->share, buf_slice(&tree->name));
}

static void nt_create(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct cursor c = cursor_of(part->words);
    uint16_t file;
    struct smb_tx *tx = smb_tx_answered(s, head, SMB1_NT_CREATE);
    if (!tx)
        return;
    if (!head->status && cursor_skip(&c, 5) && cursor_le16(&c, &file) && cursor_skip(&c, 4) &&
        cursor_le64(&c, &tx->times[0]) && cursor_le64(&c, &tx->times[1]) && cursor_le64(&c, &tx->times[2]) &&
        cursor_le64(&c, &tx->times[3]) && cursor_skip(&c, 12) && cursor_le64(&c, &tx->size))
        note_file(s, head, tx, file);
    smb_tx_end(s, tx, TO_CLIENT);
}

static void open_file(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct cursor c = cursor_of(part->words);
    uint16_t file;
    struct smb_tx *tx = smb_tx_answered(s, head, SMB1_OPEN);
    if (!tx)
        return;
    if (!head->status && cursor_skip(&c, 4) && cursor_le16(&c, &file))
        note_file(s, head, tx, file);
    smb_tx_end(s, tx, TO_CLIENT);
}

/* One in a chain, or of a pipe. */
static void read_file(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct smb_notes *notes = &smb_of(s)->notes;
    struct smb_note *note = smb_note_find(notes, SMB_NOTE_READ, smb1_read_key(head));
    struct smb1_write read = {0};
    if (!note || !smb1_has_data(head) || !smb1_read_answer(part->words, &read)) {
        smb_note_drop(s, notes, note);
        return;
    }
    const struct smb_stream stream = {.file = note->file,
                                      .offset = note->offset,
                                      .data = read.n,
                                      .id_size = 2,
                                      .id = {note->id[0], note->id[1]}};
    smb_note_drop(s, notes, note);
    struct slice data = smb1_data(part, read.at, read.n);
    if (smb_pipe_looks(s, TO_CLIENT, stream.file, data)) {
        smb_pipe_answer(s, head, stream.file, data);
        return;
    }
    smb_file_begin(s, TO_CLIENT, head, &stream);
    smb_file_data(s, TO_CLIENT, stream.file, data);
}

static void transaction(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct smb_notes *notes = &smb_of(s)->notes;
    struct smb_note *note = smb_note_find(notes, SMB_NOTE_READ, smb1_read_key(head));
    struct cursor c = cursor_of(part->words);
    uint16_t n, at;
    if (note && smb1_has_data(head) && cursor_skip(&c, 12) && cursor_le16(&c, &n) && cursor_le16(&c, &at))
        smb_pipe_answer(s, head, note->file, smb1_data(part, at, n));
    smb_note_drop(s, notes, note);
}

void smb1_answer(struct app_session *s, const struct smb_head *head, const struct smb1_part *part)
{
    struct smb_tx *tx;
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
        read_file(s, head, part);
        break;
    case SMB1_TRANS:
        transaction(s, head, part);
        break;
    default:
        tx = smb_tx_answered(s, head, part->command);
        if (tx)
            smb_tx_end(s, tx, TO_CLIENT);
        break;
    }
}
