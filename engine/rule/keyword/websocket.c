/* WebSocket (RFC 6455, 5.2): websocket.opcode by name, websocket.flags as a list of names. */
#include "rule/keyword/sticky.h"

static const struct sticky_name opcodes[] = {{"continuation", 0}, {"text", 1},  {"binary", 2}, {"close", 8},
                                             {"ping", 9},         {"pong", 10}, {NULL, 0}};
static const struct sticky_name flags[] = {{"fin", 0x80}, {"comp", 0x40}, {NULL, 0}};

static int parse_opcode(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_WEBSOCKET_OPCODE, option, UINT8_MAX, opcodes, err);
}

static int parse_flags(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_flags(b, BUFFER_WEBSOCKET_FLAGS, option, UINT8_MAX, flags, err);
}

const struct keyword keywords_websocket[] = {
    {"websocket.opcode", NULL, VALUE_REQUIRED, parse_opcode},
    {"websocket.flags", NULL, VALUE_REQUIRED, parse_flags},
    {NULL, NULL, VALUE_NONE, NULL},
};
