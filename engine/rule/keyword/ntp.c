/* NTP: the modes by name (RFC 5905, 7.3). */
#include "rule/keyword/sticky.h"

static const struct sticky_name modes[] = {
    {"reserved", 0},  {"symmetric_active", 1}, {"symmetric_passive", 2}, {"client", 3}, {"server", 4},
    {"broadcast", 5}, {"control", 6},          {"private", 7},           {NULL, 0},
};

static int parse_mode(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_NTP_MODE, option, UINT8_MAX, modes, err);
}

const struct keyword keywords_ntp[] = {
    {"ntp.mode", NULL, VALUE_REQUIRED, parse_mode},
    {NULL, NULL, VALUE_NONE, NULL},
};
