/*
 * The RFB parser: each message of the handshake is awaited from one side (RFC 6143, 7.1 to 7.3).
 *
 *   server's version, client's version,
 *     3.3: TYPE (server)            later: TYPES (server), SELECTION (client)
 *   VNC: CHALLENGE (server), RESPONSE (client), RESULT (server) [, REASON]; no password: nothing
 *   CLIENT_INIT, SERVER_INIT
 *
 * As in Suricata no result is awaited without a password, and bytes from the side that is not awaited are the
 * event "confused_state", after which nothing is read.
 */
#include "app/rfb/rfb.h"
#include "app/answer.h"
#include "app/session.h"
#include "base/cursor.h"

enum state {
    SERVER_VERSION,
    CLIENT_VERSION,
    TYPE,
    TYPES,
    SELECTION,
    CHALLENGE,
    RESPONSE,
    RESULT,
    REASON,
    CLIENT_INIT,
    SERVER_INIT,
    FAILED, /* the server has said no */
    OPEN,   /* the handshake is over */
};

struct rfb {
    struct rfb_tx *tx;
    uint8_t state; /* enum state */
};

enum outcome { TAKEN, MORE, BAD };

static bool from_client(uint8_t state)
{
    return state == CLIENT_VERSION || state == SELECTION || state == RESPONSE || state == CLIENT_INIT;
}

static bool frames_wanted(const struct app_session *s)
{
    return app_wanted(s, BUFFER_RFB_FRAME_PDU);
}

static bool keep(struct app_session *s, struct rfb_tx *tx, struct buf *b, struct slice bytes)
{
    return app_memory_append_own(s, &tx->memory, b, bytes, SIZE_MAX);
}

static void keep_piece(struct app_session *s, struct rfb_tx *tx, enum direction direction, struct slice bytes)
{
    struct rfb_side *side = &tx->sides[direction];
    if (!frames_wanted(s) || side->count == RFB_PIECES_MOST || !keep(s, tx, &side->pieces, bytes))
        return;
    side->ends[side->count++] = (uint32_t)side->pieces.n;
}

static void complete(struct app_session *s, struct rfb_tx *tx)
{
    app_tx_complete(s, &tx->tx, TO_SERVER);
    app_tx_complete(s, &tx->tx, TO_CLIENT);
}

/* The state behind the choice of a type of security. False: one that is not followed. */
static bool enter_security(struct rfb *rfb, uint32_t type)
{
    if (type == RFB_NO_PASSWORD)
        rfb->state = CLIENT_INIT;
    else if (type == RFB_VNC)
        rfb->state = CHALLENGE;
    return type == RFB_NO_PASSWORD || type == RFB_VNC;
}

static enum outcome take_version(struct rfb *rfb, enum direction direction, struct cursor *c)
{
    struct rfb_side *server = &rfb->tx->sides[TO_CLIENT], *side = &rfb->tx->sides[direction];
    struct slice version;
    if (!cursor_bytes(c, RFB_VERSION, &version))
        return MORE;
    memcpy(side->version, version.p, RFB_VERSION);
    if (rfb->state == SERVER_VERSION)
        rfb->state = CLIENT_VERSION;
    else
        rfb->state = memcmp(server->version, "RFB 003.003", RFB_VERSION - 1) == 0 ? TYPE : TYPES;
    return TAKEN;
}

static enum outcome unimplemented(struct app_session *s, struct rfb_tx *tx, enum direction direction)
{
    app_tx_event(s, &tx->tx, direction, APP_EVENT_RFB_UNIMPLEMENTED_SECURITY_TYPE);
    return BAD;
}

/* 7.1.2 as version 3.3 has it: the server decides. */
static enum outcome take_type(struct app_session *s, struct rfb *rfb, struct cursor *c)
{
    uint32_t type;
    if (!cursor_be32(c, &type))
        return MORE;
    if (type == 0)
        rfb->state = REASON;
    else if (!enter_security(rfb, type))
        return unimplemented(s, rfb->tx, TO_CLIENT);
    rfb->tx->has_type = true;
    rfb->tx->type = type;
    return TAKEN;
}

static enum outcome take_types(struct rfb *rfb, struct cursor *c)
{
    uint8_t count;
    if (!cursor_u8(c, &count) || !cursor_skip(c, count))
        return MORE;
    rfb->state = count ? SELECTION : REASON;
    return TAKEN;
}

