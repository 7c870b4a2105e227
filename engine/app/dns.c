/* DNS over UDP and TCP (RFC 1035): see dns.h. */
#include "app/parser.h"
#include "app/session.h"
#include "base/cursor.h"

struct dns_tx {
    struct app_tx tx;
    uint8_t name[256];
    size_t length;
};

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    (void)taken;
    struct dns_tx *tx = (struct dns_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_BAD;
    struct cursor c = cursor_of(in->bytes);
    uint8_t n;
    cursor_skip(&c, 12);
    while (cursor_u8(&c, &n) && n && n < 64) {
        struct slice label;
        if (!cursor_bytes(&c, n, &label) || tx->length + n > 250)
            break;
        if (tx->length)
            tx->name[tx->length++] = '.';
        memcpy(tx->name + tx->length, label.p, n);
        tx->length += n;
    }
    app_tx_one_sided(s, &tx->tx, in->direction);
    app_tx_complete(s, &tx->tx, in->direction);
    return PARSE_OK;
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    (void)s;
    (void)direction;
    struct dns_tx *dns = (struct dns_tx *)tx;
    if (id != BUFFER_DNS_QUERY || index)
        return BUFFER_NONE;
    *out = (struct view_buffer){.bytes = slice_of(dns->name, dns->length), .first = true, .last = true};
    return BUFFER_HERE;
}

const struct app_parser dns_parser = {
    .proto = APP_DNS,
    .tx_size = sizeof(struct dns_tx),
    .parse = parse,
    .buffer = buffer,
};
