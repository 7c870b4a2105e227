/*
 * The NFS parser: records of RPC (RFC 5531, 11), the messages in them, whose reply is whose.
 *
 * A message is read from its first bytes, as many as it takes; the bytes of a file behind them go on as they
 * come.
 */
#include "app/nfs/nfs_session.h"

enum {
    MARK = 4,
    LAST = 0x80000000,
    LOOK = 20, /* the mark and four words */
    FIRST_LOOK = 256,
    HEAD_MOST = 64 << 10 /* bytes of a message that are waited for */
};

/* A message as far as it was read. */
struct reading {
    struct rpc_head head;
    bool head_read, read; /* all that is wanted of it was there */
    size_t body_at;       /* behind the head */
    struct nfs_call call;
    struct nfs_reply reply;
    struct nfs_note *asked; /* of a reply */
};

static bool read_call(struct cursor *c, struct reading *r)
{
    if (r->head.program_version < 4)
        return nfs_call_read(r->head.program_version, r->head.procedure, c, &r->call);
    if (r->head.procedure == 1)
        return nfs4_call_read(c, &r->call);
    r->call = (struct nfs_call){.procedure = r->head.procedure};
    return true;
}

static bool read_reply(struct app_session *s, struct cursor *c, struct reading *r)
{
    r->asked = nfs_note_find(s, NFS_NOTE_CALL, r->head.xid);
    if (!r->asked || r->head.state != RPC_ACCEPTED || r->head.accepted)
        return true;
    if (r->asked->version < 4)
        return nfs_reply_read(r->asked->version, r->asked->procedure, r->asked->does, c, &r->reply);
    return !r->asked->procedure || nfs4_reply_read(c, &r->reply);
}

static bool is_nfs(const struct rpc_head *head)
{
    return head->program == NFS_PROGRAM && head->program_version >= 2 && head->program_version <= 4;
}

static void read_message(struct app_session *s, struct slice bytes, struct reading *r)
{
    struct cursor c = cursor_of(bytes);
    *r = (struct reading){0};
    r->head_read = rpc_head_read(&c, &r->head);
    if (!r->head_read)
        return;
    r->body_at = c.at;
    if (r->head.type == RPC_CALL)
        r->read = !is_nfs(&r->head) || read_call(&c, r);
    else
        r->read = read_reply(s, &c, r);
}

static bool is_rpc(const struct rpc_head *head)
{
    return head->type == RPC_CALL ? head->version == 2 : head->type == RPC_REPLY && head->state <= RPC_DENIED;
}

static void malformed(struct app_session *s, struct nfs_tx *tx, enum direction direction)
{
    if (tx)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_NFS_MALFORMED_DATA);
}

static void remember_call(struct app_session *s, const struct reading *r, struct nfs_tx *tx)
{
    struct nfs_note *note = nfs_note_make(s, NFS_NOTE_CALL, r->head.xid);
    if (!note)
        return;
    note->version = r->head.program_version;
    note->procedure = note->version < 4 ? r->call.procedure : r->head.procedure;
    note->does = r->call.kind;
    note->file = r->call.handle.n ? nfs_key(s, r->call.handle) : 0;
    note->offset = r->call.offset;
    note->tx = tx;
}

static bool is_transfer(const struct nfs_call *call)
{
    return (call->kind == NFS_READ || call->kind == NFS_WRITE) && call->handle.n;
}

/* As in Suricata some are not worth a record. */
static bool is_logged(const struct reading *r)
{
    enum { GETATTR = 1 };
    if (r->head.program_version == 4)
        return r->call.procedure > 0;
    return r->call.procedure != GETATTR && r->call.kind != NFS_COMMIT;
}

static bool take_call(struct app_session *s, enum direction direction, const struct reading *r,
                      struct nfs_side *side)
{
    const struct nfs_call *call = &r->call;
    struct nfs_tx *tx;
    if (is_transfer(call)) {
        tx = nfs_file_call(s, call->kind == NFS_READ ? TO_CLIENT : TO_SERVER, &r->head, call);
        remember_call(s, r, NULL);
    } else {
        tx = nfs_tx_new(s, &r->head, call);
        if (tx) {
            tx->tx.logged = !is_logged(r);
            remember_call(s, r, tx);
            app_tx_complete(s, &tx->tx, TO_SERVER);
        }
    }
    if (!tx)
        return false;
    if (!r->read)
        malformed(s, tx, direction);
    if (call->data.there && direction == TO_SERVER) {
        side->file = nfs_key(s, call->handle);
        side->stable = call->stable;
        nfs_file_begin(s, TO_SERVER, side->file, call->offset);
    }
    if ((call->kind == NFS_COMMIT || call->kind == NFS_CLOSE) && call->handle.n)
        nfs_file_close(s, TO_SERVER, nfs_key(s, call->handle), true);
    return true;
}

