#include "rule/keyword/checksum.h"
#include "packet/packet.h"
#include "base/cursor.h"

#include <errno.h>

#include "rule/keyword/number.h"

/* The Internet checksum's sum (RFC 1071), not yet folded. */
static uint64_t sum_bytes(uint64_t sum, struct slice s)
{
    for (size_t i = 0; i + 1 < s.n; i += 2)
        sum += (uint64_t)s.p[i] << 8 | s.p[i + 1];
    if (s.n & 1)
        sum += (uint64_t)s.p[s.n - 1] << 8;
    return sum;
}

static bool sum_good(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}

/* Pseudo headers: RFC 9293, 3.1 (IPv4) and RFC 8200, 8.1 (IPv6). */
static uint64_t sum_pseudo(const struct packet *p)
{
    size_t n = p->source_address.version == 4 ? 4 : 16;
    uint64_t sum = sum_bytes(0, slice_of(p->source_address.bytes, n));
    sum = sum_bytes(sum, slice_of(p->destination_address.bytes, n));
    return sum + p->ip.protocol + (uint64_t)p->ip.payload.n;
}

struct checksum {
    bool valid;         /* what the rule wants */
    uint32_t ip, layer; /* bits of enum packet_layer; layer 0: of the IPv4 header */
};

static bool transport_good(const struct packet *p, uint32_t layer)
{
    struct slice segment = p->ip.payload;
    if (layer == LAYER_UDP) {
        struct cursor c = cursor_of(segment);
        uint16_t sum;
        /* Zero: the sender made none (RFC 768). */
        if (p->layers & LAYER_IPV4 && cursor_skip(&c, 6) && cursor_be16(&c, &sum) && sum == 0)
            return true;
    }
    return sum_good(sum_bytes(layer == LAYER_ICMPV4 ? 0 : sum_pseudo(p), segment));
}

static bool match_checksum(const void *data, const struct view *view)
{
    const struct checksum *c = data;
    const struct packet *p = view->packet;
    if (!view_has(view, c->ip) || (c->layer && (!(p->layers & c->layer) || p->is_fragment)))
        return false;
    bool good = c->layer ? transport_good(p, c->layer) : sum_good(sum_bytes(0, p->ip.header));
    return good == c->valid;
}

static const struct test_ops checksum_ops = {.keyword = "csum", .match = match_checksum};

static int parse_checksum(struct rule_builder *b, const struct option *option, uint32_t ip, uint32_t layer,
                          struct err *err)
{
    struct checksum c = {.ip = ip, .layer = layer};
    c.valid = text_equal(option->value, "valid");
    if (!c.valid && !text_equal(option->value, "invalid"))
        return err_set(err, -EINVAL, "expected valid or invalid");
    hint_layers(b->rule, layer ? layer : ip);
    return copied_test(b, &checksum_ops, &c, sizeof c);
}

int parse_ipv4_checksum(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_checksum(b, option, LAYER_IPV4, 0, err);
}

int parse_tcpv4_checksum(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_checksum(b, option, LAYER_IPV4, LAYER_TCP, err);
}

int parse_tcpv6_checksum(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_checksum(b, option, LAYER_IPV6, LAYER_TCP, err);
}

int parse_udpv4_checksum(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_checksum(b, option, LAYER_IPV4, LAYER_UDP, err);
}

int parse_udpv6_checksum(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_checksum(b, option, LAYER_IPV6, LAYER_UDP, err);
}

int parse_icmpv4_checksum(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_checksum(b, option, LAYER_IPV4, LAYER_ICMPV4, err);
}

int parse_icmpv6_checksum(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_checksum(b, option, LAYER_IPV6, LAYER_ICMPV6, err);
}
