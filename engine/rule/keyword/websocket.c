/* WebSocket (RFC 6455, 5.2): websocket.opcode by name, websocket.flags as a list of names. */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/sticky.h"

struct named {
    const char *name;
    uint8_t value;
};

static const struct named opcodes[] = {{"continuation", 0}, {"text", 1}, {"binary", 2},
                                       {"close", 8},        {"ping", 9}, {"pong", 10}};
static const struct named flags[] = {{"fin", 0x80}, {"comp", 0x40}};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static int add(struct rule_builder *b, enum buffer_id buffer, struct uint_condition condition,
               struct err *err)
{
    struct uint_condition *copy = malloc(sizeof *copy);
    if (!copy)
        return err_set(err, -ENOMEM, "out of memory");
    *copy = condition;
    return sticky_test(b, buffer, &sticky_number_ops, copy, err);
}

static int parse_opcode(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice text = option->value;
    bool negated = text_negated(&text);
    for (size_t i = 0; i < COUNT(opcodes); i++)
        if (text_equal(text, opcodes[i].name))
            return add(b, BUFFER_WEBSOCKET_OPCODE,
                       (struct uint_condition){.compare = negated ? UINT_NOT_EQUAL : UINT_EQUAL,
                                               .a = opcodes[i].value},
                       err);
    return sticky_number(b, BUFFER_WEBSOCKET_OPCODE, option, UINT8_MAX, err);
}

/* fin, !comp: the bits that must be set, and those that must not. False when a word is none of them. */
static bool read_flags(struct slice text, struct uint_condition *condition)
{
    *condition = (struct uint_condition){.compare = UINT_BITS};
    while (text.n) {
        bool negated = text_negated(&text);
        size_t n = 0, i = 0;
        while (n < text.n && text.p[n] != ',' && text.p[n] != ' ')
            n++;
        while (i < COUNT(flags) && !slice_equal(slice_first(text, n), slice_str(flags[i].name)))
            i++;
        if (i == COUNT(flags))
            return false;
        condition->a |= flags[i].value;
        condition->b |= negated ? 0 : flags[i].value;
        while (n < text.n && (text.p[n] == ',' || text.p[n] == ' '))
            n++;
        text = slice_from(text, n);
    }
    return condition->a;
}

static int parse_flags(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct uint_condition condition;
    if (read_flags(option->value, &condition))
        return add(b, BUFFER_WEBSOCKET_FLAGS, condition, err);
    return sticky_number(b, BUFFER_WEBSOCKET_FLAGS, option, UINT8_MAX, err);
}

const struct keyword keywords_websocket[] = {
    {"websocket.opcode", NULL, VALUE_REQUIRED, parse_opcode},
    {"websocket.flags", NULL, VALUE_REQUIRED, parse_flags},
    {NULL, NULL, VALUE_NONE, NULL},
};
