/*
 * MQTT: a transaction is a message with those that answer it (PUBLISH, PUBREC, PUBREL, PUBCOMP), and belongs
 * to the direction of the first. Internal to app/mqtt*.c and output/eve_mqtt.c.
 */
#ifndef SLUICE_APP_MQTT_H
#define SLUICE_APP_MQTT_H

#include "app/mqtt/mqtt_message.h"
#include "app/parser.h"

struct app_session;

enum {
    MQTT_LENGTH_MOST = 1000000, /* of a message that is read whole */
    MQTT_MESSAGES_MOST = 32,    /* of a transaction */
    MQTT_TOPICS_MOST = 100,     /* of a message that rules look at, as in Suricata */
    MQTT_CODES_MOST = 1000,
};

struct mqtt_tx {
    struct app_tx tx;
    struct mqtt_message *first, *last;
    uint32_t count;
    enum direction direction : 8;
    bool frame_only; /* holds an answer for the rules about frames of its direction, and nothing else */
    bool open;       /* more messages may come */
    size_t memory;   /* accounted */
};

struct mqtt {
    uint8_t version; /* as the last CONNECT says; 0 before */
    bool connected;
    uint64_t skip[DIRECTIONS]; /* bytes of a message of which enough was seen */
};

bool mqtt_frames_wanted(const struct app_session *session);

enum buffer_answer mqtt_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
