/*
 * The MQTT parser: which transaction a message belongs to, and what is wrong with it.
 *
 * A message that asks for an answer opens a transaction; an answer looks for the oldest open one of its kind
 * (and number), or makes one of its own, with an event.
 */
#include "app/mqtt/mqtt.h"

#include <stdlib.h>

#include "app/session.h"

/* Which open transaction an answer belongs to: by the type of its first message. */
static uint8_t asked_by(uint8_t type)
{
    switch (type) {
    case MQTT_CONNACK:
        return MQTT_CONNECT;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        return MQTT_PUBLISH;
    case MQTT_SUBACK:
        return MQTT_SUBSCRIBE;
    case MQTT_UNSUBACK:
        return MQTT_UNSUBSCRIBE;
    default:
        return MQTT_UNASSIGNED;
    }
}

static bool expects_answer(const struct mqtt_message *m)
{
    return m->type == MQTT_CONNECT || m->type == MQTT_SUBSCRIBE || m->type == MQTT_UNSUBSCRIBE ||
           (m->type == MQTT_PUBLISH && mqtt_qos(m) > 0);
}

static bool is_last(const struct mqtt_message *m)
{
    return m->type != MQTT_PUBREC && m->type != MQTT_PUBREL;
}

static enum app_event missing(uint8_t type)
{
    switch (asked_by(type)) {
    case MQTT_CONNECT:
        return APP_EVENT_MQTT_MISSING_CONNECT;
    case MQTT_SUBSCRIBE:
        return APP_EVENT_MQTT_MISSING_SUBSCRIBE;
    case MQTT_UNSUBSCRIBE:
        return APP_EVENT_MQTT_MISSING_UNSUBSCRIBE;
    default:
        return APP_EVENT_MQTT_MISSING_PUBLISH;
    }
}

static struct mqtt_tx *find_asked(struct app_session *s, const struct mqtt_message *m)
{
    uint8_t type = asked_by(m->type);
    if (type == MQTT_UNASSIGNED)
        return NULL;
    for (struct app_tx *tx = s->first; tx; tx = tx->next) {
        struct mqtt_tx *t = (struct mqtt_tx *)tx;
        const struct mqtt_message *first = t->first;
        if (!t->open || tx->complete[t->direction] || !first || first->type != type)
            continue;
        if (type == MQTT_CONNECT || first->id == m->id)
            return t;
    }
    return NULL;
}

static void complete(struct app_session *s, struct mqtt_tx *t)
{
    t->open = false;
    app_tx_complete(s, &t->tx, t->direction);
}

static struct mqtt_tx *new_tx(struct app_session *s, enum direction direction)
{
    struct mqtt_tx *t = (struct mqtt_tx *)app_tx_new(s);
    if (!t)
        return NULL;
    t->direction = direction;
    app_tx_one_sided(s, &t->tx, direction);
    return t;
}

static size_t size_of(const struct mqtt_message *m)
{
    return sizeof *m + m->n + m->began;
}

/* Takes over the message. */
static void add(struct app_session *s, struct mqtt_tx *t, struct mqtt_message *m)
{
    if (!app_memory_take(s, size_of(m))) {
        free(m);
        return;
    }
    t->memory += size_of(m);
    *(t->last ? &t->last->next : &t->first) = m;
    t->last = m;
    t->count++;
    app_tx_changed(s, &t->tx, t->direction);
}

/* An answer is a frame of the other direction. */
static void add_frame(struct app_session *s, enum direction direction, const struct mqtt_message *m)
{
    if (!mqtt_frames_wanted(s) || app_full(s))
        return;
    struct mqtt_head head = {.type = m->type, .flags = m->flags, .n = m->head};
    struct mqtt_message *copy =
        mqtt_message_new(&head, slice_of(m->bytes, m->n), slice_of(m->bytes + m->n, m->began));
    struct mqtt_tx *t = copy ? new_tx(s, direction) : NULL;
    if (!t) {
        free(copy);
        return;
    }
    t->frame_only = t->tx.logged = true;
    add(s, t, copy);
    complete(s, t);
}

/* Events of a message that begins a transaction. */
static void remark(struct app_session *s, struct mqtt_tx *t, const struct mqtt_message *m)
{
    const struct mqtt *mqtt = s->state;
    bool hello = m->type == MQTT_CONNECT || m->type == MQTT_CONNACK || m->type == MQTT_AUTH;
    if (m->type == MQTT_UNASSIGNED)
        app_tx_event(s, &t->tx, t->direction, APP_EVENT_MQTT_UNASSIGNED_MSG_TYPE);
    if (m->type == MQTT_CONNECT && mqtt->connected)
        app_tx_event(s, &t->tx, t->direction, APP_EVENT_MQTT_DOUBLE_CONNECT);
    if (m->type == MQTT_PUBLISH && mqtt_qos(m) == 3)
        app_tx_event(s, &t->tx, t->direction, APP_EVENT_MQTT_INVALID_QOS_LEVEL);
    if (asked_by(m->type) != MQTT_UNASSIGNED)
        app_tx_event(s, &t->tx, t->direction, missing(m->type));
    if (!hello && !mqtt->connected && m->type != MQTT_UNASSIGNED)
        app_tx_event(s, &t->tx, t->direction, APP_EVENT_MQTT_UNINTRODUCED_MESSAGE);
}