static void take_names(struct app_session *s, const struct nfs_reply *reply)
{
    struct cursor c = reply->entries;
    struct slice name, handle;
    for (int i = 0; i < NFS_ENTRIES_MOST && nfs_entry_next(&c, &name, &handle); i++)
        nfs_note_name(s, handle, name);
}

/* Of a file's transaction: the bytes that were read. */
static void take_read(struct app_session *s, const struct reading *r, struct nfs_side *side)
{
    const struct nfs_note *asked = r->asked;
    const struct nfs_data *data = &r->reply.data;
    uint64_t file = asked->file, offset = asked->offset;
    struct nfs_note *note = nfs_note_find(s, NFS_NOTE_FILE, file);
    struct nfs_tx *tx = note ? note->transfers[TO_CLIENT].tx : NULL;
    if (!tx)
        return;
    tx->answered = true;
    tx->status = r->reply.status;
    tx->denied = r->head.state != RPC_ACCEPTED;
    if (!data->there)
        return;
    side->file = file;
    nfs_file_begin(s, TO_CLIENT, file, offset);
    uint64_t end = offset + data->n;
    if (end >= offset && (r->reply.end || (r->reply.sized && end >= r->reply.size)))
        nfs_file_end_at(s, TO_CLIENT, file, end);
}

static void take_answer(struct app_session *s, enum direction direction, const struct reading *r,
                        struct nfs_tx *tx)
{
    tx->answered = true;
    tx->status = r->reply.status;
    tx->denied = r->head.state != RPC_ACCEPTED;
    if (r->asked->does == NFS_LOOKUP)
        nfs_tx_set_handle(tx, r->reply.handle);
    nfs_note_name(s, r->reply.handle, buf_slice(&tx->texts[NFS_NAME]));
    if (!r->read)
        malformed(s, tx, direction);
    app_tx_complete(s, &tx->tx, TO_CLIENT);
}

static void take_reply(struct app_session *s, enum direction direction, const struct reading *r,
                       struct nfs_side *side)
{
    struct nfs_note *asked = r->asked;
    if (!asked)
        return;
    if (asked->tx)
        take_answer(s, direction, r, asked->tx);
    else if (asked->does == NFS_READ && direction == TO_CLIENT)
        take_read(s, r, side);
    if (r->reply.entries.n)
        take_names(s, &r->reply);
    asked = nfs_note_find(s, NFS_NOTE_CALL, r->head.xid);
    if (asked)
        nfs_note_drop(s, asked);
}

/* Takes what was read of a message. False when memory is short. `taken`: bytes of it, before those of a file.
 */
static bool take_message(struct app_session *s, enum direction direction, const struct reading *r,
                         struct nfs_side *side, size_t there, size_t *taken, uint32_t *data)
{
    const struct nfs_data *of = r->head.type == RPC_CALL ? &r->call.data : &r->reply.data;
    side->file = 0;
    side->stable = false;
    *taken = of->there ? of->at : there;
    *data = of->there ? of->n : 0;
    if (r->head.type == RPC_REPLY) {
        take_reply(s, direction, r, side);
        return true;
    }
    return !is_nfs(&r->head) || take_call(s, direction, r, side);
}

/* For rules about frames. */
static void lay_out(struct app_session *s, enum direction direction, const struct reading *r, uint8_t mark)
{
    bool reply = r->head.type == RPC_REPLY;
    const struct nfs_note *asked = reply ? nfs_note_find(s, NFS_NOTE_CALL, r->head.xid) : NULL;
    struct nfs_layout layout = {.reply = reply, .mark = mark};
    layout.credentials_at = reply ? 0 : (uint32_t)(mark + r->head.credentials_at);
    layout.credentials_n = (uint32_t)r->head.credentials_n;
    layout.nfs_at = (uint32_t)(mark + r->body_at);
    if (asked && r->head.state == RPC_ACCEPTED && !r->head.accepted)
        layout.version = asked->version;
    else if (!reply && is_nfs(&r->head))
        layout.version = r->head.program_version;
    nfs_frame_laid(s, direction, &layout);
}

/* The record's bytes up to its end, or as far as they have come. */
static void add_to_frame(struct app_session *s, enum direction direction, struct slice bytes)
{
    const struct nfs_side *side = &nfs_of(s)->sides[direction];
    nfs_frame_add(s, direction, bytes);
    if (!side->data && !side->record)
        nfs_frame_end(s, direction);
}

