/* The mqtt.* buffers: each message of a transaction is asked in turn. */
#include "app/answer.h"
#include "app/mqtt/mqtt.h"
#include "app/session.h"

bool mqtt_frames_wanted(const struct app_session *session)
{
    return app_wanted(session, BUFFER_MQTT_FRAME_PDU) || app_wanted(session, BUFFER_MQTT_FRAME_HEADER) ||
           app_wanted(session, BUFFER_MQTT_FRAME_DATA);
}

static enum buffer_answer number(uint64_t value, bool there, unsigned index, struct view_buffer *out)
{
    return there && !index ? answer_number(value, out) : BUFFER_NONE;
}

static enum buffer_answer text(struct slice bytes, unsigned index, struct view_buffer *out)
{
    return bytes.n && !index ? answer_bytes(bytes, out) : BUFFER_NONE;
}

/*
 * In Suricata 8.0.8 the header and data of a message that does not come first in what its parser is given are
 * the bytes at that start. Here a rule may find either.
 */
static enum buffer_answer frame(struct slice piece, struct slice there, unsigned index,
                                struct view_buffer *out)
{
    return index ? text(there, index - 1, out) : text(piece, 0, out);
}

static unsigned codes_of(const struct mqtt_message *m)
{
    if (m->has_code)
        return 1;
    return m->codes.n < MQTT_CODES_MOST ? (unsigned)m->codes.n : MQTT_CODES_MOST;
}

static enum buffer_answer code(const struct mqtt_message *m, unsigned index, struct view_buffer *out)
{
    if (index >= codes_of(m))
        return BUFFER_NONE;
    return answer_number(m->has_code ? m->code : m->codes.p[index], out);
}

static enum buffer_answer topic(const struct mqtt_message *m, unsigned index, struct view_buffer *out)
{
    struct cursor c = cursor_of(m->topics);
    struct slice name;
    uint8_t qos;
    if (index >= MQTT_TOPICS_MOST)
        return BUFFER_NONE;
    do {
        if (!mqtt_topic_next(m, &c, &name, &qos))
            return BUFFER_NONE;
    } while (index--);
    return answer_bytes(name, out);
}

/* Of one message, its index-th instance. */
static enum buffer_answer of_message(const struct mqtt_message *m, enum buffer_id id, unsigned index,
                                     struct view_buffer *out)
{
    bool connect = m->type == MQTT_CONNECT;
    struct slice all = slice_of(m->bytes, m->n), began = slice_of(m->bytes + m->n, m->began);
    switch (id) {
    case BUFFER_MQTT_TYPE:
        return number(m->type, true, index, out);
    case BUFFER_MQTT_FLAGS:
        return number(m->flags & (MQTT_DUP | MQTT_RETAIN), true, index, out);
    case BUFFER_MQTT_QOS:
        return number(mqtt_qos(m), true, index, out);
    case BUFFER_MQTT_REASON_CODE:
        return code(m, index, out);
    case BUFFER_MQTT_SESSION_PRESENT:
        return number(m->session_present, m->type == MQTT_CONNACK, index, out);
    case BUFFER_MQTT_CONNECT_FLAGS:
        return number(m->connect_flags, connect, index, out);
    case BUFFER_MQTT_PROTOCOL_STRING:
        return text(m->protocol, index, out);
    case BUFFER_MQTT_CLIENTID:
        return text(m->client, index, out);
    case BUFFER_MQTT_USERNAME:
        return text(m->username, index, out);
    case BUFFER_MQTT_PASSWORD:
        return text(m->password, index, out);
    case BUFFER_MQTT_WILLTOPIC:
        return text(m->will_topic, index, out);
    case BUFFER_MQTT_WILLMESSAGE:
        return text(m->will_message, index, out);
    case BUFFER_MQTT_PUBLISH_TOPIC:
        return text(m->topic, index, out);
    case BUFFER_MQTT_PUBLISH_MESSAGE:
        return text(m->payload, index, out);
    case BUFFER_MQTT_SUBSCRIBE_TOPIC:
        return m->type == MQTT_SUBSCRIBE ? topic(m, index, out) : BUFFER_NONE;
    case BUFFER_MQTT_UNSUBSCRIBE_TOPIC:
        return m->type == MQTT_UNSUBSCRIBE ? topic(m, index, out) : BUFFER_NONE;
    case BUFFER_MQTT_FRAME_PDU:
        return text(all, index, out);
    case BUFFER_MQTT_FRAME_HEADER:
        return frame(slice_first(all, m->head), slice_first(began, m->head), index, out);
    case BUFFER_MQTT_FRAME_DATA:
        return frame(slice_from(all, m->head), slice_from(began, m->head), index, out);
    default:
        return BUFFER_NONE;
    }
}

static unsigned instances(const struct mqtt_message *m, enum buffer_id id)
{
    struct view_buffer ignored;
    if (id == BUFFER_MQTT_REASON_CODE)
        return codes_of(m);
    if (id == BUFFER_MQTT_SUBSCRIBE_TOPIC || id == BUFFER_MQTT_UNSUBSCRIBE_TOPIC)
        return 0; /* there is one such message in a transaction */
    return of_message(m, id, 0, &ignored) == BUFFER_HERE;
}

static bool is_frame(enum buffer_id id)
{
    return id == BUFFER_MQTT_FRAME_PDU || id == BUFFER_MQTT_FRAME_HEADER || id == BUFFER_MQTT_FRAME_DATA;
}

enum buffer_answer mqtt_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct mqtt *mqtt = s->state;
    const struct mqtt_tx *t = (const struct mqtt_tx *)tx;
    if (direction != t->direction || (t->frame_only && !is_frame(id)))
        return BUFFER_NONE;
    if (id == BUFFER_MQTT_PROTOCOL_VERSION)
        return number(mqtt->version, true, index, out);
    for (const struct mqtt_message *m = t->first; m; m = m->next) {
        if (is_frame(id) && m != t->first)
            break; /* answers have their own */
        if (of_message(m, id, index, out) == BUFFER_HERE)
            return BUFFER_HERE;
        unsigned passed = instances(m, id);
        index -= passed < index ? passed : index;
    }
    return tx->complete[direction] ? BUFFER_NONE : BUFFER_LATER;
}