/* Takes over the message. False when memory is short. */
static bool answer(struct app_session *s, enum direction direction, struct mqtt_tx *asked,
                   struct mqtt_message *m)
{
    struct mqtt *mqtt = s->state;
    if (m->type == MQTT_CONNACK)
        mqtt->connected = true;
    if (direction != asked->direction)
        add_frame(s, direction, m);
    bool last = is_last(m) || asked->count + 1 >= MQTT_MESSAGES_MOST;
    add(s, asked, m);
    if (last)
        complete(s, asked);
    return true;
}

static bool take_message(struct app_session *s, enum direction direction, struct mqtt_message *m)
{
    struct mqtt *mqtt = s->state;
    struct mqtt_tx *asked = find_asked(s, m);
    if (asked)
        return answer(s, direction, asked, m);
    struct mqtt_tx *t = new_tx(s, direction);
    if (!t) {
        free(m);
        return false;
    }
    remark(s, t, m);
    app_raw_wanted(s, direction); /* as in Suricata not for answers */
    if (m->type == MQTT_CONNECT)
        mqtt->version = m->version;
    t->open = expects_answer(m) && !m->cut;
    bool open = t->open;
    add(s, t, m);
    if (!open)
        complete(s, t);
    return true;
}

/* As in Suricata a transaction stands for what cannot be read, and nothing is read after it. */
static enum parse_status malformed(struct app_session *s, enum direction direction)
{
    struct mqtt_tx *t = new_tx(s, direction);
    if (!t)
        return PARSE_GIVE_UP;
    app_tx_event(s, &t->tx, direction, APP_EVENT_MQTT_MALFORMED_TRAFFIC);
    complete(s, t);
    return PARSE_BAD;
}

static size_t skip(struct mqtt *mqtt, enum direction direction, struct slice bytes)
{
    uint64_t *left = &mqtt->skip[direction];
    size_t n = *left < bytes.n ? (size_t)*left : bytes.n;
    *left -= n;
    return n;
}

/* Of a message that is too long only that it was there. */
static enum parse_status take(struct app_session *s, enum direction direction, const struct mqtt_head *head,
                              struct slice bytes, struct slice input, bool cut)
{
    struct mqtt *mqtt = s->state;
    bool behind = bytes.p != input.p && !cut && mqtt_frames_wanted(s);
    struct mqtt_message *m = mqtt_message_new(head, bytes, slice_first(input, behind ? bytes.n : 0));
    if (!m)
        return PARSE_GIVE_UP;
    m->cut = cut;
    if (!cut && !mqtt_message_read(m, mqtt->version)) {
        free(m);
        return malformed(s, direction);
    }
    return take_message(s, direction, m) ? PARSE_OK : PARSE_GIVE_UP;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct mqtt *mqtt = s->state;
    struct slice rest = in->bytes;
    enum parse_status status = PARSE_OK;
    while (rest.n && !app_full(s) && status == PARSE_OK) {
        struct mqtt_head head;
        if (mqtt->skip[in->direction]) {
            rest = slice_from(rest, skip(mqtt, in->direction, rest));
            continue;
        }
        enum mqtt_answer answer = mqtt_head_read(rest, &head);
        if (answer == MQTT_BAD) {
            status = malformed(s, in->direction);
            break;
        }
        bool cut = head.length > MQTT_LENGTH_MOST;
        size_t n = cut ? head.n : head.n + head.length;
        if (answer == MQTT_MORE || rest.n < n) {
            taken->need = answer == MQTT_MORE ? rest.n + 1 : n;
            break;
        }
        status = take(s, in->direction, &head, slice_first(rest, n), in->bytes, cut);
        mqtt->skip[in->direction] = cut ? head.length : 0;
        rest = slice_from(rest, n);
    }
    taken->bytes = in->bytes.n - rest.n;
    return status;
}

/* As in Suricata neither side is read behind missing bytes. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct mqtt *mqtt = s->state;
    if (bytes > mqtt->skip[direction])
        return PARSE_GIVE_UP;
    mqtt->skip[direction] -= bytes;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct mqtt_tx *t = (struct mqtt_tx *)tx;
    for (struct mqtt_message *m = t->first, *next; m; m = next) {
        next = m->next;
        free(m);
    }
    app_memory_give(s, t->memory);
}

const struct app_parser mqtt_parser = {
    .proto = APP_MQTT,
    .state_size = sizeof(struct mqtt),
    .tx_size = sizeof(struct mqtt_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = mqtt_buffer,
};
