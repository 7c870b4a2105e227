/* MQTT in EVE: one record a transaction, a member for each kind of message in it. */
#include "app/mqtt/mqtt.h"
#include "output/eve_app.h"

enum { TEXT_MOST = 1024, LIST_MOST = 1000, PROPERTIES = 64, USER = 0x26 };

static const char *const types[16] = {
    [MQTT_CONNECT] = "connect",         [MQTT_CONNACK] = "connack",       [MQTT_PUBLISH] = "publish",
    [MQTT_PUBACK] = "puback",           [MQTT_PUBREC] = "pubrec",         [MQTT_PUBREL] = "pubrel",
    [MQTT_PUBCOMP] = "pubcomp",         [MQTT_SUBSCRIBE] = "subscribe",   [MQTT_SUBACK] = "suback",
    [MQTT_UNSUBSCRIBE] = "unsubscribe", [MQTT_UNSUBACK] = "unsuback",     [MQTT_PINGREQ] = "pingreq",
    [MQTT_PINGRESP] = "pingresp",       [MQTT_DISCONNECT] = "disconnect", [MQTT_AUTH] = "auth",
};

enum form { NO_FORM, U8, U16, U32, VAR, TEXT };

static const struct {
    uint8_t form;
    const char *name;
} properties[PROPERTIES] = {
#define MQTT_PROPERTY(number, form, name) [number] = {form, name},
#include "output/mqtt_property_list.h"
#undef MQTT_PROPERTY
};

/* As in Suricata no more of a text than so much, and how much more there was. */
static void put_text(struct json_line *l, const char *key, struct slice text)
{
    struct buf shortened = {0};
    if (text.n <= TEXT_MOST) {
        line_bytes(l, key, text);
        return;
    }
    if (buf_append(&shortened, slice_first(text, TEXT_MOST)) ||
        buf_printf(&shortened, "[truncated %zu additional bytes]", text.n - TEXT_MOST))
        l->failed = true;
    else
        line_bytes(l, key, buf_slice(&shortened));
    buf_fini(&shortened);
}

struct property {
    uint8_t id;
    uint32_t number;
    struct slice text, value; /* of the user's: a name and its value */
};

/* A number that is none of the specification's stands for itself, as in Suricata. False at the end. */
static bool next_property(struct cursor *c, struct property *out)
{
    uint64_t number = 0;
    bool good = cursor_u8(c, &out->id);
    if (!good)
        return false;
    if (out->id == USER)
        return mqtt_text(c, &out->text) && mqtt_text(c, &out->value);
    switch (out->id < PROPERTIES ? properties[out->id].form : NO_FORM) {
    case U8:
        good = cursor_uint(c, 1, &number);
        break;
    case U16:
        good = cursor_uint(c, 2, &number);
        break;
    case U32:
        good = cursor_uint(c, 4, &number);
        break;
    case VAR:
        return mqtt_number(c, &out->number) == MQTT_OK;
    case TEXT:
        return mqtt_text(c, &out->text);
    default:
        break;
    }
    out->number = (uint32_t)number;
    return good;
}

static void put_user(struct json_line *l, struct slice list)
{
    struct cursor c = cursor_of(list);
    struct property p;
    struct line_mark mark = line_mark(l);
    line_open_list(l, "user_properties");
    for (unsigned i = 0; i < LIST_MOST && next_property(&c, &p); i++) {
        if (p.id != USER)
            continue;
        line_open(l, NULL);
        put_text(l, "key", p.text);
        put_text(l, "value", p.value);
        line_close(l);
    }
    line_close_filled(l, mark);
}

/* Of those that stand there twice the last counts. */
static void put_properties(struct json_line *l, struct slice list)
{
    struct property last[PROPERTIES];
    uint64_t there = 0;
    struct cursor c = cursor_of(list);
    struct property p;
    while (next_property(&c, &p)) {
        if (p.id >= PROPERTIES || !properties[p.id].name)
            continue;
        there |= UINT64_C(1) << p.id;
        last[p.id] = p;
    }
    line_open(l, "properties");
    for (unsigned id = 0; id < PROPERTIES; id++) {
        if (!(there >> id & 1))
            continue;
        if (properties[id].form == TEXT)
            put_text(l, properties[id].name, last[id].text);
        else
            line_uint(l, properties[id].name, last[id].number);
    }
    put_user(l, list);
    line_close(l);
}

