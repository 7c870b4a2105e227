/*
 * DCE/RPC over named pipes ([MS-RPCE] 2.1.1.2): PDUs are the data of writes, reads, transactions and IOCTLs.
 * Each call is a transaction, whatever commands carry it; one whose PDU comes in several messages (a server's
 * that says STATUS_BUFFER_OVERFLOW) waits for the rest.
 */
#include "app/dcerpc/dcerpc_call.h"
#include "app/smb/smb_data.h"

#include <assert.h>
#include <stdlib.h>

static_assert((int)SMB_PIPE_LOOK == (int)DCERPC_HEAD, "a head of DCE/RPC tells");

static struct smb_note *find_pipe(struct app_session *s, uint64_t file)
{
    return smb_note_find(&smb_of(s)->notes, SMB_NOTE_FILE, file);
}

bool smb_pipe_looks(struct app_session *s, enum direction direction, uint64_t file, struct slice data)
{
    const struct smb_note *note = find_pipe(s, file);
    struct dcerpc_head head;
    if (note && note->call_left[direction])
        return true;
    return dcerpc_head_read(data, &head) && dcerpc_head_valid(&head) && head.minor <= 1;
}

static struct smb_tx *find_call(struct app_session *s, enum direction direction, uint64_t file,
                                const struct dcerpc_head *pdu)
{
    for (struct app_tx *at = s->first; at; at = at->next) {
        struct smb_tx *tx = (struct smb_tx *)at;
        if (!tx->call || tx->file != file || tx->call->call_id != pdu->call_id || tx->tx.complete[direction])
            continue;
        if (direction == TO_SERVER ? dcerpc_continues(tx->call, pdu)
                                   : dcerpc_answers(tx->call->request, pdu->type))
            return tx;
    }
    return NULL;
}

static struct smb_tx *begin_call(struct app_session *s, const struct smb_head *head, uint64_t file,
                                 const struct dcerpc_head *pdu)
{
    struct smb_tx *tx = smb_tx_new(s, SMB_PIPE, head);
    if (!tx)
        return NULL;
    if (app_memory_take(s, sizeof *tx->call)) {
        tx->call = calloc(1, sizeof *tx->call);
        if (!tx->call)
            app_memory_give(s, sizeof *tx->call);
    }
    if (!tx->call) {
        smb_tx_end(s, tx, TO_SERVER);
        smb_tx_end(s, tx, TO_CLIENT);
        return NULL;
    }
    tx->file = file;
    tx->is_pipe = true;
    dcerpc_call_begin(tx->call, file, pdu);
    return tx;
}

/* A PDU's rest is to come with the next message for the pipe. */
static void wait_for_rest(struct app_session *s, enum direction direction, struct smb_tx *tx, uint32_t left,
                          bool last)
{
    struct smb_note *note = smb_note_make(s, &smb_of(s)->notes, SMB_NOTE_FILE, tx->file);
    if (!note) {
        smb_tx_end(s, tx, direction);
        return;
    }
    note->calls[direction] = tx;
    note->call_left[direction] = left;
    note->call_last[direction] = last;
    tx->call->stubs[direction].whole = false;
}

static struct slice take_rest(struct app_session *s, enum direction direction, struct smb_note *note,
                              struct slice data)
{
    struct smb_tx *tx = note->calls[direction];
    struct slice part = slice_first(data, note->call_left[direction]);
    note->call_left[direction] -= (uint32_t)part.n;
    if (tx) {
        struct dcerpc_stub *stub = &tx->call->stubs[direction];
        dcerpc_stub_add(s, stub, part);
        stub->fragments--; /* of the same fragment */
        if (!note->call_left[direction]) {
            stub->whole = note->call_last[direction];
            if (stub->whole)
                smb_tx_end(s, tx, direction);
            note->calls[direction] = NULL;
        }
    }
    return slice_from(data, part.n);
}

static struct dcerpc_contexts *have_contexts(struct app_session *s)
{
    struct smb *smb = smb_of(s);
    if (!smb->contexts)
        smb->contexts = calloc(1, sizeof *smb->contexts);
    return smb->contexts;
}

static void take_pdu(struct app_session *s, enum direction direction, const struct smb_head *head,
                     uint64_t file, const struct dcerpc_head *pdu, struct slice bytes)
{
    bool last, request = direction == TO_SERVER;
    struct dcerpc_contexts *contexts = have_contexts(s);
    if (!(request ? dcerpc_begins_call(pdu->type) : dcerpc_answers_call(pdu->type)))
        return;
    struct smb_tx *tx = find_call(s, direction, file, pdu);
    if (!tx && request)
        tx = begin_call(s, head, file, pdu);
    if (!tx || !contexts)
        return;
    if (!request) {
        tx->has_status = true;
        tx->nt_status = head->nt_status;
        tx->status = head->status;
    }
    dcerpc_call_take(s, contexts, tx->call, pdu, slice_from(bytes, DCERPC_HEAD), &last);
    app_tx_changed(s, &tx->tx, direction);
    if (request)
        app_tx_changed(s, &tx->tx, TO_CLIENT);
    bool data = pdu->type == DCERPC_REQUEST || pdu->type == DCERPC_RESPONSE;
    if (bytes.n < pdu->length && data)
        wait_for_rest(s, direction, tx, (uint32_t)(pdu->length - bytes.n), last);
    else if (last)
        smb_tx_end(s, tx, direction);
}

static void take_data(struct app_session *s, enum direction direction, const struct smb_head *head,
                      uint64_t file, struct slice data)
{
    struct smb_note *note = find_pipe(s, file);
    struct dcerpc_head pdu;
    if (note && note->call_left[direction])
        data = take_rest(s, direction, note, data);
    while (dcerpc_head_read(data, &pdu) && dcerpc_head_valid(&pdu)) {
        take_pdu(s, direction, head, file, &pdu, slice_first(data, pdu.length));
        data = slice_from(data, pdu.length);
    }
}

void smb_pipe_request(struct app_session *s, const struct smb_head *head, uint64_t file, struct slice data)
{
    take_data(s, TO_SERVER, head, file, data);
}

void smb_pipe_answer(struct app_session *s, const struct smb_head *head, uint64_t file, struct slice data)
{
    take_data(s, TO_CLIENT, head, file, data);
}

void smb_pipe_tx_free(struct app_session *s, struct smb_tx *tx)
{
    if (!tx->call)
        return;
    dcerpc_call_fini(s, tx->call);
    app_memory_give(s, sizeof *tx->call);
    free(tx->call);
    tx->call = NULL;
}

void smb_pipe_close(struct app_session *s)
{
    struct smb *smb = smb_of(s);
    if (smb->contexts)
        dcerpc_contexts_fini(s, smb->contexts);
    free(smb->contexts);
    smb->contexts = NULL;
}
