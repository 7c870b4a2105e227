#include "rule/keyword/ip_proto.h"
#include "packet/packet.h"

#include <errno.h>

#include "rule/keyword/number.h"

/* The names that Suricata 8.0.8 knows; numbers of https://www.iana.org/assignments/protocol-numbers. */
static const struct {
    const char *name;
    uint8_t number;
} protocols[] = {
    {"ip", 0},         {"icmp", 1},         {"igmp", 2},       {"ggp", 3},         {"ipencap", 4},
    {"st", 5},         {"tcp", 6},          {"egp", 8},        {"igp", 9},         {"pup", 12},
    {"udp", 17},       {"hmp", 20},         {"xns-idp", 22},   {"rdp", 27},        {"iso-tp4", 29},
    {"dccp", 33},      {"xtp", 36},         {"ddp", 37},       {"idpr-cmtp", 38},  {"ipv6-route", 43},
    {"ipv6-frag", 44}, {"idrp", 45},        {"rsvp", 46},      {"gre", 47},        {"esp", 50},
    {"ah", 51},        {"skip", 57},        {"ipv6-icmp", 58}, {"ipv6-nonxt", 59}, {"ipv6-opts", 60},
    {"vmtp", 81},      {"eigrp", 88},       {"ospf", 89},      {"ax.25", 93},      {"ipip", 94},
    {"etherip", 97},   {"encap", 98},       {"pim", 103},      {"ipcomp", 108},    {"vrrp", 112},
    {"l2tp", 115},     {"isis", 124},       {"sctp", 132},     {"fc", 133},        {"mobility-header", 135},
    {"udplite", 136},  {"mpls-in-ip", 137}, {"manet", 138},    {"shim6", 140},     {"wesp", 141},
    {"rohc", 142},
};

static bool protocol_number(struct slice s, uint64_t *number)
{
    if (s.n && s.p[0] >= '0' && s.p[0] <= '9')
        return !(s.n > 1 && (s.p[1] | 0x20) == 'x') && text_uint(s, UINT8_MAX, number);
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
        if (text_equal(s, protocols[i].name)) {
            *number = protocols[i].number;
            return true;
        }
    return false;
}

/* The protocol that stands in the header. Of an IPv6 fragment by itself Suricata sees the fragment header. */
static bool match_ip_proto(const void *data, const struct view *view)
{
    enum { IPPROTO_FRAGMENT_HEADER = 44 };
    const struct packet *p = view->packet;
    if (!(p->layers & (LAYER_IPV4 | LAYER_IPV6)))
        return false;
    bool fragment = p->is_fragment && p->layers & LAYER_IPV6;
    return number_holds(data, fragment ? IPPROTO_FRAGMENT_HEADER : p->ip.protocol);
}

static const struct test_ops ip_proto_ops = {.keyword = "ip_proto", .match = match_ip_proto};

/* Whether what the rule already says about the protocol can stand beside `c`. */
static bool compatible(const struct rule *rule, const struct uint_condition *c)
{
    for (uint32_t i = 0; i < rule->test_count; i++) {
        if (rule->tests[i].ops != &ip_proto_ops)
            continue;
        const struct uint_condition *before = rule->tests[i].data;
        if (c->compare == UINT_EQUAL || before->compare == UINT_EQUAL)
            return false;
        if (c->compare == UINT_NOT_EQUAL || before->compare == UINT_NOT_EQUAL)
            continue;
        if (c->compare == before->compare)
            return false;
        uint64_t above = c->compare == UINT_GREATER ? c->a : before->a;
        uint64_t below = c->compare == UINT_LESS ? c->a : before->a;
        if (below <= above)
            return false;
    }
    return true;
}

int parse_ip_proto(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice s = option->value;
    struct uint_condition c = {.compare = UINT_EQUAL};
    if (b->rule->header.protocol > PROTOCOL_IPV6)
        return err_set(err, -EINVAL, "ip_proto needs a rule whose protocol is ip");
    text_unquote(&s);
    s = text_trim(s);
    if (s.n && (s.p[0] == '!' || s.p[0] == '<' || s.p[0] == '>')) {
        c.compare = s.p[0] == '!' ? UINT_NOT_EQUAL : s.p[0] == '<' ? UINT_LESS : UINT_GREATER;
        s = text_trim(slice_from(s, 1));
    }
    if (!protocol_number(s, &c.a)) {
        err_set(err, -EINVAL, "unknown IP protocol \"%.*s\"", (int)s.n, (const char *)s.p);
        err_hint(err, "a number from 0 to 255 or a name such as tcp, icmp or gre; before it !, < or >");
        return -EINVAL;
    }
    if (!compatible(b->rule, &c))
        return err_set(err, -EINVAL, "this ip_proto contradicts, or repeats, another one of the rule");
    hint_layers(b->rule, LAYER_IPV4 | LAYER_IPV6);
    if (c.compare == UINT_EQUAL)
        hint_ip_protocol(b->rule, (uint8_t)c.a);
    return copied_test(b, &ip_proto_ops, &c, sizeof c);
}
