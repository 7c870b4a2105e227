/*
 * The Kerberos parser: datagrams, or records behind four bytes of length (RFC 4120, 7.2.2). As in Suricata
 * what is broken, or of another type, passes in silence.
 */
#include "app/krb5/krb5.h"
#include "app/answer.h"
#include "app/session.h"
#include "base/cursor.h"

enum { RECORD_HEAD = 4, AS_REQ_TAG = 0x6a, TGS_REQ_TAG = 0x6c, TAG_NUMBER = 0x1f };

struct krb5 {
    uint8_t asked;
    uint64_t skip[DIRECTIONS]; /* bytes of a record that is too long to be one */
};

/* The fields of a transaction lie in its own copy of the message. */
static bool take_message(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct krb5 *krb5 = s->state;
    struct krb5_message message;
    if (bytes.n && (bytes.p[0] == AS_REQ_TAG || bytes.p[0] == TGS_REQ_TAG)) /* whole or not */
        krb5->asked = bytes.p[0] & TAG_NUMBER;
    if (!krb5_message_read(bytes, &message))
        return true;
    struct krb5_tx *tx = (struct krb5_tx *)app_tx_new(s);
    if (!tx)
        return false;
    app_memory_append(s, &tx->bytes, bytes);
    tx->message.type = message.type;
    if (tx->bytes.n)
        krb5_message_read(buf_slice(&tx->bytes), &tx->message);
    tx->asked = krb5->asked;
    if (message.has_encryption && krb5_encryption_weak(message.encryption)) /* the ticket's has a keyword */
        app_tx_event(s, &tx->tx, direction, APP_EVENT_KRB5_WEAK_ENCRYPTION);
    app_tx_one_sided(s, &tx->tx, direction);
    app_tx_complete(s, &tx->tx, direction);
    app_raw_wanted(s, direction);
    return true;
}

static size_t skip(struct krb5 *krb5, enum direction direction, size_t n)
{
    uint64_t *left = &krb5->skip[direction];
    n = *left < n ? (size_t)*left : n;
    *left -= n;
    return n;
}

static enum parse_status parse_stream(struct app_session *s, const struct app_input *in,
                                      struct app_taken *taken)
{
    struct krb5 *krb5 = s->state;
    struct slice rest = in->bytes;
    while (rest.n && !app_full(s)) {
        struct cursor c = cursor_of(rest);
        struct slice message;
        uint32_t n;
        if (krb5->skip[in->direction]) {
            rest = slice_from(rest, skip(krb5, in->direction, rest.n));
            continue;
        }
        if (!cursor_be32(&c, &n)) {
            taken->need = RECORD_HEAD;
            break;
        }
        if (n > KRB5_MESSAGE_MOST) {
            krb5->skip[in->direction] = (uint64_t)n + RECORD_HEAD;
            continue;
        }
        if (!cursor_bytes(&c, n, &message)) {
            taken->need = RECORD_HEAD + (size_t)n;
            break;
        }
        if (!take_message(s, in->direction, message))
            return PARSE_GIVE_UP;
        rest = slice_from(rest, c.at);
    }
    taken->bytes = in->bytes.n - rest.n;
    return PARSE_OK;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    if (!in->datagram)
        return parse_stream(s, in, taken);
    taken->bytes = in->bytes.n;
    return take_message(s, in->direction, in->bytes) ? PARSE_OK : PARSE_GIVE_UP;
}

/* As in Suricata neither side is read behind missing bytes. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct krb5 *krb5 = s->state;
    if (bytes > krb5->skip[direction])
        return PARSE_GIVE_UP;
    krb5->skip[direction] -= bytes;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct krb5_tx *krb5 = (struct krb5_tx *)tx;
    app_memory_give(s, krb5->bytes.n);
    buf_fini(&krb5->bytes);
}

static enum buffer_answer part(struct slice name, unsigned index, struct view_buffer *out)
{
    struct cursor c = cursor_of(name);
    struct slice found;
    if (index >= KRB5_PARTS_MOST)
        return BUFFER_NONE;
    do {
        if (!krb5_part_next(&c, &found))
            return BUFFER_NONE;
    } while (index--);
    return answer_bytes(found, out);
}

static enum buffer_answer number(int32_t value, bool there, struct view_buffer *out)
{
    return there ? answer_number((uint64_t)(int64_t)value, out) : BUFFER_NONE;
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct krb5_message *m = &((const struct krb5_tx *)tx)->message;
    (void)s;
    if (tx->unseen[direction])
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_KRB5_MSG_TYPE:
        return number(m->type, !index, out);
    case BUFFER_KRB5_ERR_CODE:
        return number(m->error, !index && m->type == KRB5_ERROR, out);
    case BUFFER_KRB5_TICKET_ENCRYPTION:
        return number(m->ticket, !index && m->has_encryption, out);
    case BUFFER_KRB5_CNAME:
        return part(m->cname, index, out);
    case BUFFER_KRB5_SNAME:
        return part(m->sname, index, out);
    default:
        return BUFFER_NONE;
    }
}

const struct app_parser krb5_parser = {
    .proto = APP_KRB5,
    .state_size = sizeof(struct krb5),
    .tx_size = sizeof(struct krb5_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
