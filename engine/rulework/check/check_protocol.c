/* Keywords about one protocol's packets in a rule about another's: the parser, as Suricata, lets them pass.
 */
#include "rule/rule.h"
#include "rulework/check/check_rule.h"

static const struct {
    const char *keyword;
    enum rule_protocol protocol;
} kinds[] = {
    {"flags", PROTOCOL_TCP},       {"tcp.flags", PROTOCOL_TCP},   {"seq", PROTOCOL_TCP},
    {"tcp.seq", PROTOCOL_TCP},     {"ack", PROTOCOL_TCP},         {"tcp.ack", PROTOCOL_TCP},
    {"window", PROTOCOL_TCP},      {"tcp.window", PROTOCOL_TCP},  {"tcp.mss", PROTOCOL_TCP},
    {"tcp.wscale", PROTOCOL_TCP},  {"stream_size", PROTOCOL_TCP}, {"itype", PROTOCOL_ICMP},
    {"icode", PROTOCOL_ICMP},      {"icmp_id", PROTOCOL_ICMP},    {"icmp_seq", PROTOCOL_ICMP},
    {"icmpv6.mtu", PROTOCOL_ICMP},
};

/* The family of a header's protocol; PROTOCOL_IP for those that may carry any. */
static enum rule_protocol family(enum rule_protocol protocol)
{
    switch (protocol) {
    case PROTOCOL_TCP:
    case PROTOCOL_TCP_PACKET:
    case PROTOCOL_TCP_STREAM:
        return PROTOCOL_TCP;
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV4:
    case PROTOCOL_ICMPV6:
        return PROTOCOL_ICMP;
    case PROTOCOL_UDP:
    case PROTOCOL_SCTP:
        return protocol;
    default:
        return PROTOCOL_IP;
    }
}

void check_protocol(struct checking *c)
{
    enum rule_protocol of_rule = family(c->rule->header.protocol);
    if (of_rule == PROTOCOL_IP)
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct option *option = option_named(c, 0, kinds[i].keyword);
        if (!option || kinds[i].protocol == of_rule)
            continue;
        struct slice protocol = c->text.fields[FIELD_PROTOCOL];
        check_report(c, FINDING_WRONG_PROTOCOL, option_whole(option),
                     "never matches: %s is about %s, the rule about %.*s", kinds[i].keyword,
                     kinds[i].protocol == PROTOCOL_TCP ? "TCP" : "ICMP", (int)protocol.n,
                     (const char *)protocol.p);
        return;
    }
}
