/*
 * The stream of SMB, of each direction:
 *
 *   record head (RFC 1002, 4.3.1) -> message -> ... -> message -> record head
 *   message: looked at when it is whole (its first SMB_MESSAGE_MOST bytes), or, when it carries a file's
 * data, its head, then the data as it comes, then what is left
 *
 * 1. side.record, .message, .skip, .data count down what is left; .data and .skip are parts of the message,
 *    the message is one of the record.
 * 2. After a gap within a record the rest of it is passed over; past its end the next record is looked for.
 */
#include "app/smb/smb_data.h"
#include "app/smb/smb_frame.h"

enum { RECORD_HEAD = 4, MAGIC = 4 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* So many bytes were taken that belong to the record, and to the message once its head was read. */
static void advance(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct smb_side *side = &smb_of(s)->sides[direction];
    side->record -= (uint32_t)bytes.n;
    bool message = side->message;
    side->message -= (uint32_t)least(side->message, bytes.n);
    smb_frame_add(s, direction, 0, bytes);
    if (message)
        smb_frame_add(s, direction, 1, bytes);
    if (message && !side->message)
        smb_frame_end(s, direction, 1);
    if (!side->record)
        smb_frame_end(s, direction, 0);
}

/* Length in the three lower bytes; keep-alives and the start of a NetBIOS session are passed over. */
static size_t take_record_head(struct app_session *s, enum direction direction, struct slice rest,
                               size_t *need)
{
    enum { MESSAGE = 0, FIRST_OTHER = 0x81, LAST_OTHER = 0x85 };
    struct smb_side *side = &smb_of(s)->sides[direction];
    if (rest.n < RECORD_HEAD) {
        *need = RECORD_HEAD;
        return 0;
    }
    uint8_t type = rest.p[0];
    if (type != MESSAGE && (type < FIRST_OTHER || type > LAST_OTHER)) {
        smb_event(s, direction, APP_EVENT_SMB_MALFORMED_DATA);
        side->lost = true;
        return 1;
    }
    side->record = (uint32_t)rest.p[1] << 16 | (uint32_t)rest.p[2] << 8 | rest.p[3];
    side->skip = side->message = type == MESSAGE ? 0 : side->record;
    smb_frame_add(s, direction, 0, slice_first(rest, RECORD_HEAD));
    if (!side->record)
        smb_frame_end(s, direction, 0);
    return RECORD_HEAD;
}

static bool looks_like_magic(const uint8_t *p)
{
    return (p[0] == 0xff || p[0] == 0xfe || p[0] == 0xfd) && memcmp(p + 1, "SMB", 3) == 0;
}

/* Where the next record begins; all but what may be its begin is passed over. */
static size_t find_record(struct smb_side *side, struct slice rest, size_t *need)
{
    enum { LOOK = RECORD_HEAD + MAGIC };
    size_t at = 0;
    while (rest.n - at >= LOOK) {
        const uint8_t *zero = memchr(rest.p + at, 0, rest.n - at - (LOOK - 1));
        if (!zero) {
            at = rest.n - (LOOK - 1);
            break;
        }
        at = (size_t)(zero - rest.p);
        if (looks_like_magic(zero + RECORD_HEAD)) {
            side->lost = false;
            return at;
        }
        at++;
    }
    if (!at)
        *need = LOOK;
    return at;
}

/* The rest of the record is nothing that can be read. */
static void pass_record(struct smb_side *side)
{
    side->message = side->skip = side->record;
}

static bool read_head(struct slice rest, struct smb_head *head)
{
    return rest.p[0] == 0xff ? smb1_head_read(rest, head) : smb2_head_read(rest, head);
}

/* A file's data follows its message's head. */
static size_t begin_data(struct app_session *s, enum direction direction, const struct smb_head *head,
                         struct slice rest, const struct smb_stream *stream)
{
    struct smb_side *side = &smb_of(s)->sides[direction];
    size_t n = least(stream->head_size, side->message);
    smb_file_begin(s, direction, head, stream);
    if (direction == TO_CLIENT)
        smb_read_answered(s, head);
    n = least(n, rest.n);
    side->data = (uint32_t)least(stream->data, side->message - n);
    side->skip = side->message - (uint32_t)n - side->data;
    side->file = stream->file;
    return n;
}

static size_t begin_message(struct app_session *s, enum direction direction, struct slice rest, bool last,
                            struct smb_head *head, size_t *need)
{
    struct smb_side *side = &smb_of(s)->sides[direction];
    struct smb_stream stream;
    bool first = head->version == 1;
    if (first ? smb1_streams(s, direction, head, slice_first(rest, side->message), &stream)
              : smb2_streams(s, direction, head, slice_first(rest, side->message), &stream))
        return begin_data(s, direction, head, rest, &stream);
    size_t whole = least(side->message, SMB_MESSAGE_MOST);
    size_t wanted = stream.need && stream.need < whole ? stream.need : whole;
    if (rest.n < wanted && !last) {
        *need = wanted;
        return 0;
    }
    size_t n = least(whole, rest.n);
    side->skip = side->message - (uint32_t)n;
    (first ? smb1_message : smb2_message)(s, direction, head, slice_first(rest, n));
    return n;
}

/* What a message of a compound leaves out, the one before has said ([MS-SMB2] 3.2.4.1.4). */
static void complete_head(struct smb *smb, struct smb_head *head)
{
    if (head->version != 2)
        return;
    if (head->related && head->session == UINT64_MAX)
        head->session = smb->chained_session;
    if (head->related && head->tree == UINT32_MAX)
        head->tree = smb->chained_tree;
    smb->chained_session = head->session;
    smb->chained_tree = head->tree;
}

static size_t take_message(struct app_session *s, enum direction direction, struct slice rest, bool last,
                           size_t *need)
{
    enum { SMB1_HEAD_SIZE = 32, SMB2_HEAD_SIZE = 64 };
    struct smb *smb = smb_of(s);
    struct smb_side *side = &smb->sides[direction];
    struct smb_head head;
    size_t least_size = rest.n && rest.p[0] == 0xff ? SMB1_HEAD_SIZE : SMB2_HEAD_SIZE;
    if (rest.n < least(MAGIC, side->record) && !last) {
        *need = least(MAGIC, side->record);
        return 0;
    }
    if (rest.n < MAGIC || side->record < MAGIC || !looks_like_magic(rest.p)) {
        smb_event(s, direction, APP_EVENT_SMB_MALFORMED_DATA);
        pass_record(side);
        return 0;
    }
    if (rest.p[0] == 0xfd) { /* encrypted */
        side->frame_kind = SMB_FRAME_SMB3;
        pass_record(side);
        return 0;
    }
    if (side->record >= least_size && rest.n < least_size && !last) {
        *need = least_size;
        return 0;
    }
    if (!read_head(slice_first(rest, side->record), &head)) {
        smb_event(s, direction, APP_EVENT_SMB_MALFORMED_DATA);
        pass_record(side);
        return 0;
    }
    bool split = head.next >= head.size && head.next < side->record;
    side->message = split ? head.next : side->record;
    side->frame_kind = head.version == 1 ? SMB_FRAME_SMB1 : SMB_FRAME_SMB2;
    if (head.answer != (direction == TO_CLIENT)) { /* as in Suricata passed over in silence */
        side->skip = side->message;
        return 0;
    }
    complete_head(smb, &head);
    size_t n = begin_message(s, direction, rest, last, &head, need);
    if (!n)
        side->message = 0; /* its head will be read again */
    return n;
}

static size_t take_data(struct app_session *s, enum direction direction, struct slice rest)
{
    struct smb_side *side = &smb_of(s)->sides[direction];
    struct slice data = slice_first(rest, side->data);
    side->data -= (uint32_t)data.n;
    smb_file_data(s, direction, side->file, data);
    return data.n;
}

/* The next piece, whatever it is. 0: more bytes are needed, or nothing had to be taken. */
static size_t take(struct app_session *s, const struct app_input *in, struct slice rest, size_t *need)
{
    struct smb_side *side = &smb_of(s)->sides[in->direction];
    size_t n;
    if (side->lost)
        return find_record(side, rest, need);
    if (!side->record)
        return take_record_head(s, in->direction, rest, need);
    if (side->data)
        n = take_data(s, in->direction, rest);
    else if (side->skip) {
        n = least(side->skip, rest.n);
        side->skip -= (uint32_t)n;
    } else
        n = take_message(s, in->direction, rest, in->last, need);
    advance(s, in->direction, slice_first(rest, n));
    return n;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    while (taken->bytes < in->bytes.n && !app_full(s)) {
        size_t need = 0;
        taken->bytes += take(s, in, slice_from(in->bytes, taken->bytes), &need);
        if (need) {
            taken->need = need;
            break;
        }
    }
    return PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct smb_side *side = &smb_of(s)->sides[direction];
    bool inside = bytes <= side->record;
    uint32_t in_record = (uint32_t)(inside ? bytes : side->record);
    uint32_t in_data = (uint32_t)least(in_record, side->data);
    if (in_data)
        smb_file_gap(s, direction, side->file, in_data);
    side->data -= in_data;
    side->record -= in_record;
    side->message = side->record;
    side->skip = side->record - side->data;
    side->lost = !inside || !side->record;
    for (unsigned which = 0; which < 2; which++)
        smb_frame_end(s, direction, which); /* what there is of it */
    return PARSE_OK;
}

static void end(struct app_session *s, enum direction direction)
{
    smb_files_end(s, direction);
}

static void close_smb(struct app_session *s)
{
    struct smb *smb = s->state;
    smb_notes_fini(s, &smb->notes);
    smb_pipe_close(s);
    for (int d = 0; d < DIRECTIONS; d++)
        smb_frame_cut(s, (enum direction)d);
}

/* The notes that point at it point no more. */
static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct smb_tx *smb = (struct smb_tx *)tx;
    if (smb->file)
        smb_file_tx_gone(s, smb);
    smb_pipe_tx_free(s, smb);
    app_memory_give(s, smb->memory);
    buf_fini(&smb->text);
    buf_fini(&smb->frame);
}

const char *smb_dialect(const struct app_session *s)
{
    const struct smb *smb = s->state;
    switch (smb->dialect) {
    case 0:
        return smb->dialect_name[0] ? smb->dialect_name : "unknown";
    case 0x202:
        return "2.02";
    case 0x210:
        return "2.10";
    case 0x222:
        return "2.22";
    case 0x224:
        return "2.24";
    case 0x2ff:
        return "2.??";
    case 0x300:
        return "3.00";
    case 0x302:
        return "3.02";
    case 0x310:
        return "3.10";
    case 0x311:
        return "3.11";
    default:
        return "unknown";
    }
}

const struct app_parser smb_parser = {
    .proto = APP_SMB,
    .state_size = sizeof(struct smb),
    .tx_size = sizeof(struct smb_tx),
    .close = close_smb,
    .parse = parse,
    .gap = gap,
    .end = end,
    .tx_free = tx_free,
    .buffer = smb_buffer,
};
