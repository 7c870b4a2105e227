/*
 * The files that SMB carries: what is read or written of one goes into one transaction a direction, which
 * lasts until it is closed.
 *
 * Bytes are given on in order (app/file/file_pieces.h). What was given on already is not given again: an
 * event says so.
 */
#include "app/file/file.h"
#include "app/smb/smb_data.h"

static const struct app_body_limits limits = {.limit = UINT64_MAX, .least = 32 << 10, .window = 4 << 10};

static struct smb_note *find_file(struct app_session *s, uint64_t file)
{
    return smb_note_find(&smb_of(s)->notes, SMB_NOTE_FILE, file);
}

static bool open_transfer(struct app_session *s, enum direction direction, const struct smb_head *head,
                          struct smb_note *note, struct smb_transfer *t)
{
    struct smb_tx *tx = smb_tx_new(s, SMB_FILE, head);
    if (!tx)
        return false;
    tx->file = note->key;
    tx->is_pipe = note->is_pipe;
    tx->id_size = note->id_size;
    memcpy(tx->id, note->id, sizeof tx->id);
    smb_tx_set_text(s, tx, SMB_NAME, buf_slice(&note->name));
    smb_tx_set_text(s, tx, SMB_SHARE, buf_slice(&note->share));
    /* The other direction has no bytes: it ends with this one, so that what is known of the file meets both.
     */
    *t = (struct smb_transfer){.tx = tx};
    t->file = app_file_open(s, &tx->tx, direction, buf_slice(&note->name));
    app_file_inspect(t->file, &limits);
    return true;
}

void smb_file_begin(struct app_session *s, enum direction direction, const struct smb_head *head,
                    const struct smb_stream *data)
{
    struct smb_notes *notes = &smb_of(s)->notes;
    struct smb_note *note = data->file ? smb_note_make(s, notes, SMB_NOTE_FILE, data->file) : NULL;
    if (!note) /* nobody knows which file it is of */
        return;
    if (!note->id_size) {
        note->id_size = data->id_size;
        memcpy(note->id, data->id, sizeof note->id);
    }
    struct smb_transfer *t = &note->transfers[direction];
    /* As in Suricata what such a read of a pipe brings, when it is no DCE/RPC, is a file: what a program that
     * was run from afar has printed, say. */
    bool is_file = data->data && (!note->is_pipe || data->later);
    if (!t->tx && (!is_file || !open_transfer(s, direction, head, note, t)))
        return;
    pieces_begin(&t->pieces, data->offset);
    if (t->pieces.at < t->pieces.next)
        app_tx_event(s, &t->tx->tx, direction, APP_EVENT_SMB_FILE_OVERLAP);
}

static void raise_full(struct app_session *s, enum direction direction, struct smb_transfer *t, bool count)
{
    static const enum app_event events[DIRECTIONS][2] = {
        [TO_SERVER] = {APP_EVENT_SMB_WRITE_QUEUE_SIZE_EXCEEDED, APP_EVENT_SMB_WRITE_QUEUE_CNT_EXCEEDED},
        [TO_CLIENT] = {APP_EVENT_SMB_READ_QUEUE_SIZE_EXCEEDED, APP_EVENT_SMB_READ_QUEUE_CNT_EXCEEDED}};
    app_tx_event(s, &t->tx->tx, direction, events[direction][count]);
}

void smb_file_data(struct app_session *s, enum direction direction, uint64_t file, struct slice bytes)
{
    struct smb_note *note = find_file(s, file);
    struct smb_transfer *t = note ? &note->transfers[direction] : NULL;
    if (!t || !t->tx || !bytes.n)
        return;
    enum pieces_answer answer = pieces_add(s, &t->tx->tx, t->file, &t->pieces, bytes);
    if (answer != PIECES_OK)
        raise_full(s, direction, t, answer == PIECES_TOO_MANY);
}

void smb_file_gap(struct app_session *s, enum direction direction, uint64_t file, uint64_t bytes)
{
    struct smb_note *note = find_file(s, file);
    struct smb_transfer *t = note ? &note->transfers[direction] : NULL;
    if (t && t->tx)
        pieces_gap(s, &t->tx->tx, t->file, &t->pieces, bytes);
}

static void close_transfer(struct app_session *s, enum direction direction, struct smb_transfer *t,
                           bool whole)
{
    struct smb_tx *tx = t->tx;
    if (!tx)
        return;
    pieces_end(s, &tx->tx, t->file, &t->pieces);
    app_file_close(s, &tx->tx, t->file, whole);
    smb_tx_end(s, tx, direction);
    smb_tx_end(s, tx, !direction);
    *t = (struct smb_transfer){0};
}

void smb_file_close(struct app_session *s, uint64_t file)
{
    struct smb_note *note = find_file(s, file);
    if (note)
        smb_note_drop(s, &smb_of(s)->notes, note);
}

void smb_file_forget(struct app_session *s, struct smb_note *note)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        close_transfer(s, (enum direction)d, &note->transfers[d], true);
        if (note->calls[d])
            smb_tx_end(s, note->calls[d], (enum direction)d);
        note->calls[d] = NULL;
    }
}

void smb_files_end(struct app_session *s, enum direction direction)
{
    struct smb_notes *notes = &smb_of(s)->notes;
    for (uint32_t i = 0; i < notes->count; i++)
        if (notes->list[i]->kind == SMB_NOTE_FILE)
            close_transfer(s, direction, &notes->list[i]->transfers[direction], false);
}

void smb_file_tx_gone(struct app_session *s, struct smb_tx *tx)
{
    struct smb_note *note = find_file(s, tx->file);
    if (!note)
        return;
    for (int d = 0; d < DIRECTIONS; d++) {
        if (note->calls[d] == tx)
            note->calls[d] = NULL;
        if (note->transfers[d].tx != tx)
            continue;
        pieces_drop(s, &note->transfers[d].pieces);
        note->transfers[d] = (struct smb_transfer){0};
    }
}
