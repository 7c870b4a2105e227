/* The SNMP parser: what is broken passes in silence, as in Suricata. */
#include "app/snmp/snmp.h"
#include "app/answer.h"
#include "app/session.h"

struct snmp {
    uint8_t version; /* of the first message */
};

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct snmp *snmp = s->state;
    struct snmp_message message;
    taken->bytes = in->bytes.n;
    if (!snmp_message_read(in->bytes, &message))
        return PARSE_OK;
    struct snmp_tx *tx = (struct snmp_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_GIVE_UP;
    if (!snmp->version)
        snmp->version = message.version;
    tx->version = snmp->version;
    app_memory_append(s, &tx->bytes, in->bytes);
    if (tx->bytes.n)
        snmp_message_read(buf_slice(&tx->bytes), &tx->message);
    if (message.version != snmp->version)
        app_tx_event(s, &tx->tx, in->direction, APP_EVENT_SNMP_VERSION_MISMATCH);
    if (message.other_model)
        app_tx_event(s, &tx->tx, in->direction, APP_EVENT_SNMP_UNKNOWN_SECURITY_MODEL);
    app_tx_one_sided(s, &tx->tx, in->direction);
    app_tx_complete(s, &tx->tx, in->direction);
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct snmp_tx *snmp = (struct snmp_tx *)tx;
    app_memory_give(s, snmp->bytes.n);
    buf_fini(&snmp->bytes);
}

static enum buffer_answer number(uint32_t value, bool there, struct view_buffer *out)
{
    return there ? answer_number(value, out) : BUFFER_NONE;
}

static enum buffer_answer text(struct slice bytes, bool there, struct view_buffer *out)
{
    return there ? answer_bytes(bytes, out) : BUFFER_NONE;
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct snmp_tx *snmp = (const struct snmp_tx *)tx;
    const struct snmp_message *m = &snmp->message;
    (void)s;
    if (tx->unseen[direction] || index)
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_SNMP_VERSION:
        return number(snmp->version, true, out);
    case BUFFER_SNMP_PDU_TYPE:
        return number(m->pdu, m->version && !m->encrypted, out);
    case BUFFER_SNMP_TRAP_TYPE:
        return number(m->trap_type, m->pdu == SNMP_TRAP_V1, out);
    case BUFFER_SNMP_COMMUNITY:
        return text(m->community, m->version && m->version < 3, out);
    case BUFFER_SNMP_USM:
        return text(m->usm, m->has_usm, out);
    default:
        return BUFFER_NONE;
    }
}

const struct app_parser snmp_parser = {
    .proto = APP_SNMP,
    .state_size = sizeof(struct snmp),
    .tx_size = sizeof(struct snmp_tx),
    .parse = parse,
    .tx_free = tx_free,
    .buffer = buffer,
};
