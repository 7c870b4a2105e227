#include "app/dhcp/dhcp.h"
#include "app/answer.h"
#include "app/session.h"

static bool fits(uint8_t code, size_t n)
{
    switch (code) {
    case DHCP_LEASE_TIME:
    case DHCP_RENEWAL_TIME:
    case DHCP_REBINDING_TIME:
        return n == sizeof(uint32_t);
    case DHCP_CLIENT_ID:
        return n > 0;
    default:
        return true;
    }
}

enum dhcp_answer dhcp_option_next(struct cursor *c, struct dhcp_option_value *out)
{
    uint8_t n;
    do {
        if (!cursor_u8(c, &out->code))
            return DHCP_TRUNCATED;
    } while (out->code == DHCP_PAD);
    if (out->code == DHCP_END)
        return DHCP_ENDED;
    if (!cursor_u8(c, &n) || !cursor_bytes(c, n, &out->value))
        return DHCP_TRUNCATED;
    return fits(out->code, n) ? DHCP_OPTION : DHCP_MALFORMED;
}

uint32_t dhcp_seconds(struct slice value)
{
    struct cursor c = cursor_of(value);
    uint32_t seconds = 0;
    cursor_be32(&c, &seconds);
    return seconds;
}

static void remark(struct app_session *s, struct dhcp_tx *tx, const struct app_input *in)
{
    struct cursor c = cursor_of(slice_from(in->bytes, DHCP_HEAD));
    struct dhcp_option_value option;
    enum dhcp_answer answer;
    do
        answer = dhcp_option_next(&c, &option);
    while (answer == DHCP_OPTION);
    if (answer == DHCP_MALFORMED)
        app_tx_event(s, &tx->tx, in->direction, APP_EVENT_DHCP_MALFORMED_OPTIONS);
    if (answer == DHCP_TRUNCATED)
        app_tx_event(s, &tx->tx, in->direction, APP_EVENT_DHCP_TRUNCATED_OPTIONS);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    taken->bytes = in->bytes.n;
    if (in->bytes.n < DHCP_HEAD)
        return PARSE_OK;
    struct dhcp_tx *tx = (struct dhcp_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_GIVE_UP;
    app_memory_append(s, &tx->bytes, in->bytes);
    remark(s, tx, in);
    app_tx_one_sided(s, &tx->tx, in->direction);
    app_tx_complete(s, &tx->tx, in->direction);
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct dhcp_tx *dhcp = (struct dhcp_tx *)tx;
    app_memory_give(s, dhcp->bytes.n);
    buf_fini(&dhcp->bytes);
}

static enum buffer_answer seconds(const struct dhcp_tx *tx, uint8_t code, struct view_buffer *out)
{
    struct cursor c = cursor_of(slice_from(buf_slice(&tx->bytes), DHCP_HEAD));
    struct dhcp_option_value option;
    while (dhcp_option_next(&c, &option) == DHCP_OPTION)
        if (option.code == code)
            return answer_number(dhcp_seconds(option.value), out);
    return BUFFER_NONE;
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct dhcp_tx *dhcp = (const struct dhcp_tx *)tx;
    (void)s;
    if (tx->unseen[direction] || index) /* of several the first counts */
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_DHCP_LEASETIME:
        return seconds(dhcp, DHCP_LEASE_TIME, out);
    case BUFFER_DHCP_RENEWAL_TIME:
        return seconds(dhcp, DHCP_RENEWAL_TIME, out);
    case BUFFER_DHCP_REBINDING_TIME:
        return seconds(dhcp, DHCP_REBINDING_TIME, out);
    default:
        return BUFFER_NONE;
    }
}

const struct app_parser dhcp_parser = {
    .proto = APP_DHCP,
    .tx_size = sizeof(struct dhcp_tx),
    .parse = parse,
    .tx_free = tx_free,
    .buffer = buffer,
};
