/*
 * Fields of the IP headers (RFC 791, RFC 8200) and the header buffers: ttl, tos, id, ipopts, fragbits,
 * fragoffset, sameip, l3_proto, ip.src, ip.dst, ipv4.hdr, ipv6.hdr, udp.hdr. ip_proto is in ip_proto.c, the
 * checksums are in checksum.c.
 */
#include <errno.h>

#include "packet/ip_option.h"
#include "packet/packet.h"
#include "rule/keyword/checksum.h"
#include "rule/keyword/ip_proto.h"
#include "rule/keyword/number.h"

enum { LAYER_IP = LAYER_IPV4 | LAYER_IPV6, FRAGMENT_UNIT = 8 };

static bool match_ttl(const void *data, const struct view *view)
{
    return view_has(view, LAYER_IP) && number_holds(data, view->packet->ip.ttl);
}

/* tos and id know IPv4 only. */
static bool match_tos(const void *data, const struct view *view)
{
    return view_has(view, LAYER_IPV4) && number_holds(data, view->packet->ip.tos);
}

static bool match_id(const void *data, const struct view *view)
{
    return view_has(view, LAYER_IPV4) && number_holds(data, view->packet->ip.identification);
}

static bool match_options(const void *data, const struct view *view)
{
    return view_has(view, LAYER_IPV4) && (view->packet->ip.options & *(const uint32_t *)data) != 0;
}

static bool match_same(const void *data, const struct view *view)
{
    (void)data;
    const struct packet *p = view->packet;
    return p->layers & LAYER_IP && address_equal(&p->source_address, &p->destination_address);
}

static bool match_version(const void *data, const struct view *view)
{
    return (view->packet->layers & *(const uint32_t *)data) != 0;
}

static const struct test_ops ttl_ops = {.keyword = "ttl", .match = match_ttl};
static const struct test_ops tos_ops = {.keyword = "tos", .match = match_tos};
static const struct test_ops id_ops = {.keyword = "id", .match = match_id};
static const struct test_ops options_ops = {.keyword = "ipopts", .match = match_options};
static const struct test_ops same_ops = {.keyword = "sameip", .match = match_same};
static const struct test_ops version_ops = {.keyword = "l3_proto", .match = match_version};

static int parse_ttl(struct rule_builder *b, const struct option *option, struct err *err)
{
    int r = number_test(b, option, UINT8_MAX, &ttl_ops, err);
    if (!r)
        hint_layers(b->rule, LAYER_IP);
    return r;
}

static int parse_tos(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice s = option->value;
    struct uint_condition c = {.compare = UINT_EQUAL};
    text_unquote(&s);
    s = text_trim(s);
    if (text_negated(&s))
        c.compare = UINT_NOT_EQUAL;
    /* Hexadecimal is spelt x1f here, without a zero. */
    char hex[] = "0x??";
    if (s.n >= 2 && s.n <= 3 && (s.p[0] | 0x20) == 'x') {
        memcpy(hex + 2, s.p + 1, s.n - 1);
        s = slice_of(hex, s.n + 1);
    } else if (s.n > 1 && (s.p[1] | 0x20) == 'x') {
        s.n = 0;
    }
    if (!text_uint(s, UINT8_MAX, &c.a)) {
        err_set(err, -EINVAL, "expected a number from 0 to 255");
        err_hint(err, "hexadecimal numbers are written x1f; a ! before it negates");
        return -EINVAL;
    }
    hint_layers(b->rule, LAYER_IPV4);
    return copied_test(b, &tos_ops, &c, sizeof c);
}

static int parse_id(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct uint_condition c = {.compare = UINT_EQUAL};
    int r = number_plain(option, UINT16_MAX, &c.a, err);
    if (r)
        return r;
    hint_layers(b->rule, LAYER_IPV4);
    return copied_test(b, &id_ops, &c, sizeof c);
}

