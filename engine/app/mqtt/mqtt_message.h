/*
 * One MQTT control packet (3.1, 3.1.1, 5): its fields, borrowed from the bytes it owns. Internal to
 * app/mqtt*.c and output/eve_mqtt.c.
 */
#ifndef SLUICE_APP_MQTT_MESSAGE_H
#define SLUICE_APP_MQTT_MESSAGE_H

#include "base/cursor.h"

enum mqtt_type {
    MQTT_UNASSIGNED,
    MQTT_CONNECT,
    MQTT_CONNACK,
    MQTT_PUBLISH,
    MQTT_PUBACK,
    MQTT_PUBREC,
    MQTT_PUBREL,
    MQTT_PUBCOMP,
    MQTT_SUBSCRIBE,
    MQTT_SUBACK,
    MQTT_UNSUBSCRIBE,
    MQTT_UNSUBACK,
    MQTT_PINGREQ,
    MQTT_PINGRESP,
    MQTT_DISCONNECT,
    MQTT_AUTH,
};

enum { MQTT_RETAIN = 1, MQTT_DUP = 8, MQTT_FLAGS = 0x0f };

/* Of CONNECT (3.1.2.3). */
enum {
    MQTT_CLEAN_SESSION = 0x02,
    MQTT_WILL = 0x04,
    MQTT_WILL_RETAIN = 0x20,
    MQTT_PASSWORD = 0x40,
    MQTT_USERNAME = 0x80
};

struct mqtt_message {
    struct mqtt_message *next;
    uint8_t type, flags; /* of the fixed header (2.1) */
    bool cut;            /* longer than is read: only its head is here, the last one of its kind */
    bool has_id, has_code;
    uint8_t code; /* return code, or reason code */
    uint8_t version, connect_flags;
    bool session_present;
    uint16_t id;
    uint64_t length; /* of what follows the fixed header */
    struct slice protocol, client, will_topic, will_message, username, password;
    struct slice topic, payload;
    struct slice topics;                      /* the list of SUBSCRIBE or UNSUBSCRIBE as it was sent */
    struct slice codes;                       /* of SUBACK or UNSUBACK */
    struct slice properties, will_properties; /* version 5 */
    size_t head, n;                           /* of bytes: the fixed header's, and all */
    size_t
        began; /* behind them so many of what the parser was given with it, from its start: mqtt_buffer.c */
    uint8_t bytes[];
};

struct mqtt_head {
    uint8_t type, flags;
    uint32_t length;
    size_t n; /* bytes of the head itself */
};

enum mqtt_answer { MQTT_OK, MQTT_MORE, MQTT_BAD };

/* The fixed header: at most five bytes. */
enum mqtt_answer mqtt_head_read(struct slice bytes, struct mqtt_head *out);

/*
 * A message with a copy of its bytes, of which nothing is read yet, and of `began`; the caller frees it.
 * NULL: no memory.
 */
struct mqtt_message *mqtt_message_new(const struct mqtt_head *head, struct slice bytes, struct slice began);

/* Reads the fields, as the version of the connection has it. False: malformed. */
bool mqtt_message_read(struct mqtt_message *message, uint8_t version);

/* The next topic of a list, and the quality of service asked for where it has one. False at the end. */
bool mqtt_topic_next(const struct mqtt_message *message, struct cursor *c, struct slice *topic, uint8_t *qos);

/* A string or binary data: two bytes of length (1.5.4). */
bool mqtt_text(struct cursor *c, struct slice *out);

/* A number of one to four bytes (1.5.5). */
enum mqtt_answer mqtt_number(struct cursor *c, uint32_t *out);

static inline uint8_t mqtt_qos(const struct mqtt_message *message)
{
    return message->flags >> 1 & 3;
}

#endif
