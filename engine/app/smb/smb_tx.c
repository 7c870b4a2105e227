/* The transactions of SMB: made by requests, found again by what answers them. */
#include "app/smb/smb_session.h"

struct smb_tx *smb_tx_new(struct app_session *s, enum smb_kind kind, const struct smb_head *head)
{
    struct smb_tx *tx = (struct smb_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    tx->kind = (uint8_t)kind;
    tx->version = head->version;
    tx->number = smb_of(s)->numbers += kind != SMB_FRAME;
    tx->command = head->command;
    if (head->version == 2 || (kind != SMB_NEGOTIATE && kind != SMB_FILE)) { /* as in Suricata */
        tx->session = head->session;
        tx->tree = head->tree;
    }
    tx->message = head->message;
    app_tx_changed(s, &tx->tx, TO_SERVER);
    app_tx_changed(s, &tx->tx, TO_CLIENT);
    return tx;
}

static bool waits(const struct smb_tx *tx, const struct smb_head *head, uint16_t command)
{
    if (tx->tx.complete[TO_CLIENT] || tx->version != head->version || tx->message != head->message ||
        tx->command != command)
        return false;
    return tx->kind != SMB_FRAME && tx->kind != SMB_FILE && tx->kind != SMB_PIPE;
}

struct smb_tx *smb_tx_answered(struct app_session *s, const struct smb_head *head, uint16_t command)
{
    for (struct app_tx *at = s->first; at; at = at->next) {
        struct smb_tx *tx = (struct smb_tx *)at;
        if (!waits(tx, head, command))
            continue;
        tx->has_status = true;
        tx->nt_status = head->nt_status;
        tx->status = head->status;
        if (!tx->session && (head->version == 2 || tx->kind != SMB_NEGOTIATE))
            tx->session = head->session;
        return tx;
    }
    return NULL;
}

void smb_tx_set_text(struct app_session *s, struct smb_tx *tx, enum smb_text which, struct slice bytes)
{
    bytes = slice_first(bytes, SMB_TEXT_MOST);
    tx->texts[which].there = true;
    uint32_t at = (uint32_t)tx->text.n;
    if (!bytes.n || !app_memory_append_own(s, &tx->memory, &tx->text, bytes, SIZE_MAX))
        return;
    tx->texts[which].at = at;
    tx->texts[which].n = (uint32_t)bytes.n;
}

void smb_tx_set_name(struct app_session *s, struct smb_tx *tx, enum smb_text which, struct slice bytes,
                     bool unicode)
{
    struct buf text = {0};
    if (!smb_name(bytes, unicode, &text))
        smb_tx_set_text(s, tx, which, buf_slice(&text));
    buf_fini(&text);
}

void smb_tx_end(struct app_session *s, struct smb_tx *tx, enum direction direction)
{
    app_tx_changed(s, &tx->tx, direction);
    app_tx_complete(s, &tx->tx, direction);
}

void smb_event(struct app_session *s, enum direction direction, enum app_event event)
{
    static const struct smb_head none = {.version = 2, .command = UINT16_MAX};
    struct app_tx *tx = s->last;
    if (tx) {
        app_tx_event(s, tx, direction, event);
        return;
    }
    struct smb_tx *made = smb_tx_new(s, SMB_GENERIC, &none);
    if (!made)
        return;
    app_tx_event(s, &made->tx, direction, event);
    smb_tx_end(s, made, TO_SERVER);
    smb_tx_end(s, made, TO_CLIENT);
}

void smb_tx_status(struct app_session *s, const struct smb_head *head)
{
    for (struct app_tx *at = s->first; at; at = at->next) {
        struct smb_tx *tx = (struct smb_tx *)at;
        if ((tx->kind != SMB_FILE && tx->kind != SMB_PIPE) || tx->version != head->version ||
            tx->has_status || tx->message != head->message)
            continue;
        tx->has_status = tx->nt_status = true;
        tx->status = head->status;
        return;
    }
}

void smb_read_answered(struct app_session *s, const struct smb_head *head)
{
    if (head->version == 2)
        smb_tx_status(s, head);
    struct smb_notes *notes = &smb_of(s)->notes;
    uint64_t key = smb_key(SMB_NOTE_READ, head->message, head->version == 1);
    smb_note_drop(s, notes, smb_note_find(notes, SMB_NOTE_READ, key));
}