static void end_data(struct app_session *s, enum direction direction, struct nfs_side *side)
{
    if (side->stable)
        nfs_file_close(s, direction, side->file, true);
    side->stable = false;
}

static void take_data(struct app_session *s, enum direction direction, struct nfs_side *side,
                      struct slice *rest)
{
    struct slice bytes = slice_first(*rest, side->data < rest->n ? (size_t)side->data : rest->n);
    side->data -= bytes.n;
    *rest = slice_from(*rest, bytes.n);
    add_to_frame(s, direction, bytes);
    if (side->file)
        nfs_file_data(s, direction, side->file, bytes);
    if (!side->data)
        end_data(s, direction, side);
}

static enum parse_status take_datagram(struct app_session *s, const struct app_input *in)
{
    struct nfs_side *side = &nfs_of(s)->sides[in->direction];
    struct reading r;
    size_t taken;
    uint32_t data;
    read_message(s, in->bytes, &r);
    if (!r.head_read || !is_rpc(&r.head))
        return PARSE_OK;
    lay_out(s, in->direction, &r, 0);
    nfs_frame_add(s, in->direction, in->bytes);
    nfs_frame_end(s, in->direction);
    if (!take_message(s, in->direction, &r, side, in->bytes.n, &taken, &data))
        return PARSE_GIVE_UP;
    struct slice rest = slice_first(slice_from(in->bytes, taken), data);
    side->data = rest.n;
    if (side->data || side->stable)
        take_data(s, in->direction, side, &rest);
    side->data = 0;
    return PARSE_OK;
}

static uint32_t mark_of(struct slice bytes)
{
    struct cursor c = cursor_of(bytes);
    uint32_t mark = 0;
    cursor_be32(&c, &mark);
    return mark;
}

/* Behind a gap: whether a message begins here, as far as its first words tell. */
static bool begins_here(struct app_session *s, struct slice bytes)
{
    uint32_t words[LOOK / 4];
    struct cursor c = cursor_of(bytes);
    for (size_t i = 0; i < LOOK / 4; i++)
        if (!cursor_be32(&c, &words[i]))
            return false;
    if (!(words[0] & LAST) || words[2] > RPC_REPLY)
        return false;
    if (words[2] == RPC_CALL)
        return words[3] == 2 && words[4] == NFS_PROGRAM;
    return words[3] <= RPC_DENIED && nfs_note_find(s, NFS_NOTE_CALL, words[1]);
}

enum step { STEP_ON, STEP_MORE, STEP_SHORT_OF_MEMORY, STEP_BAD };

/* Nobody sees what a message has in later fragments. */
static enum step skip_fragment(struct app_session *s, enum direction direction, struct slice *rest,
                               uint32_t length)
{
    struct nfs_side *side = &nfs_of(s)->sides[direction];
    side->record = length;
    side->continued = true;
    add_to_frame(s, direction, slice_first(*rest, MARK));
    *rest = slice_from(*rest, MARK);
    return STEP_ON;
}

/* A record from its mark on. */
static enum step take_record(struct app_session *s, const struct app_input *in, struct slice *rest,
                             size_t *need)
{
    struct nfs_side *side = &nfs_of(s)->sides[in->direction];
    struct reading r;
    *need = MARK;
    if (rest->n < MARK)
        return in->last ? STEP_BAD : STEP_MORE;
    uint32_t mark = mark_of(*rest), length = mark & ~(uint32_t)LAST;
    if (side->continued) {
        enum step on = skip_fragment(s, in->direction, rest, length);
        side->continued = !(mark & LAST);
        return on;
    }
    size_t head = length < HEAD_MOST ? length : HEAD_MOST;
    struct slice there = slice_first(slice_from(*rest, MARK), head);
    if (there.n < head && there.n < FIRST_LOOK && !in->last) {
        *need = MARK + (head < FIRST_LOOK ? head : FIRST_LOOK);
        return STEP_MORE;
    }
    read_message(s, there, &r);
    if (r.head_read && !is_rpc(&r.head))
        return STEP_BAD;
    if (!r.read && there.n < head && !in->last) {
        *need = MARK + (head < there.n * 2 ? head : there.n * 2);
        return STEP_MORE;
    }
    if (!r.head_read && mark & LAST) {
        nfs_frame_add(s, in->direction, *rest);
        nfs_frame_end(s, in->direction);
        return STEP_BAD;
    }
    if (!r.head_read)
        return skip_fragment(s, in->direction, rest, length);
    size_t taken;
    uint32_t data;
    lay_out(s, in->direction, &r, MARK);
    if (!take_message(s, in->direction, &r, side, there.n, &taken, &data))
        return STEP_SHORT_OF_MEMORY;
    side->data = data < length - taken ? data : length - taken;
    side->record = length - taken - side->data;
    side->continued = !(mark & LAST);
    add_to_frame(s, in->direction, slice_first(*rest, MARK + taken));
    *rest = slice_from(*rest, MARK + taken);
    if (!side->data)
        end_data(s, in->direction, side);
    app_raw_wanted(s, in->direction);
    return STEP_ON;
}

