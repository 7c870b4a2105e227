#include "example/packet_options.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "base/err.h"
#include "example/script.h"
#include "rule/keyword.h"

bool packet_number(const char *text, uint64_t most, uint64_t usual, uint64_t *value)
{
    struct uint_condition condition;
    struct err err;
    if (uint_condition_parse(slice_str(text), most, &condition, &err))
        return false;
    uint64_t tries[] = {usual,       condition.a,     0,   condition.a + 1, condition.a - 1,
                        condition.b, condition.b - 1, most};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        *value = tries[i];
        if (*value <= most && uint_condition_holds(&condition, *value))
            return true;
    }
    return false;
}

/* flags:[modifier]LETTERS[,mask]: the flags of a segment that fits. */
static int take_flags(const char *text, struct script *script)
{
    static const char letters[] = "FSRPAUEC";
    static const uint8_t bits[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80};
    bool negated = false;
    uint8_t flags = 0;
    for (; *text && *text != ','; text++) {
        const char *at = strchr(letters, *text & ~0x20);
        negated |= *text == '!';
        if (*text >= 'A' && at)
            flags |= bits[at - letters];
    }
    script->probe = true;
    script->tcp.has_flags = true;
    script->tcp.flags = negated ? (uint8_t)(flags ? 0x10 & ~flags : 0x10) : flags;
    return 0;
}

static int take_fragbits(const char *text, struct script *script)
{
    uint16_t bits = 0;
    for (; *text; text++)
        bits |= *text == 'M' ? 0x2000 : *text == 'D' ? 0x4000 : *text == 'R' ? 0x8000 : 0;
    script->ip.has_fragment = true;
    script->ip.fragment = bits;
    return 0;
}

static int take_protocol(const char *text, struct script *script)
{
    static const struct {
        const char *name;
        uint8_t number;
    } names[] = {{"icmp", 1}, {"igmp", 2}, {"ipip", 4}, {"tcp", 6},
                 {"udp", 17}, {"gre", 47}, {"esp", 50}, {"sctp", 132}};
    uint64_t number = 0;
    while (*text == ' ')
        text++;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(text, names[i].name) == 0)
            number = names[i].number;
    if (!number && !packet_number(text, 255, 253, &number) && *text != '!')
        return -EINVAL;
    script->protocol = number == 6    ? CRAFT_TCP
                       : number == 17 ? CRAFT_UDP
                       : number == 1  ? CRAFT_ICMP
                                      : CRAFT_IP;
    script->ip_protocol = (uint8_t)number;
    return 0;
}

static int take_number(const char *name, const char *text, struct script *script)
{
    uint64_t n;
    uint8_t *rest = script->icmp.rest;
    if (strcasecmp(name, "ttl") == 0 && packet_number(text, 255, 64, &n)) {
        script->ip.has_ttl = true;
        script->ip.ttl = (uint8_t)n;
    } else if (strcasecmp(name, "tos") == 0 && packet_number(text, 255, 0, &n)) {
        script->ip.has_tos = true;
        script->ip.tos = (uint8_t)n;
    } else if (strcasecmp(name, "id") == 0 && packet_number(text, UINT16_MAX, 1, &n)) {
        script->ip.has_id = true;
        script->ip.id = (uint16_t)n;
    } else if (strcasecmp(name, "itype") == 0 && packet_number(text, 255, 8, &n)) {
        script->icmp.type = (uint8_t)n;
    } else if (strcasecmp(name, "icode") == 0 && packet_number(text, 255, 0, &n)) {
        script->icmp.code = (uint8_t)n;
    } else if (strcasecmp(name, "icmp_id") == 0 && packet_number(text, UINT16_MAX, 1, &n)) {
        rest[0] = (uint8_t)(n >> 8);
        rest[1] = (uint8_t)n;
    } else if (strcasecmp(name, "icmp_seq") == 0 && packet_number(text, UINT16_MAX, 1, &n)) {
        rest[2] = (uint8_t)(n >> 8);
        rest[3] = (uint8_t)n;
    } else if ((strcasecmp(name, "window") == 0 || strcasecmp(name, "tcp.window") == 0) &&
               packet_number(text, UINT16_MAX, 64240, &n)) {
        script->tcp.has_window = true;
        script->tcp.window = (uint16_t)n;
    }
    return 0;
}

int packet_options(const struct rule *rule, struct script *script, struct err *err)
{
    bool has_type = false;
    for (uint32_t i = 0; i < rule->option_count; i++) {
        const struct rule_option *option = &rule->options[i];
        if (!option->value)
            continue;
        int rc;
        has_type |= strcasecmp(option->name, "itype") == 0;
        if (strcasecmp(option->name, "flags") == 0 || strcasecmp(option->name, "tcp.flags") == 0)
            rc = take_flags(option->value, script);
        else if (strcasecmp(option->name, "fragbits") == 0)
            rc = take_fragbits(option->value, script);
        else if (strcasecmp(option->name, "ip_proto") == 0)
            rc = take_protocol(option->value, script);
        else
            rc = take_number(option->name, option->value, script);
        if (rc)
            return err_set(err, rc, "%s:%.60s: no packet was found for it", option->name, option->value);
    }
    if (!has_type && script->protocol == CRAFT_ICMP)
        script->icmp.type = rule->header.protocol == PROTOCOL_ICMPV6 ? 128 : 8;
    return 0;
}
