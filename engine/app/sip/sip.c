/*
 * The SIP parser. A datagram is a message. In a stream its length says where a message ends (RFC 3261, 18.3),
 * and lines that begin none are passed over: so it goes on behind what is missing, or was never SIP.
 */
#include "app/sip/sip.h"

#include "app/session.h"
#include "app/sip/sip_tx.h"

struct sip_side {
    uint64_t skip;   /* bytes of a body of which enough was seen */
    size_t searched; /* so many bytes that are not taken hold no line end, then no end of the head */
    size_t whole;    /* bytes of the message, once its head is there; 0: not yet */
    bool begun;      /* what is not taken begins with a start line */
    bool inside;     /* ... begins inside a line that is passed over */
    bool cut;        /* its head is longer than is waited for */
};

struct sip {
    struct sip_side sides[DIRECTIONS];
};

static void drop(struct slice *rest, size_t n)
{
    *rest = slice_from(*rest, n);
}

static size_t line_breaks(struct slice s)
{
    size_t n = 0;
    while (n < s.n && (s.p[n] == '\r' || s.p[n] == '\n'))
        n++;
    return n;
}

/* RFC 3261, 7.5: empty lines in front mean nothing. */
static enum parse_status take_datagram(struct app_session *s, const struct app_input *in)
{
    struct sip_tx *tx;
    struct slice bytes = slice_from(in->bytes, line_breaks(in->bytes));
    return sip_tx_make(s, in->direction, bytes.n ? bytes : in->bytes, &tx) ? PARSE_OK : PARSE_GIVE_UP;
}

/* Looks for the next start line. False: more bytes are needed. */
static bool find_start(struct sip_side *side, struct slice *rest, bool last)
{
    struct sip_start start;
    if (!side->inside && !side->searched)
        drop(rest, line_breaks(*rest));
    size_t from = side->searched < rest->n ? side->searched : rest->n;
    const uint8_t *end = from < rest->n ? memchr(rest->p + from, '\n', rest->n - from) : NULL;
    if (!end && rest->n <= SIP_HEAD_MOST && !last) {
        side->searched = rest->n;
        return false;
    }
    size_t n = end ? (size_t)(end - rest->p) + 1 : rest->n;
    side->begun = !side->inside && n <= SIP_HEAD_MOST && sip_start_read(slice_first(*rest, n), &start);
    side->inside = !side->begun && !end;
    side->searched = side->begun && end ? n - 1 : 0;
    if (!side->begun)
        drop(rest, n);
    return true;
}

/* Looks for the end of the head, and learns how long the message is. False: more bytes are needed. */
static bool find_end(struct sip_side *side, struct slice rest, bool last)
{
    struct sip_message message;
    size_t head = sip_head_end(slice_first(rest, SIP_HEAD_MOST), &side->searched);
    if (!head && rest.n < SIP_HEAD_MOST && !last)
        return false;
    sip_message_read(slice_first(rest, head ? head : SIP_HEAD_MOST), &message);
    side->cut = !head && rest.n >= SIP_HEAD_MOST;
    uint64_t body = head ? sip_content_length(&message) : 0;
    uint64_t kept = body < SIP_BODY_MOST ? body : SIP_BODY_MOST;
    side->whole = message.all.n + (size_t)kept;
    side->skip = body - kept;
    return true;
}

static bool take_message(struct app_session *s, const struct app_input *in, struct sip_side *side,
                         struct slice *rest)
{
    struct sip_tx *tx;
    struct slice bytes = slice_first(*rest, side->whole);
    if (!sip_tx_make(s, in->direction, bytes, &tx))
        return false;
    if (tx && side->cut)
        app_tx_event(s, &tx->tx, in->direction, APP_EVENT_SIP_HEADERS_TOO_LONG);
    side->skip += side->whole - bytes.n; /* it ends in the body, or bytes of that are missing */
    app_raw_wanted(s, in->direction);
    drop(rest, bytes.n);
    side->begun = side->cut = false;
    side->whole = side->searched = 0;
    return true;
}

/* One step. False: *need bytes are needed for it. */
static bool step(struct sip_side *side, struct slice *rest, bool last, size_t *need)
{
    if (side->skip && !side->whole) {
        size_t n = side->skip < rest->n ? (size_t)side->skip : rest->n;
        side->skip -= n;
        drop(rest, n);
        return true;
    }
    bool more = side->begun ? side->whole || find_end(side, *rest, last) : find_start(side, rest, last);
    *need = rest->n + 1;
    if (!more || !side->whole)
        return more;
    *need = side->whole;
    return rest->n >= side->whole || last;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct sip *sip = s->state;
    struct sip_side *side = &sip->sides[in->direction];
    struct slice rest = in->bytes;
    enum parse_status status = PARSE_OK;
    taken->bytes = in->bytes.n;
    if (in->datagram)
        return take_datagram(s, in);
    while (rest.n && !app_full(s) && status == PARSE_OK) {
        size_t need;
        if (!step(side, &rest, in->last, &need)) {
            taken->need = need;
            break;
        }
        if (side->whole && !take_message(s, in, side, &rest))
            status = PARSE_GIVE_UP;
    }
    taken->bytes = in->bytes.n - rest.n;
    return status;
}

/* Behind missing bytes a message begins with the next start line. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct sip *sip = s->state;
    struct sip_side *side = &sip->sides[direction];
    if (bytes <= side->skip)
        side->skip -= bytes;
    else
        *side = (struct sip_side){0};
    return PARSE_OK;
}

const struct app_parser sip_parser = {
    .proto = APP_SIP,
    .state_size = sizeof(struct sip),
    .tx_size = sizeof(struct sip_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = sip_tx_free,
    .buffer = sip_buffer,
};