static enum outcome take_selection(struct app_session *s, struct rfb *rfb, struct cursor *c)
{
    uint8_t type;
    if (!cursor_u8(c, &type))
        return MORE;
    rfb->tx->has_type = true;
    rfb->tx->type = type;
    return enter_security(rfb, type) ? TAKEN : unimplemented(s, rfb->tx, TO_SERVER);
}

static enum outcome take_block(struct rfb *rfb, struct cursor *c, uint8_t *out, bool *has, enum state next)
{
    struct slice bytes;
    if (!cursor_bytes(c, RFB_CHALLENGE, &bytes))
        return MORE;
    memcpy(out, bytes.p, RFB_CHALLENGE);
    *has = true;
    rfb->state = (uint8_t)next;
    return TAKEN;
}

/* 7.1.3: a reason follows from version 3.8 on. */
static enum outcome take_result(struct app_session *s, struct rfb *rfb, struct cursor *c)
{
    struct rfb_tx *tx = rfb->tx;
    uint32_t result;
    if (!cursor_be32(c, &result))
        return MORE;
    if (result > 1) {
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_RFB_UNKNOWN_SECURITY_RESULT);
        return BAD;
    }
    tx->succeeded = result == 0;
    bool old = memcmp(tx->sides[TO_CLIENT].version, "RFB 003.003", RFB_VERSION - 1) == 0 ||
               memcmp(tx->sides[TO_CLIENT].version, "RFB 003.007", RFB_VERSION - 1) == 0;
    rfb->state = tx->succeeded ? CLIENT_INIT : old ? FAILED : REASON;
    if (rfb->state == FAILED)
        complete(s, tx);
    return TAKEN;
}

/* A text behind its length; of one that is too long what has come by then. */
static enum outcome take_text(struct app_session *s, struct rfb_tx *tx, struct cursor *c)
{
    struct slice text;
    uint32_t n;
    if (!cursor_be32(c, &n))
        return MORE;
    bool cut = n > RFB_TEXT_MOST;
    if (!cursor_bytes(c, cut ? (size_t)RFB_TEXT_MOST : n, &text))
        return MORE;
    if (cut)
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_RFB_TOO_LONG_STRING);
    keep(s, tx, &tx->text, text);
    return TAKEN;
}

static enum outcome take_reason(struct app_session *s, struct rfb *rfb, struct cursor *c)
{
    enum outcome outcome = take_text(s, rfb->tx, c);
    if (outcome != TAKEN)
        return outcome;
    rfb->tx->has_reason = true;
    rfb->state = FAILED;
    complete(s, rfb->tx);
    return TAKEN;
}

static enum outcome take_client_init(struct rfb *rfb, struct cursor *c)
{
    uint8_t shared;
    if (!cursor_u8(c, &shared))
        return MORE;
    rfb->tx->has_shared = true;
    rfb->tx->shared = shared;
    rfb->state = SERVER_INIT;
    return TAKEN;
}

static enum outcome take_server_init(struct app_session *s, struct rfb *rfb, struct cursor *c)
{
    enum { NAME_LENGTH = 4 };
    struct slice head;
    if (!cursor_bytes(c, RFB_SERVER_INIT - NAME_LENGTH, &head))
        return MORE;
    enum outcome outcome = take_text(s, rfb->tx, c);
    if (outcome != TAKEN)
        return outcome;
    memcpy(rfb->tx->init, head.p, head.n);
    rfb->tx->has_init = true;
    rfb->state = OPEN;
    complete(s, rfb->tx);
    return TAKEN;
}

static enum outcome take_message(struct app_session *s, enum direction direction, struct cursor *c)
{
    struct rfb *rfb = s->state;
    switch (rfb->state) {
    case SERVER_VERSION:
    case CLIENT_VERSION:
        return take_version(rfb, direction, c);
    case TYPE:
        return take_type(s, rfb, c);
    case TYPES:
        return take_types(rfb, c);
    case SELECTION:
        return take_selection(s, rfb, c);
    case CHALLENGE:
        return take_block(rfb, c, rfb->tx->challenge, &rfb->tx->has_challenge, RESPONSE);
    case RESPONSE:
        return take_block(rfb, c, rfb->tx->response, &rfb->tx->has_response, RESULT);
    case RESULT:
        return take_result(s, rfb, c);
    case REASON:
        return take_reason(s, rfb, c);
    case CLIENT_INIT:
        return take_client_init(rfb, c);
    default:
        return take_server_init(s, rfb, c);
    }
}

