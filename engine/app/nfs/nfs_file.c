/* The files that NFS carries: what is read or written of one, in the order of its bytes. */
#include "app/file/file.h"
#include "app/nfs/nfs_session.h"

static const struct app_body_limits limits = {.limit = UINT64_MAX, .least = 32 << 10, .window = 4 << 10};

static struct nfs_transfer *transfer_of(struct app_session *s, enum direction direction, uint64_t file)
{
    struct nfs_note *note = nfs_note_find(s, NFS_NOTE_FILE, file);
    return note && note->transfers[direction].tx ? &note->transfers[direction] : NULL;
}

static bool open_transfer(struct app_session *s, enum direction direction, const struct rpc_head *head,
                          const struct nfs_call *call, struct nfs_note *note)
{
    struct nfs_call named = *call;
    named.name = buf_slice(&note->name);
    struct nfs_tx *tx = nfs_tx_new(s, head, &named);
    if (!tx)
        return false;
    tx->is_file = true;
    tx->direction = direction;
    tx->file = note->key;
    note->transfers[direction] = (struct nfs_transfer){.tx = tx};
    return true;
}

struct nfs_tx *nfs_file_call(struct app_session *s, enum direction direction, const struct rpc_head *head,
                             const struct nfs_call *call)
{
    struct nfs_note *note = nfs_note_make(s, NFS_NOTE_FILE, nfs_key(s, call->handle));
    if (!note || (!note->transfers[direction].tx && !open_transfer(s, direction, head, call, note)))
        return NULL;
    struct nfs_tx *tx = note->transfers[direction].tx;
    tx->xid = head->xid;
    app_tx_changed(s, &tx->tx, TO_SERVER);
    return tx;
}

/* There is a file once there are bytes of it, as in Suricata. */
void nfs_file_begin(struct app_session *s, enum direction direction, uint64_t file, uint64_t offset)
{
    struct nfs_transfer *t = transfer_of(s, direction, file);
    if (!t)
        return;
    if (!t->tx->pieces++) {
        t->file = app_file_open(s, &t->tx->tx, direction, buf_slice(&t->tx->texts[NFS_NAME]));
        app_file_inspect(t->file, &limits);
    }
    pieces_begin(&t->pieces, offset);
}

/* What is known to be the end has come. */
static void look_at_end(struct app_session *s, enum direction direction, uint64_t file,
                        const struct nfs_transfer *t)
{
    if (t->end_known && t->pieces.next >= t->end)
        nfs_file_close(s, direction, file, true);
}

void nfs_file_data(struct app_session *s, enum direction direction, uint64_t file, struct slice bytes)
{
    struct nfs_transfer *t = transfer_of(s, direction, file);
    if (!t)
        return;
    pieces_add(s, &t->tx->tx, t->file, &t->pieces, bytes);
    look_at_end(s, direction, file, t);
}

void nfs_file_gap(struct app_session *s, enum direction direction, uint64_t file, uint64_t bytes)
{
    struct nfs_transfer *t = transfer_of(s, direction, file);
    if (!t)
        return;
    pieces_gap(s, &t->tx->tx, t->file, &t->pieces, bytes);
    look_at_end(s, direction, file, t);
}

void nfs_file_end_at(struct app_session *s, enum direction direction, uint64_t file, uint64_t end)
{
    struct nfs_transfer *t = transfer_of(s, direction, file);
    if (!t)
        return;
    t->end_known = true;
    t->end = end;
    look_at_end(s, direction, file, t);
}

void nfs_file_close(struct app_session *s, enum direction direction, uint64_t file, bool whole)
{
    struct nfs_transfer *t = transfer_of(s, direction, file);
    if (!t)
        return;
    struct nfs_tx *tx = t->tx;
    tx->ended = whole;
    pieces_end(s, &tx->tx, t->file, &t->pieces);
    app_file_close(s, &tx->tx, t->file, whole);
    pieces_drop(s, &t->pieces);
    *t = (struct nfs_transfer){0};
    app_tx_complete(s, &tx->tx, TO_SERVER);
    app_tx_complete(s, &tx->tx, TO_CLIENT);
}

void nfs_files_end(struct app_session *s, enum direction direction)
{
    struct nfs *nfs = nfs_of(s);
    for (int i = 0; nfs->notes && i < NFS_NOTES; i++)
        if (nfs->notes[i] && nfs->notes[i]->kind == NFS_NOTE_FILE)
            nfs_file_close(s, direction, nfs->notes[i]->key, false);
}

void nfs_tx_gone(struct app_session *s, struct nfs_tx *tx)
{
    struct nfs_note *note =
        nfs_note_find(s, tx->is_file ? NFS_NOTE_FILE : NFS_NOTE_CALL, tx->is_file ? tx->file : tx->xid);
    if (note && note->tx == tx)
        note->tx = NULL;
    for (int d = 0; note && d < DIRECTIONS; d++)
        if (note->transfers[d].tx == tx) {
            pieces_drop(s, &note->transfers[d].pieces);
            note->transfers[d] = (struct nfs_transfer){0};
        }
}
