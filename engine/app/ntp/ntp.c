#include "app/ntp/ntp.h"

#include "app/answer.h"
#include "app/session.h"
#include "base/cursor.h"

enum { FIXED = 48, REFERENCE_AT = 12, DIGEST = 20 };

/*
 * RFC 5905, 7.5: nothing, a digest, or fields and a digest. As Suricata counts it, a field's length is that
 * of its value, and fields end where less than a digest would be left.
 */
static bool extension_fits(struct slice rest)
{
    struct cursor c = cursor_of(rest);
    uint16_t type, length;
    if (rest.n <= DIGEST)
        return rest.n == 0 || rest.n == DIGEST;
    return cursor_be16(&c, &type) && cursor_be16(&c, &length) && cursor_skip(&c, length) &&
           cursor_left(&c) >= DIGEST;
}

bool ntp_message_read(struct slice datagram, struct ntp_message *out)
{
    if (datagram.n < FIXED)
        return false;
    uint8_t first = datagram.p[0];
    *out = (struct ntp_message){.version = first >> 3 & 7, .mode = first & 7, .stratum = datagram.p[1]};
    memcpy(out->reference, datagram.p + REFERENCE_AT, NTP_REFERENCE);
    return out->version == 3 || (out->version == 4 && extension_fits(slice_from(datagram, FIXED)));
}

/* As in Suricata what is none passes in silence. */
static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct ntp_message message;
    taken->bytes = in->bytes.n;
    if (!ntp_message_read(in->bytes, &message))
        return PARSE_OK;
    struct ntp_tx *tx = (struct ntp_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_GIVE_UP;
    tx->message = message;
    app_tx_one_sided(s, &tx->tx, in->direction);
    app_tx_complete(s, &tx->tx, in->direction);
    return PARSE_OK;
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct ntp_message *m = &((const struct ntp_tx *)tx)->message;
    (void)s;
    if (tx->unseen[direction] || index)
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_NTP_VERSION:
        return answer_number(m->version, out);
    case BUFFER_NTP_MODE:
        return answer_number(m->mode, out);
    case BUFFER_NTP_STRATUM:
        return answer_number(m->stratum, out);
    case BUFFER_NTP_REFERENCE_ID:
        return answer_bytes(slice_of(m->reference, NTP_REFERENCE), out);
    default:
        return BUFFER_NONE;
    }
}

const struct app_parser ntp_parser = {
    .proto = APP_NTP,
    .tx_size = sizeof(struct ntp_tx),
    .parse = parse,
    .buffer = buffer,
};
