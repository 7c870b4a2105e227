/* MQTT: types by name, flags as lists of names, numbers that are 0, 1 or 2. */
#include "rule/keyword/number.h"
#include "rule/keyword/sticky.h"

static const struct sticky_name types[] = {
    {"unassigned", 0},   {"connect", 1},   {"connack", 2},  {"publish", 3},   {"puback", 4},
    {"pubrec", 5},       {"pubrel", 6},    {"pubcomp", 7},  {"subscribe", 8}, {"suback", 9},
    {"unsubscribe", 10}, {"unsuback", 11}, {"pingreq", 12}, {"pingresp", 13}, {"disconnect", 14},
    {"auth", 15},        {NULL, 0},
};

static const struct sticky_name flags[] = {{"dup", 0x08}, {"retain", 0x01}, {NULL, 0}};

static const struct sticky_name connect_flags[] = {
    {"username", 0x80}, {"password", 0x40},      {"will_retain", 0x20},
    {"will", 0x04},     {"clean_session", 0x02}, {NULL, 0},
};

static int parse_type(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_MQTT_TYPE, option, UINT8_MAX, types, err);
}

static int parse_flags(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_flags(b, BUFFER_MQTT_FLAGS, option, UINT8_MAX, flags, err);
}

static int parse_connect_flags(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_flags(b, BUFFER_MQTT_CONNECT_FLAGS, option, UINT8_MAX, connect_flags, err);
}

/* A plain number of few: as in Suricata no condition. */
static int parse_few(struct rule_builder *b, enum buffer_id buffer, const struct option *option,
                     uint64_t most, struct err *err)
{
    uint64_t value;
    int rc = number_plain(option, most, &value, err);
    return rc ? rc : sticky_number(b, buffer, option, most, err);
}

static int parse_qos(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_few(b, BUFFER_MQTT_QOS, option, 2, err);
}

static int parse_session_present(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_few(b, BUFFER_MQTT_SESSION_PRESENT, option, 1, err);
}

const struct keyword keywords_mqtt[] = {
    {"mqtt.type", NULL, VALUE_REQUIRED, parse_type},
    {"mqtt.flags", NULL, VALUE_REQUIRED, parse_flags},
    {"mqtt.connect.flags", NULL, VALUE_REQUIRED, parse_connect_flags},
    {"mqtt.qos", NULL, VALUE_REQUIRED, parse_qos},
    {"mqtt.connack.session_present", NULL, VALUE_REQUIRED, parse_session_present},
    {NULL, NULL, VALUE_NONE, NULL},
};
