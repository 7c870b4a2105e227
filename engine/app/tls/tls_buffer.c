/* The tls.*, ja3*.* and ja4.* buffers of a handshake. */
#include "app/tls/tls_frame.h"
#include "app/session.h"

static enum buffer_answer text_here(struct slice text, struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = text, .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer number_here(uint64_t number, struct view_buffer *out)
{
    *out = (struct view_buffer){.number = number, .first = true, .last = true};
    return BUFFER_HERE;
}

/* The one instance of a text. */
static enum buffer_answer single(struct slice text, bool there, unsigned index, struct view_buffer *out)
{
    return !index && there ? text_here(text, out) : BUFFER_NONE;
}

bool tls_ja3_wanted(const struct app_session *session)
{
    return app_wanted(session, BUFFER_JA3_HASH) || app_wanted(session, BUFFER_JA3_STRING) ||
           app_wanted(session, BUFFER_JA3S_HASH) || app_wanted(session, BUFFER_JA3S_STRING);
}

const char *tls_tx_ja4(struct tls_tx *tx)
{
    if (!tx->ja4[0] && tx->ja4_kept.n) {
        tls_ja4_kept(buf_slice(&tx->ja4_kept), tx->ja4);
        buf_fini(&tx->ja4_kept);
    }
    return tx->ja4;
}

struct slice tls_alpn(const struct tls_side *side, unsigned index)
{
    size_t at = 0;
    while (at < side->alpn.n) {
        size_t n = side->alpn.p[at];
        if (!index--)
            return slice_first(slice_from(buf_slice(&side->alpn), at + 1), n);
        at += 1 + n;
    }
    return slice_of(NULL, 0);
}

/* `over`: nothing more will come of this side. */
static enum buffer_answer chain_length(const struct tls_side *side, bool over, unsigned index,
                                       struct view_buffer *out)
{
    over |= side->progress >= TLS_CERTIFICATE_DONE;
    return !index && over ? number_here(side->certificate ? side->certificate->count : 0, out) : BUFFER_NONE;
}

static enum buffer_answer certificate_buffer(struct tls_certificate *c, enum buffer_id id, unsigned index,
                                             struct view_buffer *out)
{
    struct slice name;
    switch (id) {
    case BUFFER_TLS_CERTS:
        if (index >= c->kept)
            return BUFFER_NONE;
        return text_here(tls_certificate_der(c, index), out);
    case BUFFER_TLS_CERT_SUBJECT:
        return single(buf_slice(&c->subject), c->parsed, index, out);
    case BUFFER_TLS_CERT_ISSUER:
        return single(buf_slice(&c->issuer), c->parsed, index, out);
    case BUFFER_TLS_CERT_SERIAL:
        return single(buf_slice(&c->serial), c->serial.n, index, out);
    case BUFFER_TLS_CERT_FINGERPRINT:
        return single(tls_certificate_fingerprint(c), c->parsed, index, out);
    case BUFFER_TLS_SUBJECTALTNAME:
        name = tls_certificate_name(c, index);
        return name.p ? text_here(name, out) : BUFFER_NONE;
    case BUFFER_TLS_CERT_NOTBEFORE:
        return !index && c->parsed ? number_here((uint64_t)c->not_before, out) : BUFFER_NONE;
    case BUFFER_TLS_CERT_NOTAFTER:
        return !index && c->parsed ? number_here((uint64_t)c->not_after, out) : BUFFER_NONE;
    default:
        return BUFFER_NONE;
    }
}

/*
 * As in Suricata: the whole random of a side is there with the *other* side's hello (zeros until its own has
 * come; of an SSLv2 hello there are only such), the parts of it with both, or with the other's when nothing
 * more will come of the side (`over`).
 */
static enum buffer_answer random_part(const struct tls_tx *tx, enum direction direction, bool over,
                                      enum buffer_id id, unsigned index, struct view_buffer *out)
{
    enum { TIME = 4 };
    struct slice all = slice_of(tx->sides[direction].random, TLS_RANDOM);
    bool there = tx->sides[!direction].hello_seen;
    if (id == BUFFER_TLS_RANDOM_TIME)
        all = slice_first(all, TIME);
    else if (id == BUFFER_TLS_RANDOM_BYTES)
        all = slice_from(all, TIME);
    if (id != BUFFER_TLS_RANDOM)
        there &= over || tx->sides[direction].progress >= TLS_HELLO_DONE;
    return single(all, there, index, out);
}

static enum buffer_answer hello_buffer(struct tls_tx *tx, enum direction direction, bool over,
                                       enum buffer_id id, unsigned index, struct view_buffer *out)
{
    struct tls_side *side = &tx->sides[direction];
    struct slice text;
    switch (id) {
    case BUFFER_TLS_SNI:
        return single(buf_slice(&tx->server_name), tx->server_name.p, index, out);
    case BUFFER_TLS_ALPN:
        text = tls_alpn(side, index);
        return text.p ? text_here(text, out) : BUFFER_NONE;
    case BUFFER_TLS_RANDOM:
    case BUFFER_TLS_RANDOM_TIME:
    case BUFFER_TLS_RANDOM_BYTES:
        return random_part(tx, direction, over, id, index, out);
    case BUFFER_JA3_HASH:
    case BUFFER_JA3S_HASH:
        return side->ja3 ? single(slice_str(side->ja3->hash), true, index, out) : BUFFER_NONE;
    case BUFFER_JA3_STRING:
    case BUFFER_JA3S_STRING:
        return side->ja3 ? single(slice_of(side->ja3->string, side->ja3->n), true, index, out) : BUFFER_NONE;
    case BUFFER_JA4_HASH:
        text = slice_str(tls_tx_ja4(tx));
        return single(text, text.n, index, out);
    case BUFFER_TLS_VERSION:
        return !index && side->version ? number_here(side->version, out) : BUFFER_NONE;
    case BUFFER_TLS_STATE:
        return index ? BUFFER_NONE : number_here(tx->state, out);
    case BUFFER_TLS_CERT_CHAIN_LEN:
        return chain_length(side, over, index, out);
    default:
        return side->certificate ? certificate_buffer(side->certificate, id, index, out) : BUFFER_NONE;
    }
}

/* Past which progress what is not there will not come. */
static enum tls_progress final_past(enum buffer_id id)
{
    switch (id) {
    case BUFFER_TLS_STATE:
    case BUFFER_TLS_VERSION:
    case BUFFER_TLS_RANDOM:
        return TLS_IN_PROGRESS;
    case BUFFER_TLS_SNI:
    case BUFFER_TLS_ALPN:
    case BUFFER_TLS_RANDOM_TIME:
    case BUFFER_TLS_RANDOM_BYTES:
    case BUFFER_JA3_HASH:
    case BUFFER_JA3_STRING:
    case BUFFER_JA3S_HASH:
    case BUFFER_JA3S_STRING:
    case BUFFER_JA4_HASH:
        return TLS_HELLO_DONE;
    default:
        return TLS_CERTIFICATE_DONE;
    }
}

enum buffer_answer tls_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    struct tls_tx *tls = (struct tls_tx *)tx;
    const struct tls_side *side = &tls->sides[direction];
    (void)s;
    if (id >= BUFFER_TLS_FRAME_PDU && id <= BUFFER_TLS_FRAME_SSL2_PDU)
        return tls_frame(tls, direction, id, index, out);
    if (tls->is_frame)
        return BUFFER_LATER; /* it is not absent: it is elsewhere */
    bool over = tx->complete[direction] && side->heard;
    enum buffer_answer answer = hello_buffer(tls, direction, over, id, index, out);
    if (answer == BUFFER_HERE)
        return answer;
    return over || side->progress > final_past(id) ? BUFFER_NONE : BUFFER_LATER;
}
