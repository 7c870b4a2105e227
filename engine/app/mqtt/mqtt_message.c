/* Control packets of MQTT: sections are those of the specification of version 5. */
#include "app/mqtt/mqtt_message.h"

#include <stdlib.h>

enum { VERSION_5 = 5 };

enum mqtt_answer mqtt_number(struct cursor *c, uint32_t *out)
{
    enum { MOST = 4, BITS = 7 };
    uint8_t byte;
    *out = 0;
    for (unsigned i = 0; i < MOST; i++) {
        if (!cursor_u8(c, &byte))
            return MQTT_MORE;
        *out |= (uint32_t)(byte & 0x7f) << BITS * i;
        if (!(byte & 0x80))
            return MQTT_OK;
    }
    return MQTT_BAD;
}

enum mqtt_answer mqtt_head_read(struct slice bytes, struct mqtt_head *out)
{
    struct cursor c = cursor_of(bytes);
    uint8_t first;
    if (!cursor_u8(&c, &first))
        return MQTT_MORE;
    out->type = first >> 4;
    out->flags = first & MQTT_FLAGS;
    enum mqtt_answer answer = mqtt_number(&c, &out->length);
    out->n = c.at;
    return answer;
}

struct mqtt_message *mqtt_message_new(const struct mqtt_head *head, struct slice bytes, struct slice began)
{
    struct mqtt_message *m = calloc(1, sizeof *m + bytes.n + began.n);
    if (!m)
        return NULL;
    m->type = head->type;
    m->flags = head->flags;
    m->length = head->length;
    m->head = head->n;
    m->n = bytes.n;
    if (bytes.n)
        memcpy(m->bytes, bytes.p, bytes.n);
    m->began = began.n;
    if (began.n)
        memcpy(m->bytes + bytes.n, began.p, began.n);
    return m;
}

bool mqtt_text(struct cursor *c, struct slice *out)
{
    uint16_t n;
    return cursor_be16(c, &n) && cursor_bytes(c, n, out);
}

static struct slice rest_of(struct cursor *c)
{
    struct slice rest = {0};
    cursor_bytes(c, cursor_left(c), &rest);
    return rest;
}

/* 2.2.2: of version 5 only. */
static bool take_properties(struct cursor *c, bool five, struct slice *out)
{
    uint32_t n;
    return !five || (mqtt_number(c, &n) == MQTT_OK && cursor_bytes(c, n, out));
}

static bool read_connect(struct mqtt_message *m, struct cursor *c)
{
    uint16_t keep_alive;
    if (!mqtt_text(c, &m->protocol) || !cursor_u8(c, &m->version) || !cursor_u8(c, &m->connect_flags) ||
        !cursor_be16(c, &keep_alive))
        return false;
    bool five = m->version == VERSION_5;
    if (!take_properties(c, five, &m->properties) || !mqtt_text(c, &m->client))
        return false;
    if (m->connect_flags & MQTT_WILL && (!take_properties(c, five, &m->will_properties) ||
                                         !mqtt_text(c, &m->will_topic) || !mqtt_text(c, &m->will_message)))
        return false;
    return (!(m->connect_flags & MQTT_USERNAME) || mqtt_text(c, &m->username)) &&
           (!(m->connect_flags & MQTT_PASSWORD) || mqtt_text(c, &m->password));
}

static bool read_connack(struct mqtt_message *m, struct cursor *c, bool five)
{
    uint8_t flags;
    if (!cursor_u8(c, &flags) || !cursor_u8(c, &m->code))
        return false;
    m->session_present = flags & 1;
    m->has_code = true;
    return take_properties(c, five, &m->properties);
}

static bool take_id(struct mqtt_message *m, struct cursor *c)
{
    m->has_id = cursor_be16(c, &m->id);
    return m->has_id;
}

static bool read_publish(struct mqtt_message *m, struct cursor *c, bool five)
{
    if (!mqtt_text(c, &m->topic) || (mqtt_qos(m) && !take_id(m, c)) ||
        !take_properties(c, five, &m->properties))
        return false;
    m->payload = rest_of(c);
    return true;
}

/* A reason and properties, which may be left out at the end (3.4.2.1, 3.14.2.1). */
static bool take_reason(struct mqtt_message *m, struct cursor *c, bool five)
{
    if (!five)
        return true;
    m->has_code = true;
    if (!cursor_left(c))
        return true;
    cursor_u8(c, &m->code);
    return !cursor_left(c) || take_properties(c, true, &m->properties);
}

bool mqtt_topic_next(const struct mqtt_message *m, struct cursor *c, struct slice *topic, uint8_t *qos)
{
    *qos = 0;
    return mqtt_text(c, topic) && (m->type != MQTT_SUBSCRIBE || cursor_u8(c, qos));
}

/* One topic at least; what follows the last whole one is passed over. */
static bool read_topics(struct mqtt_message *m, struct cursor *c, bool five)
{
    struct slice topic;
    uint8_t qos;
    if (!take_id(m, c) || !take_properties(c, five, &m->properties))
        return false;
    m->topics = rest_of(c);
    struct cursor list = cursor_of(m->topics);
    return mqtt_topic_next(m, &list, &topic, &qos);
}

static bool read_codes(struct mqtt_message *m, struct cursor *c, bool five)
{
    if (!take_id(m, c) || !take_properties(c, five, &m->properties))
        return false;
    if (five || m->type == MQTT_SUBACK)
        m->codes = rest_of(c);
    return true;
}

bool mqtt_message_read(struct mqtt_message *m, uint8_t version)
{
    struct cursor c = cursor_of(slice_from(slice_of(m->bytes, m->n), m->head));
    bool five = version == VERSION_5;
    switch (m->type) {
    case MQTT_CONNECT:
        return read_connect(m, &c);
    case MQTT_CONNACK:
        return read_connack(m, &c, five);
    case MQTT_PUBLISH:
        return read_publish(m, &c, five);
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        return take_id(m, &c) && take_reason(m, &c, five);
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        return read_topics(m, &c, five);
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
        return read_codes(m, &c, five);
    case MQTT_DISCONNECT:
        if (cursor_left(&c) == 1) /* as in Suricata a reason without properties counts as none */
            cursor_skip(&c, 1);
        return take_reason(m, &c, five);
    case MQTT_AUTH: /* 3.15: its reason is never left out */
        return cursor_left(&c) && take_reason(m, &c, true);
    default:
        return true;
    }
}
