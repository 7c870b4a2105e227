/*
 * What a request is for: its target taken apart, and the host that it or the field Host names (RFC 9112,
 * 3.2). Made at the first question.
 */
#include "app/http/http_target.h"

#include <ctype.h>
#include <strings.h>

struct http_uri http_target(struct http_tx *tx)
{
    const uint8_t *block = tx->sides[TO_SERVER].head.bytes.p;
    if (!tx->has_target)
        return (struct http_uri){0};
    if (tx->uri_within != block) { /* it has moved as it grew */
        struct slice target = http_line_part(tx, TO_SERVER, tx->target);
        tx->uri = tx->method_kind == HTTP_CONNECT ? http_authority_read(target) : http_uri_read(target);
        tx->uri_within = block;
    }
    return tx->uri;
}

/* False: it was made before. */
static bool make(struct http_tx *tx, enum http_made which, struct buf **out)
{
    struct http_side *side = &tx->sides[TO_SERVER];
    bool made = side->made_already & 1u << which;
    side->made_already |= 1u << which;
    *out = &side->made[which];
    return !made;
}

static struct slice never_null(const struct buf *b)
{
    return b->n ? buf_slice(b) : slice_str("");
}

struct slice http_path(struct http_tx *tx)
{
    struct buf *out;
    struct http_uri uri = http_target(tx);
    if (!uri.path.p)
        return slice_of(NULL, 0);
    if (make(tx, HTTP_MADE_PATH, &out) && http_append_path(out, uri.path))
        buf_clear(out);
    return never_null(out);
}

struct slice http_target_host(struct http_tx *tx)
{
    struct buf *out;
    struct http_uri uri = http_target(tx);
    if (!uri.host.p)
        return slice_of(NULL, 0);
    if (make(tx, HTTP_MADE_TARGET_HOST, &out) && http_append_host(out, uri.host))
        buf_clear(out);
    return never_null(out);
}

static struct http_uri field_host(const struct http_tx *tx)
{
    struct slice field = http_header(tx, TO_SERVER, HTTP_FIELD_HOST);
    while (field.n && http_is_space(field.p[0]))
        field = slice_from(field, 1);
    struct http_uri host = field.p ? http_authority_read(field) : (struct http_uri){0};
    while (host.host.n && http_is_space(host.host.p[host.host.n - 1]))
        host.host.n--;
    if (host.host.n && host.host.p[0] == '[' && host.host.p[host.host.n - 1] != ']') /* that has no end */
        host.host = slice_str("");
    return host;
}

/* In small letters, without what may follow. */
struct slice http_host(struct http_tx *tx)
{
    struct buf *out;
    if (make(tx, HTTP_MADE_HOST, &out)) {
        struct slice host = http_target_host(tx);
        if (!host.p)
            host = field_host(tx).host;
        if (buf_reserve(out, host.n))
            host.n = 0;
        for (size_t i = 0; i < host.n && host.p[i] != '/' && host.p[i] != '?' && host.p[i] != '#'; i++)
            out->p[out->n++] = (uint8_t)tolower(host.p[i]);
    }
    return out->n ? buf_slice(out) : slice_of(NULL, 0);
}

static bool same_host(struct slice a, struct slice b)
{
    return a.n == b.n && (!a.n || strncasecmp((const char *)a.p, (const char *)b.p, a.n) == 0);
}

void http_look_at_host(struct app_session *s, struct http_tx *tx)
{
    struct slice field = http_header(tx, TO_SERVER, HTTP_FIELD_HOST), named = http_target_host(tx);
    struct http_uri target = http_target(tx), host = field_host(tx);
    tx->host_known = true;
    tx->port = named.p ? target.port : host.port;
    if (tx->sides[TO_SERVER].coding == HTTP_CODING_CHUNKED)
        http_host(tx); /* as it is before a trailer may add to it */
    if (!field.p && tx->sides[TO_SERVER].version >= HTTP_VERSION_1_1)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_HTTP_MISSING_HOST_HEADER);
    if (field.p && named.p &&
        (!same_host(named, host.host) || (target.port && host.port && target.port != host.port)))
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_HTTP_HOST_HEADER_AMBIGUOUS);
    if (named.p && (target.odd_port || !http_host_is_valid(named)))
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_HTTP_REQUEST_URI_HOST_INVALID);
    if (field.p && (host.odd_port || !http_host_is_valid(host.host)))
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_HTTP_REQUEST_HEADER_HOST_INVALID);
}
