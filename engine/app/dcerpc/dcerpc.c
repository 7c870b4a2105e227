/*
 * DCE/RPC over TCP:
 *
 *   [head, body] [head, body] ... each taken when it is whole, up to 64 KB
 *
 * 1. What begins a call makes a transaction; what answers one is found by the call's number, or makes a
 *    transaction of its own: its request is lost.
 * 2. What is no PDU ends the parsing, but after a gap: then bytes are passed over until some begin like one.
 */
#include "app/dcerpc/dcerpc.h"

#include "app/answer.h"
#include "app/detect_probe.h"
#include "app/frame_tx.h"

struct dcerpc {
    struct dcerpc_contexts contexts;
    uint64_t skip[DIRECTIONS]; /* bytes of a PDU that a gap has cut */
    bool resync[DIRECTIONS];   /* after a gap */
};

static void close_dcerpc(struct app_session *s)
{
    struct dcerpc *dcerpc = s->state;
    dcerpc_contexts_fini(s, &dcerpc->contexts);
}

static struct dcerpc_tx *new_call(struct app_session *s, const struct dcerpc_head *head)
{
    struct dcerpc_tx *tx = (struct dcerpc_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    dcerpc_call_begin(&tx->call, 0, head);
    return tx;
}

/* The call that a request's further fragment belongs to, or that an answer is for. */
static struct dcerpc_tx *find_call(struct app_session *s, enum direction direction,
                                   const struct dcerpc_head *head)
{
    for (struct app_tx *tx = s->first; tx; tx = tx->next) {
        struct dcerpc_tx *at = (struct dcerpc_tx *)tx;
        if (at->call.call_id != head->call_id || tx->complete[direction])
            continue;
        if (direction == TO_SERVER ? dcerpc_continues(&at->call, head)
                                   : dcerpc_answers(at->call.request, head->type))
            return at;
    }
    return NULL;
}

static bool is_call(enum direction direction, unsigned type)
{
    return direction == TO_SERVER ? dcerpc_begins_call(type) : dcerpc_answers_call(type);
}

/* False: memory is short. */
static bool take_pdu(struct app_session *s, enum direction direction, const struct dcerpc_head *head,
                     struct slice body)
{
    struct dcerpc *dcerpc = s->state;
    bool last;
    if (!is_call(direction, head->type))
        return true;
    struct dcerpc_tx *tx = find_call(s, direction, head);
    bool lost = !tx && direction == TO_CLIENT;
    if (!tx)
        tx = new_call(s, head);
    if (!tx)
        return false;
    if (lost)
        app_tx_complete(s, &tx->tx, TO_SERVER);
    dcerpc_call_take(s, &dcerpc->contexts, &tx->call, head, body, &last);
    app_tx_changed(s, &tx->tx, direction);
    if (direction == TO_SERVER) /* what is known of the request answers for both directions */
        app_tx_changed(s, &tx->tx, TO_CLIENT);
    if (last)
        app_tx_complete(s, &tx->tx, direction);
    return true;
}

static bool frames_wanted(const struct app_session *s)
{
    return app_wanted(s, BUFFER_DCERPC_FRAME_HDR) || app_wanted(s, BUFFER_DCERPC_FRAME_PDU) ||
           app_wanted(s, BUFFER_DCERPC_FRAME_DATA);
}

static void add_frame(struct app_session *s, enum direction direction, struct slice pdu)
{
    if (!frames_wanted(s))
        return;
    struct app_tx *tx = app_frame_tx_of(s, direction, pdu, offsetof(struct dcerpc_tx, frame));
    if (tx)
        app_tx_complete(s, tx, direction);
}

/* Whether a PDU begins here; else *status says how to go on, and all may have been taken. */
static bool at_pdu(struct app_session *s, enum direction direction, struct slice rest,
                   struct dcerpc_head *head, struct app_taken *taken, enum parse_status *status)
{
    struct dcerpc *dcerpc = s->state;
    *status = PARSE_OK;
    taken->need = 0;
    if (rest.n < DCERPC_HEAD) {
        taken->need = DCERPC_HEAD;
        return false;
    }
    bool valid = dcerpc_head_read(rest, head) && dcerpc_head_valid(head);
    if (dcerpc->resync[direction])
        valid = valid && probe_dcerpc(direction, rest) == DETECT_CERTAIN;
    if (valid) {
        dcerpc->resync[direction] = false;
        return true;
    }
    if (dcerpc->resync[direction])
        taken->bytes += rest.n;
    else
        *status = PARSE_BAD;
    return false;
}

static size_t skip_cut(struct app_session *s, enum direction direction, size_t n)
{
    uint64_t *skip = &((struct dcerpc *)s->state)->skip[direction];
    size_t now = *skip < n ? (size_t)*skip : n;
    *skip -= now;
    return now;
}

static enum parse_status parse_stream(struct app_session *s, const struct app_input *in,
                                      struct app_taken *taken)
{
    struct dcerpc *dcerpc = s->state;
    enum parse_status status = PARSE_OK;
    struct dcerpc_head head;
    taken->bytes = skip_cut(s, in->direction, in->bytes.n);
    while (taken->bytes < in->bytes.n && !app_full(s)) {
        struct slice rest = slice_from(in->bytes, taken->bytes);
        if (!at_pdu(s, in->direction, rest, &head, taken, &status))
            return status;
        if (rest.n < head.length && !in->last) {
            taken->need = head.length;
            return PARSE_OK;
        }
        struct slice pdu = slice_first(rest, head.length);
        dcerpc->skip[in->direction] = head.length - pdu.n; /* should a gap follow */
        if (!take_pdu(s, in->direction, &head, slice_from(pdu, DCERPC_HEAD)))
            return PARSE_GIVE_UP;
        if (pdu.n == head.length)
            add_frame(s, in->direction, pdu);
        app_raw_wanted(s, in->direction);
        taken->bytes += pdu.n;
    }
    return PARSE_OK;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    if (!in->datagram)
        return parse_stream(s, in, taken);
    return dcerpc_datagram(s, in->direction, in->bytes) ? PARSE_GIVE_UP : PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct dcerpc *dcerpc = s->state;
    uint64_t *skip = &dcerpc->skip[direction];
    dcerpc->resync[direction] = bytes > *skip;
    *skip -= bytes < *skip ? bytes : *skip;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct dcerpc_tx *dcerpc = (struct dcerpc_tx *)tx;
    dcerpc_call_fini(s, &dcerpc->call);
    app_memory_give(s, dcerpc->frame.n);
    buf_fini(&dcerpc->frame);
}

static enum buffer_answer of_frame(struct slice frame, enum buffer_id id, struct view_buffer *out)
{
    if (id == BUFFER_DCERPC_FRAME_PDU)
        return answer_bytes(frame, out);
    if (id == BUFFER_DCERPC_FRAME_HDR)
        return answer_bytes(slice_first(frame, DCERPC_HEAD), out);
    if (id == BUFFER_DCERPC_FRAME_DATA && frame.n > DCERPC_HEAD)
        return answer_bytes(slice_from(frame, DCERPC_HEAD), out);
    return BUFFER_NONE;
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct dcerpc_tx *dcerpc = (const struct dcerpc_tx *)tx;
    (void)s;
    if (index)
        return BUFFER_NONE;
    if (dcerpc->frame.n)
        return of_frame(buf_slice(&dcerpc->frame), id, out);
    return dcerpc_call_buffer(&dcerpc->call, direction, tx->complete[direction], id, out);
}

const struct app_parser dcerpc_parser = {
    .proto = APP_DCERPC,
    .state_size = sizeof(struct dcerpc),
    .tx_size = sizeof(struct dcerpc_tx),
    .close = close_dcerpc,
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