static enum parse_status confused(struct app_session *s, struct rfb_tx *tx, enum direction direction)
{
    app_tx_event(s, &tx->tx, direction, APP_EVENT_RFB_CONFUSED_STATE);
    return PARSE_BAD;
}

static bool is_awaited(const struct rfb *rfb, enum direction direction)
{
    return rfb->state != FAILED && from_client(rfb->state) == (direction == TO_SERVER);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct rfb *rfb = s->state;
    if (rfb->state == SERVER_VERSION && in->direction == TO_SERVER)
        return PARSE_GIVE_UP; /* as in Suricata a client that speaks first is not followed */
    if (!rfb->tx && rfb->state != OPEN)
        rfb->tx = (struct rfb_tx *)app_tx_new(s);
    if (!rfb->tx && rfb->state != OPEN)
        return PARSE_GIVE_UP;
    while (taken->bytes < in->bytes.n && rfb->state != OPEN) {
        struct slice rest = slice_from(in->bytes, taken->bytes);
        struct cursor c = cursor_of(rest);
        if (!is_awaited(rfb, in->direction))
            return confused(s, rfb->tx, in->direction);
        bool framed = rfb->state != REASON;
        enum outcome outcome = take_message(s, in->direction, &c);
        if (outcome == MORE) {
            taken->need = rest.n + 1;
            return PARSE_OK;
        }
        if (outcome == BAD && rfb->state == TYPE)
            return PARSE_BAD;
        if (framed)
            keep_piece(s, rfb->tx, in->direction, slice_first(rest, c.at));
        app_tx_changed(s, &rfb->tx->tx, in->direction);
        app_raw_wanted(s, in->direction);
        if (outcome == BAD)
            return PARSE_BAD;
        taken->bytes += c.at;
    }
    if (rfb->state == OPEN)
        taken->bytes = in->bytes.n; /* of what comes then nothing is read */
    return PARSE_OK;
}

/* What is missing was awaited, or is not read any more. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    const struct rfb *rfb = s->state;
    (void)direction;
    (void)bytes;
    return rfb->state == OPEN ? PARSE_OK : PARSE_SIDE_DONE;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct rfb_tx *rfb_tx = (struct rfb_tx *)tx;
    struct rfb *rfb = s->state;
    for (int d = 0; d < DIRECTIONS; d++)
        buf_fini(&rfb_tx->sides[d].pieces);
    buf_fini(&rfb_tx->text);
    app_memory_give(s, rfb_tx->memory);
    rfb->tx = NULL;
}

static enum buffer_answer piece(const struct rfb_side *side, unsigned index, struct view_buffer *out)
{
    if (index >= side->count)
        return BUFFER_NONE;
    uint32_t at = index ? side->ends[index - 1] : 0;
    return answer_bytes(slice_of(side->pieces.p + at, side->ends[index] - at), out);
}

static enum buffer_answer what_is_there(const struct rfb_tx *tx, enum direction direction, enum buffer_id id,
                                        unsigned index, struct view_buffer *out)
{
    enum { SUCCEEDED = 0 };
    switch (id) {
    case BUFFER_RFB_FRAME_PDU:
        return piece(&tx->sides[direction], index, out);
    case BUFFER_RFB_SECTYPE:
        return tx->has_type && !index ? answer_number(tx->type, out) : BUFFER_NONE;
    case BUFFER_RFB_SECRESULT:
        return tx->succeeded && !index ? answer_number(SUCCEEDED, out) : BUFFER_NONE;
    case BUFFER_RFB_NAME:
        return tx->has_init && tx->text.n && !index ? answer_bytes(buf_slice(&tx->text), out) : BUFFER_NONE;
    default:
        return BUFFER_NONE;
    }
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    (void)s;
    if (what_is_there((const struct rfb_tx *)tx, direction, id, index, out) == BUFFER_HERE)
        return BUFFER_HERE;
    return tx->complete[direction] ? BUFFER_NONE : BUFFER_LATER;
}

const struct app_parser rfb_parser = {
    .proto = APP_RFB,
    .state_size = sizeof(struct rfb),
    .tx_size = sizeof(struct rfb_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
