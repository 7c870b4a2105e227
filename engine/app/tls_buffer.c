/* The tls.*, ja3*.* and ja4.* buffers of a handshake. */
#include "app/tls.h"
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

/* A single text: what is not there yet may come as long as its message may. */
static enum buffer_answer single(struct slice text, bool final, unsigned index, struct view_buffer *out)
{
    if (!index && text.n)
        return text_here(text, out);
    return final ? BUFFER_NONE : BUFFER_LATER;
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

static enum buffer_answer alpn(const struct tls_side *side, bool final, unsigned index,
                               struct view_buffer *out)
{
    struct slice name = tls_alpn(side, index);
    if (name.p)
        return text_here(name, out);
    return final ? BUFFER_NONE : BUFFER_LATER;
}

static enum buffer_answer certificate_buffer(const struct tls_certificate *c, bool final, enum buffer_id id,
                                             unsigned index, struct view_buffer *out)
{
    switch (id) {
    case BUFFER_TLS_CERTS:
        if (index < c->count)
            return text_here(slice_first(slice_from(buf_slice(&c->chain), c->certificates[index].at),
                                         c->certificates[index].n),
                             out);
        return final ? BUFFER_NONE : BUFFER_LATER;
    case BUFFER_TLS_CERT_SUBJECT:
        return single(buf_slice(&c->subject), final, index, out);
    case BUFFER_TLS_CERT_ISSUER:
        return single(buf_slice(&c->issuer), final, index, out);
    case BUFFER_TLS_CERT_SERIAL:
        return single(buf_slice(&c->serial), final, index, out);
    case BUFFER_TLS_CERT_FINGERPRINT:
        return single(buf_slice(&c->fingerprint), final, index, out);
    case BUFFER_TLS_SUBJECTALTNAME:
        if (index < c->alternative_name_count)
            return text_here(buf_slice(&c->alternative_names[index]), out);
        return final ? BUFFER_NONE : BUFFER_LATER;
    case BUFFER_TLS_CERT_CHAIN_LEN:
        return !index && c->count ? number_here(c->count, out) : final ? BUFFER_NONE : BUFFER_LATER;
    case BUFFER_TLS_CERT_NOTBEFORE:
        return !index && c->parsed ? number_here((uint64_t)c->not_before, out)
               : final             ? BUFFER_NONE
                                   : BUFFER_LATER;
    case BUFFER_TLS_CERT_NOTAFTER:
        return !index && c->parsed ? number_here((uint64_t)c->not_after, out)
               : final             ? BUFFER_NONE
                                   : BUFFER_LATER;
    default:
        return BUFFER_NONE;
    }
}

static enum buffer_answer random_part(const struct tls_side *side, enum buffer_id id, unsigned index,
                                      struct view_buffer *out)
{
    enum { TIME = 4 };
    struct slice all = slice_of(side->random, TLS_RANDOM);
    if (index)
        return BUFFER_NONE;
    if (id == BUFFER_TLS_RANDOM_TIME)
        all = slice_first(all, TIME);
    else if (id == BUFFER_TLS_RANDOM_BYTES)
        all = slice_from(all, TIME);
    return text_here(all, out);
}

static enum buffer_answer hello_buffer(const struct tls_tx *tx, const struct tls_side *side, bool final,
                                       enum buffer_id id, unsigned index, struct view_buffer *out)
{
    switch (id) {
    case BUFFER_TLS_SNI:
        if (!index && tx->has_server_name)
            return text_here(buf_slice(&tx->server_name), out);
        return BUFFER_NONE;
    case BUFFER_TLS_ALPN:
        return alpn(side, final, index, out);
    case BUFFER_TLS_RANDOM:
    case BUFFER_TLS_RANDOM_TIME:
    case BUFFER_TLS_RANDOM_BYTES:
        return random_part(side, id, index, out);
    case BUFFER_JA3_HASH:
    case BUFFER_JA3S_HASH:
        return single(slice_str(side->ja_hash), true, index, out);
    case BUFFER_JA3_STRING:
    case BUFFER_JA3S_STRING:
        return index || !side->ja_string.n ? BUFFER_NONE : text_here(buf_slice(&side->ja_string), out);
    case BUFFER_JA4_HASH:
        return single(slice_str(tx->ja4), true, index, out);
    default:
        return BUFFER_NONE;
    }
}

enum buffer_answer tls_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct tls_tx *tls = (const struct tls_tx *)tx;
    const struct tls_side *side = &tls->sides[direction];
    bool over = tx->complete[direction];
    (void)s;
    switch (id) {
    case BUFFER_TLS_VERSION:
        if (index)
            return BUFFER_NONE;
        return tls->version ? number_here(tls->version, out) : over ? BUFFER_NONE : BUFFER_LATER;
    case BUFFER_TLS_STATE:
        return index ? BUFFER_NONE : number_here(tls->state, out);
    case BUFFER_TLS_SNI:
    case BUFFER_TLS_ALPN:
    case BUFFER_TLS_RANDOM:
    case BUFFER_TLS_RANDOM_TIME:
    case BUFFER_TLS_RANDOM_BYTES:
    case BUFFER_JA3_HASH:
    case BUFFER_JA3_STRING:
    case BUFFER_JA3S_HASH:
    case BUFFER_JA3S_STRING:
    case BUFFER_JA4_HASH:
        if (!side->hello_seen)
            return over ? BUFFER_NONE : BUFFER_LATER;
        return hello_buffer(tls, side, true, id, index, out);
    default:
        return certificate_buffer(&side->certificate, over || side->certificates_seen, id, index, out);
    }
}
