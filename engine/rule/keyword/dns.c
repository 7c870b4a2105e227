/* dns.opcode, dns.rcode and dns.rrtype: numbers; of the last two also the names that the IANA registry of
 * DNS parameters gives them, as far as Suricata 8 knows them. */
#include "rule/keyword/sticky.h"

static const struct sticky_name rcodes[] = {
    {"noerror", 0},  {"formerr", 1},  {"servfail", 2},  {"nxdomain", 3}, {"notimp", 4},
    {"refused", 5},  {"yxdomain", 6}, {"yxrrset", 7},   {"nxrrset", 8},  {"notauth", 9},
    {"notzone", 10}, {"badvers", 16}, {"badkey", 17},   {"badtime", 18}, {"badmode", 19},
    {"badname", 20}, {"badalg", 21},  {"badtrunc", 22}, {NULL, 0},
};

static const struct sticky_name types[] = {
#define DNS_TYPE(number, name) {name, number},
#include "base/dns_type_list.h"
#undef DNS_TYPE
    {NULL, 0},
};

static int parse_opcode(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_number(b, BUFFER_DNS_OPCODE, option, UINT8_MAX, err);
}

static int parse_rcode(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_DNS_RCODE, option, UINT16_MAX, rcodes, err);
}

static int parse_type(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_DNS_RRTYPE, option, UINT16_MAX, types, err);
}

const struct keyword keywords_dns[] = {
    {"dns.opcode", NULL, VALUE_REQUIRED, parse_opcode},
    {"dns.rcode", NULL, VALUE_REQUIRED, parse_rcode},
    {"dns.rrtype", NULL, VALUE_REQUIRED, parse_type},
    {NULL, NULL, VALUE_NONE, NULL},
};
