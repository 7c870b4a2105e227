/*
 * ICMP (RFC 792, RFC 4443): type, code, identifier, sequence number, the MTU of "packet too big", and the
 * headers as buffers.
 */
#include <errno.h>

#include "rule/keyword/number.h"
#include "packet/packet.h"

enum { LAYER_ICMP = LAYER_ICMPV4 | LAYER_ICMPV6 };

static bool match_type(const void *data, const struct view *view)
{
    return view_has(view, LAYER_ICMP) && number_holds(data, view->packet->icmp.type);
}

static bool match_code(const void *data, const struct view *view)
{
    return view_has(view, LAYER_ICMP) && number_holds(data, view->packet->icmp.code);
}

static bool match_id(const void *data, const struct view *view)
{
    return view_has(view, LAYER_ICMP) && view->packet->icmp.has_echo &&
           number_holds(data, view->packet->icmp.id);
}

static bool match_sequence(const void *data, const struct view *view)
{
    return view_has(view, LAYER_ICMP) && view->packet->icmp.has_echo &&
           number_holds(data, view->packet->icmp.sequence);
}

static bool match_mtu(const void *data, const struct view *view)
{
    return view_has(view, LAYER_ICMPV6) && view->packet->icmp.has_mtu &&
           number_holds(data, view->packet->icmp.mtu);
}

static const struct test_ops type_ops = {.keyword = "itype", .match = match_type};
static const struct test_ops code_ops = {.keyword = "icode", .match = match_code};
static const struct test_ops id_ops = {.keyword = "icmp_id", .match = match_id};
static const struct test_ops sequence_ops = {.keyword = "icmp_seq", .match = match_sequence};
static const struct test_ops mtu_ops = {.keyword = "icmpv6.mtu", .match = match_mtu};

static int parse_condition(struct rule_builder *b, const struct option *option, uint64_t most,
                           const struct test_ops *ops, uint32_t layers, struct err *err)
{
    int r = number_test(b, option, most, ops, err);
    if (!r)
        hint_layers(b->rule, layers);
    return r;
}

static int parse_type(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_condition(b, option, UINT8_MAX, &type_ops, LAYER_ICMP, err);
}

static int parse_code(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_condition(b, option, UINT8_MAX, &code_ops, LAYER_ICMP, err);
}

static int parse_mtu(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_condition(b, option, UINT32_MAX, &mtu_ops, LAYER_ICMPV6, err);
}

static int parse_equal(struct rule_builder *b, const struct option *option, const struct test_ops *ops,
                       struct err *err)
{
    struct uint_condition c = {.compare = UINT_EQUAL};
    int r = number_plain(option, UINT16_MAX, &c.a, err);
    if (r)
        return r;
    hint_layers(b->rule, LAYER_ICMP);
    return copied_test(b, ops, &c, sizeof c);
}

static int parse_id(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_equal(b, option, &id_ops, err);
}

static int parse_sequence(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_equal(b, option, &sequence_ops, err);
}

static int parse_header_v4(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    return select_header(b, BUFFER_ICMPV4_HDR, LAYER_ICMPV4, err);
}

static int parse_header_v6(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    return select_header(b, BUFFER_ICMPV6_HDR, LAYER_ICMPV6, err);
}

const struct keyword keywords_icmp[] = {
    {"itype", NULL, VALUE_REQUIRED, parse_type},       {"icode", NULL, VALUE_REQUIRED, parse_code},
    {"icmp_id", NULL, VALUE_REQUIRED, parse_id},       {"icmp_seq", NULL, VALUE_REQUIRED, parse_sequence},
    {"icmpv4.hdr", NULL, VALUE_NONE, parse_header_v4}, {"icmpv6.hdr", NULL, VALUE_NONE, parse_header_v6},
    {"icmpv6.mtu", NULL, VALUE_REQUIRED, parse_mtu},   {NULL, NULL, VALUE_NONE, NULL},
};