static int parse_options(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const struct {
        const char *name;
        uint32_t bits;
    } known[] = {
        {"rr", IP_OPTION_RR},
        {"lsrr", IP_OPTION_LSRR},
        {"ssrr", IP_OPTION_SSRR},
        {"eol", IP_OPTION_EOL},
        {"nop", IP_OPTION_NOP},
        {"ts", IP_OPTION_TS},
        {"sec", IP_OPTION_SEC},
        {"esec", IP_OPTION_ESEC},
        {"satid", IP_OPTION_SATID},
        {"cipso", IP_OPTION_CIPSO},
        {"rtralt", IP_OPTION_RTRALT},
        {"qs", IP_OPTION_QS},
        {"any", 0}, /* accepted, and matches nothing, as in Suricata 8.0.8 */
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (text_equal(option->value, known[i].name)) {
            hint_layers(b->rule, LAYER_IPV4);
            return copied_test(b, &options_ops, &known[i].bits, sizeof known[i].bits);
        }
    err_set(err, -EINVAL, "unknown IP option \"%.*s\"", (int)option->value.n, (const char *)option->value.p);
    err_hint(err, "known are rr, lsrr, ssrr, eol, nop, ts, sec, esec, satid, cipso, rtralt and any");
    return -EINVAL;
}

enum fragment_bits { FRAGMENT_MORE = 1, FRAGMENT_DONT = 2, FRAGMENT_RESERVED = 4 };

struct fragbits {
    uint8_t bits;
    uint8_t modifier; /* 0, '+', '*' or '!' */
};

static bool match_fragbits(const void *data, const struct view *view)
{
    const struct fragbits *want = data;
    if (!view_has(view, LAYER_IPV4))
        return false;
    const struct ip_fields *ip = &view->packet->ip;
    uint8_t have =
        (uint8_t)((ip->more_fragments ? FRAGMENT_MORE : 0) | (ip->dont_fragment ? FRAGMENT_DONT : 0) |
                  (ip->reserved_bit ? FRAGMENT_RESERVED : 0));
    switch (want->modifier) {
    case '+': /* all of these and at least one other */
        return (have & want->bits) == want->bits && have & ~want->bits;
    case '*':
        return (have & want->bits) != 0;
    case '!':
        return (have & want->bits) != want->bits;
    default:
        return have == want->bits;
    }
}

static const struct test_ops fragbits_ops = {.keyword = "fragbits", .match = match_fragbits};

static int parse_fragbits(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice s = text_trim(option->value);
    struct fragbits want = {0};
    if (s.n && (s.p[0] == '+' || s.p[0] == '*' || s.p[0] == '!')) {
        want.modifier = s.p[0];
        s = text_trim(slice_from(s, 1));
    }
    /* What follows the letters is ignored, as Suricata does: M+ is M. */
    for (; s.n; s = slice_from(s, 1)) {
        if (s.p[0] == 'M')
            want.bits |= FRAGMENT_MORE;
        else if (s.p[0] == 'D')
            want.bits |= FRAGMENT_DONT;
        else if (s.p[0] == 'R')
            want.bits |= FRAGMENT_RESERVED;
        else
            break;
    }
    if (!want.bits)
        return err_set(err, -EINVAL, "expected bits out of M, D and R, and before them +, * or !");
    hint_layers(b->rule, LAYER_IPV4);
    return copied_test(b, &fragbits_ops, &want, sizeof want);
}

/* A fragment header was there: also one that says "the whole" (RFC 6946). */
static bool has_fragment_header(const struct packet *p)
{
    return p->is_fragment || packet_event_has(&p->events, EVENT_IPV6_EXTHDR_USELESS_FH);
}

/* IPv4 counts in units of 8 bytes (RFC 791); of IPv6, Suricata compares the bytes. */
static bool match_fragoffset(const void *data, const struct view *view)
{
    const struct packet *p = view->packet;
    if (view_has(view, LAYER_IPV4))
        return number_holds(data, p->ip.fragment_offset / FRAGMENT_UNIT);
    return view_has(view, LAYER_IPV6) && has_fragment_header(p) && number_holds(data, p->ip.fragment_offset);
}

static const struct test_ops fragoffset_ops = {.keyword = "fragoffset", .match = match_fragoffset};

static int parse_fragoffset(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice s = text_trim(option->value);
    struct uint_condition c = {.compare = UINT_EQUAL};
    if (s.n && (s.p[0] == '<' || s.p[0] == '>')) {
        c.compare = s.p[0] == '<' ? UINT_LESS : UINT_GREATER;
        s = text_trim(slice_from(s, 1));
    }
    size_t digits = 0;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
        digits++;
    /* What follows the digits is ignored, as Suricata does. */
    if (!text_uint(slice_first(s, digits), UINT16_MAX, &c.a))
        return err_set(err, -EINVAL, "expected a fragment offset from 0 to 65535, and before it < or >");
    hint_layers(b->rule, LAYER_IP);
    return copied_test(b, &fragoffset_ops, &c, sizeof c);
}

static int parse_same(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    (void)err;
    hint_layers(b->rule, LAYER_IP);
    return copied_test(b, &same_ops, NULL, 0);
}

static int parse_version(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice s = option->value;
    uint32_t layer = 0;
    if (text_equal(s, "ipv4") || text_equal(s, "ip4"))
        layer = LAYER_IPV4;
    else if (text_equal(s, "ipv6") || text_equal(s, "ip6"))
        layer = LAYER_IPV6;
    else
        return err_set(err, -EINVAL, "expected ipv4 or ipv6");
    hint_layers(b->rule, layer);
    return copied_test(b, &version_ops, &layer, sizeof layer);
}

#define HEADER_BUFFER(function, buffer, layers)                                               \
    static int function(struct rule_builder *b, const struct option *option, struct err *err) \
    {                                                                                         \
        (void)option;                                                                         \
        return select_header(b, buffer, layers, err);                                         \
    }
HEADER_BUFFER(parse_source, BUFFER_IP_SRC, LAYER_IP)
HEADER_BUFFER(parse_destination, BUFFER_IP_DST, LAYER_IP)
HEADER_BUFFER(parse_ipv4_header, BUFFER_IPV4_HDR, LAYER_IPV4)
HEADER_BUFFER(parse_ipv6_header, BUFFER_IPV6_HDR, LAYER_IPV6)
HEADER_BUFFER(parse_udp_header, BUFFER_UDP_HDR, LAYER_UDP)
#undef HEADER_BUFFER

const struct keyword keywords_ip[] = {
    {"ttl", NULL, VALUE_REQUIRED, parse_ttl},
    {"template2", NULL, VALUE_REQUIRED, parse_ttl}, /* of Suricata: an example for who writes keywords */
    {"tos", NULL, VALUE_REQUIRED, parse_tos},
    {"id", NULL, VALUE_REQUIRED, parse_id},
    {"ipopts", NULL, VALUE_REQUIRED, parse_options},
    {"fragbits", NULL, VALUE_REQUIRED, parse_fragbits},
    {"fragoffset", NULL, VALUE_REQUIRED, parse_fragoffset},
    {"ip_proto", NULL, VALUE_REQUIRED, parse_ip_proto},
    {"sameip", NULL, VALUE_NONE, parse_same},
    {"l3_proto", NULL, VALUE_REQUIRED, parse_version},
    {"ip.src", NULL, VALUE_NONE, parse_source},
    {"ip.dst", NULL, VALUE_NONE, parse_destination},
    {"ipv4.hdr", NULL, VALUE_NONE, parse_ipv4_header},
    {"ipv6.hdr", NULL, VALUE_NONE, parse_ipv6_header},
    {"udp.hdr", NULL, VALUE_NONE, parse_udp_header},
    {"ipv4-csum", NULL, VALUE_REQUIRED, parse_ipv4_checksum},
    {"tcpv4-csum", NULL, VALUE_REQUIRED, parse_tcpv4_checksum},
    {"tcpv6-csum", NULL, VALUE_REQUIRED, parse_tcpv6_checksum},
    {"udpv4-csum", NULL, VALUE_REQUIRED, parse_udpv4_checksum},
    {"udpv6-csum", NULL, VALUE_REQUIRED, parse_udpv6_checksum},
    {"icmpv4-csum", NULL, VALUE_REQUIRED, parse_icmpv4_checksum},
    {"icmpv6-csum", NULL, VALUE_REQUIRED, parse_icmpv6_checksum},
    {NULL, NULL, VALUE_NONE, NULL},
};