static void skip(struct app_session *s, enum direction direction, struct slice *rest)
{
    struct nfs_side *side = &nfs_of(s)->sides[direction];
    size_t n = side->record < rest->n ? (size_t)side->record : rest->n;
    side->record -= n;
    add_to_frame(s, direction, slice_first(*rest, n));
    *rest = slice_from(*rest, n);
}

/* Behind a gap: passes over bytes until a message begins. */
static enum step find_record(struct app_session *s, const struct app_input *in, struct slice *rest,
                             size_t *need)
{
    struct nfs_side *side = &nfs_of(s)->sides[in->direction];
    *need = LOOK;
    for (; rest->n >= LOOK; *rest = slice_from(*rest, 1))
        if (begins_here(s, *rest)) {
            side->lost = false;
            return STEP_ON;
        }
    if (!in->last)
        return STEP_MORE;
    *rest = slice_of(NULL, 0);
    return STEP_ON;
}

static enum step step(struct app_session *s, const struct app_input *in, struct slice *rest, size_t *need)
{
    struct nfs_side *side = &nfs_of(s)->sides[in->direction];
    if (side->data)
        take_data(s, in->direction, side, rest);
    else if (side->record)
        skip(s, in->direction, rest);
    else if (side->lost)
        return find_record(s, in, rest, need);
    else
        return take_record(s, in, rest, need);
    return STEP_ON;
}

/* As in Suricata nothing is read after it; a transaction of its own says so. */
static enum parse_status broken(struct app_session *s, enum direction direction)
{
    struct nfs_tx *tx = (struct nfs_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_GIVE_UP;
    tx->broken = tx->tx.logged = true;
    malformed(s, tx, direction);
    app_tx_one_sided(s, &tx->tx, direction);
    app_tx_complete(s, &tx->tx, direction);
    return PARSE_BAD;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct slice rest = in->bytes;
    enum step answer = STEP_ON;
    size_t need = 0;
    taken->bytes = in->bytes.n;
    if (in->datagram)
        return take_datagram(s, in);
    while (rest.n && !app_full(s) && answer == STEP_ON)
        answer = step(s, in, &rest, &need);
    taken->bytes = in->bytes.n - rest.n;
    if (answer == STEP_MORE)
        taken->need = need;
    if (answer == STEP_SHORT_OF_MEMORY)
        return PARSE_GIVE_UP;
    if (answer != STEP_BAD)
        return PARSE_OK;
    return broken(s, in->direction);
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct nfs_side *side = &nfs_of(s)->sides[direction];
    uint64_t n = bytes < side->data ? bytes : side->data;
    nfs_frame_end(s, direction); /* what there is of it */
    if (n && side->file)
        nfs_file_gap(s, direction, side->file, n);
    if (n && n == side->data)
        end_data(s, direction, side);
    side->data -= n;
    bytes -= n;
    n = bytes < side->record ? bytes : side->record;
    side->record -= n;
    if (bytes > n) {
        side->continued = false;
        side->lost = true;
    }
    return PARSE_OK;
}

static void end(struct app_session *s, enum direction direction)
{
    nfs_frame_end(s, direction); /* what there is of it */
    nfs_files_end(s, direction);
}

static void close_nfs(struct app_session *s)
{
    for (int d = 0; d < DIRECTIONS; d++)
        nfs_frame_drop(s, (enum direction)d);
    nfs_notes_fini(s);
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct nfs_tx *nfs = (struct nfs_tx *)tx;
    nfs_tx_gone(s, nfs);
    buf_fini(&nfs->frame);
    for (int i = 0; i < NFS_TEXTS; i++)
        buf_fini(&nfs->texts[i]);
    app_memory_give(s, nfs->memory);
}

const struct app_parser nfs_parser = {
    .proto = APP_NFS,
    .state_size = sizeof(struct nfs),
    .tx_size = sizeof(struct nfs_tx),
    .close = close_nfs,
    .parse = parse,
    .gap = gap,
    .end = end,
    .tx_free = tx_free,
    .buffer = nfs_buffer,
};