static void put_connect(struct json_line *l, const struct mqtt_message *m)
{
    put_text(l, "protocol_string", m->protocol);
    line_uint(l, "protocol_version", m->version);
    put_text(l, "client_id", m->client);
    line_open(l, "flags");
    line_bool(l, "username", m->connect_flags & MQTT_USERNAME);
    line_bool(l, "password", m->connect_flags & MQTT_PASSWORD);
    line_bool(l, "will_retain", m->connect_flags & MQTT_WILL_RETAIN);
    line_bool(l, "will", m->connect_flags & MQTT_WILL);
    line_bool(l, "clean_session", m->connect_flags & MQTT_CLEAN_SESSION);
    line_close(l);
    if (m->connect_flags & MQTT_USERNAME)
        put_text(l, "username", m->username);
    if (!(m->connect_flags & MQTT_WILL))
        return;
    line_open(l, "will");
    put_text(l, "topic", m->will_topic);
    put_text(l, "message", m->will_message);
    if (m->will_properties.n)
        put_properties(l, m->will_properties);
    line_close(l);
}

static void put_topics(struct json_line *l, const struct mqtt_message *m)
{
    struct cursor c = cursor_of(m->topics);
    struct slice topic;
    uint8_t qos;
    line_open_list(l, "topics");
    for (unsigned i = 0; i < LIST_MOST && mqtt_topic_next(m, &c, &topic, &qos); i++) {
        if (m->type == MQTT_UNSUBSCRIBE) {
            put_text(l, NULL, topic);
            continue;
        }
        line_open(l, NULL);
        put_text(l, "topic", topic);
        line_uint(l, "qos", qos);
        line_close(l);
    }
    line_close_list(l);
}

static void put_codes(struct json_line *l, const char *key, struct slice codes)
{
    line_open_list(l, key);
    for (size_t i = 0; i < codes.n && i < LIST_MOST; i++)
        line_uint(l, NULL, codes.p[i]);
    line_close_list(l);
}

static void put_fields(struct json_line *l, const struct mqtt_message *m)
{
    if (m->type == MQTT_CONNECT)
        put_connect(l, m);
    if (m->type == MQTT_CONNACK)
        line_bool(l, "session_present", m->session_present);
    if (m->type == MQTT_PUBLISH)
        put_text(l, "topic", m->topic);
    if (m->has_id)
        line_uint(l, "message_id", m->id);
    if (m->type == MQTT_PUBLISH)
        put_text(l, "message", m->payload);
    if (m->type == MQTT_SUBSCRIBE || m->type == MQTT_UNSUBSCRIBE)
        put_topics(l, m);
    if (m->type == MQTT_SUBACK)
        put_codes(l, "qos_granted", m->codes);
    if (m->type == MQTT_UNSUBACK && m->codes.p)
        put_codes(l, "reason_codes", m->codes);
    if (m->has_code)
        line_uint(l, m->type == MQTT_CONNACK ? "return_code" : "reason_code", m->code);
    if (m->properties.n && m->type != MQTT_SUBACK &&
        m->type != MQTT_UNSUBACK) /* theirs are not shown there */
        put_properties(l, m->properties);
}

static bool comes_again(const struct mqtt_message *m)
{
    for (const struct mqtt_message *other = m->next; other; other = other->next)
        if (other->type == m->type)
            return true;
    return false;
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct mqtt_tx *t = (const struct mqtt_tx *)tx;
    (void)session;
    (void)alert;
    line_open(l, "mqtt");
    for (const struct mqtt_message *m = t->first; m && !t->frame_only; m = m->next) {
        if (!types[m->type & 15] || comes_again(m))
            continue;
        line_open(l, types[m->type & 15]);
        line_uint(l, "qos", mqtt_qos(m));
        line_bool(l, "retain", m->flags & MQTT_RETAIN);
        line_bool(l, "dup", m->flags & MQTT_DUP);
        if (m->cut) {
            line_bool(l, "truncated", true);
            line_uint(l, "skipped_length", m->head + m->length);
        } else {
            put_fields(l, m);
        }
        line_close(l);
    }
    line_close(l);
    return true;
}

const struct eve_app eve_app_mqtt = {.record = RECORD_MQTT, .no_tx_id = true, .one_sided = true, .put = put};
