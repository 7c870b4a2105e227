/*
 * The RDP parser: TPKT messages up to the server's Connect Response, or TLS records up to its certificates.
 * As in Suricata a message of the wrong side, or one that is broken, passes in silence, and anything else
 * ends the parsing.
 */
#include <errno.h>

#include "app/rdp/rdp.h"
#include "app/session.h"

enum { TLS_HEAD = 5, TLS_MAJOR = 3, TLS_FIRST = 0x14, TLS_HANDSHAKE = 0x16, TLS_LAST = 0x18 };
enum { TLS_RECORD_MOST = (16 << 10) + 2048 }; /* RFC 5246, 6.2.3 */

struct rdp {
    bool tls;
    bool done; /* nothing that is read follows, on either side */
};

static struct rdp_tx *add(struct app_session *s, enum direction direction, enum rdp_kind kind)
{
    struct rdp_tx *tx = (struct rdp_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    tx->kind = (uint8_t)kind;
    app_tx_one_sided(s, &tx->tx, direction);
    app_tx_complete(s, &tx->tx, direction);
    app_raw_wanted(s, direction);
    return tx;
}

static bool take_request(struct app_session *s, struct slice body)
{
    struct rdp_request request;
    if (!rdp_request_read(body, &request))
        return true;
    struct rdp_tx *tx = add(s, TO_SERVER, RDP_INITIAL_REQUEST);
    if (!tx)
        return false;
    tx->negotiation = request.negotiation;
    tx->has_cookie = request.has_cookie && app_memory_append(s, &tx->bytes, request.cookie);
    return true;
}

static bool take_confirm(struct app_session *s, struct slice body)
{
    struct rdp_negotiation negotiation;
    if (!rdp_confirm_read(body, &negotiation))
        return true;
    struct rdp_tx *tx = add(s, TO_CLIENT, RDP_INITIAL_RESPONSE);
    if (tx)
        tx->negotiation = negotiation;
    return tx;
}

static bool take_initial(struct app_session *s, struct slice body)
{
    struct slice blocks;
    if (!rdp_blocks(body, &blocks))
        return true;
    struct rdp_tx *tx = add(s, TO_SERVER, RDP_CONNECT_REQUEST);
    if (tx)
        app_memory_append(s, &tx->bytes, blocks);
    return tx;
}

static bool take_response(struct app_session *s)
{
    struct rdp *rdp = s->state;
    rdp->done = true;
    return add(s, TO_CLIENT, RDP_CONNECT_RESPONSE);
}

/* False: memory is short. */
static bool take_pdu(struct app_session *s, enum direction direction, struct slice content)
{
    struct slice body;
    enum rdp_pdu pdu = rdp_pdu_read(content, &body);
    if (direction == TO_SERVER)
        return pdu == RDP_PDU_REQUEST   ? take_request(s, body)
               : pdu == RDP_PDU_INITIAL ? take_initial(s, body)
                                        : true;
    return pdu == RDP_PDU_CONFIRM ? take_confirm(s, body) : pdu == RDP_PDU_RESPONSE ? take_response(s) : true;
}

static bool take_record(struct app_session *s, enum direction direction, struct slice record)
{
    struct rdp *rdp = s->state;
    struct buf serials = {0};
    if (direction != TO_CLIENT)
        return true;
    int found = rdp_tls_serials(record, &serials);
    struct rdp_tx *tx = found > 0 ? add(s, TO_CLIENT, RDP_TLS_HANDSHAKE) : NULL;
    if (tx) {
        rdp->done = true;
        app_memory_append(s, &tx->bytes, buf_slice(&serials));
    }
    buf_fini(&serials);
    return found >= 0 && (!found || tx);
}

/* Of the message or record at the start: its length, as far as that can be told. 0: more bytes are needed.
 * False: neither. */
static bool frame_length(const struct rdp *rdp, struct slice s, size_t *n)
{
    uint8_t first = s.p[0];
    *n = 0;
    if (!rdp->tls && first == TLS_MAJOR) {
        *n = s.n < RDP_TPKT_HEAD ? 0 : (size_t)s.p[2] << 8 | s.p[3];
        return s.n < RDP_TPKT_HEAD || *n >= RDP_TPKT_HEAD;
    }
    if (first < TLS_FIRST || first > TLS_LAST || (!rdp->tls && first != TLS_HANDSHAKE) ||
        (s.n > 1 && s.p[1] != TLS_MAJOR))
        return false;
    if (s.n >= TLS_HEAD)
        *n = TLS_HEAD + ((size_t)s.p[3] << 8 | s.p[4]);
    return *n <= TLS_HEAD + TLS_RECORD_MOST;
}

static bool take_frame(struct app_session *s, enum direction direction, struct slice frame)
{
    struct rdp *rdp = s->state;
    if (!rdp->tls && frame.p[0] == TLS_MAJOR)
        return take_pdu(s, direction, slice_from(frame, RDP_TPKT_HEAD));
    rdp->tls = true;
    return take_record(s, direction, frame);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct rdp *rdp = s->state;
    struct slice rest = in->bytes;
    while (rest.n && !rdp->done && !app_full(s)) {
        size_t n;
        if (!frame_length(rdp, rest, &n))
            return PARSE_BAD;
        if (!n || rest.n < n) {
            taken->need = n ? n : rest.n + 1;
            break;
        }
        if (!take_frame(s, in->direction, slice_first(rest, n)))
            return PARSE_GIVE_UP;
        rest = slice_from(rest, n);
    }
    taken->bytes = rdp->done ? in->bytes.n : in->bytes.n - rest.n;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct rdp_tx *rdp = (struct rdp_tx *)tx;
    app_memory_give(s, rdp->bytes.n);
    buf_fini(&rdp->bytes);
}

const struct app_parser rdp_parser = {
    .proto = APP_RDP,
    .state_size = sizeof(struct rdp),
    .tx_size = sizeof(struct rdp_tx),
    .parse = parse,
    .tx_free = tx_free,
};
