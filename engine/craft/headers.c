#include "craft/headers.h"

#include <errno.h>

#include "packet/checksum.h"
#include "packet/wire_put.h"

enum {
    TCP_HEADER = 20,
    TCP_OPTIONS_MOST = 40,
    UDP_HEADER = 8,
    ICMP_HEADER = 8,
    IPV4_HEADER = 20,
    IPV4_OPTIONS_MOST = 40,
    IPV6_HEADER = 40,
    TTL = 64,
    DONT_FRAGMENT = 0x4000,
    MORE_FRAGMENTS = 0x2000,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_ICMPV6 = 58,
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_VLAN = 0x8100,
    DATAGRAM_MOST = 65535,
};

/* Appends `n` zero bytes; where they begin, or NULL. */
static uint8_t *put_room(struct buf *out, size_t n)
{
    if (buf_reserve(out, n))
        return NULL;
    uint8_t *at = out->p + out->n;
    memset(at, 0, n);
    out->n += n;
    return at;
}

static void put_checksum(uint8_t *message, size_t n, size_t field, uint64_t pseudo, bool wrong)
{
    uint16_t value = checksum_finish(checksum_add(slice_of(message, n), pseudo));
    wire_put16(message + field, wrong ? (uint16_t)(value ^ 0x5555) : value);
}

static uint64_t pseudo(const struct craft_way *way, uint8_t protocol, size_t n)
{
    return checksum_pseudo(&way->from->address, &way->to->address, protocol, (uint32_t)n);
}

static void put_payload(uint8_t *to, struct slice payload)
{
    if (payload.n)
        memcpy(to, payload.p, payload.n);
}

int craft_put_tcp(struct buf *out, const struct craft_way *way, const struct craft_tcp_header *tcp,
                  struct slice payload, bool wrong)
{
    struct slice options = slice_first(tcp->options, TCP_OPTIONS_MOST);
    size_t padded = (options.n + 3) / 4 * 4, head = TCP_HEADER + padded, n = head + payload.n;
    uint8_t *h = put_room(out, n);
    if (!h)
        return -ENOMEM;
    wire_put16(h, way->from->port);
    wire_put16(h + 2, way->to->port);
    wire_put32(h + 4, tcp->sequence);
    wire_put32(h + 8, tcp->acknowledgment);
    h[12] = (uint8_t)(head / 4 << 4 | (tcp->reserved & 0xf));
    h[13] = tcp->flags;
    wire_put16(h + 14, tcp->window);
    wire_put16(h + 18, tcp->urgent);
    memset(h + TCP_HEADER, 1, padded); /* no-operations */
    put_payload(h + TCP_HEADER, options);
    put_payload(h + head, payload);
    put_checksum(h, n, 16, pseudo(way, PROTOCOL_TCP, n), wrong);
    return 0;
}

int craft_put_udp(struct buf *out, const struct craft_way *way, struct slice payload, bool wrong)
{
    size_t n = UDP_HEADER + payload.n;
    uint8_t *h = put_room(out, n);
    if (!h)
        return -ENOMEM;
    wire_put16(h, way->from->port);
    wire_put16(h + 2, way->to->port);
    wire_put16(h + 4, (uint32_t)n);
    put_payload(h + UDP_HEADER, payload);
    put_checksum(h, n, 6, pseudo(way, PROTOCOL_UDP, n), wrong);
    if (!h[6] && !h[7]) /* zero says "none" */
        h[6] = h[7] = 0xff;
    return 0;
}

int craft_put_icmp(struct buf *out, const struct craft_way *way, const struct craft_icmp *icmp,
                   struct slice payload, bool wrong)
{
    size_t n = ICMP_HEADER + payload.n;
    uint8_t *h = put_room(out, n);
    if (!h)
        return -ENOMEM;
    h[0] = icmp->type;
    h[1] = icmp->code;
    memcpy(h + 4, icmp->rest, sizeof icmp->rest);
    put_payload(h + ICMP_HEADER, payload);
    bool v4 = way->from->address.version == 4;
    put_checksum(h, n, 2, v4 ? 0 : pseudo(way, PROTOCOL_ICMPV6, n), wrong);
    return 0;
}

static int put_ethernet(struct buf *out, const struct craft_way *way)
{
    size_t n = 14 + 4 * (size_t)way->vlan_count;
    uint8_t *h = put_room(out, n);
    if (!h)
        return -ENOMEM;
    memcpy(h, way->to->mac, 6);
    memcpy(h + 6, way->from->mac, 6);
    h += 12;
    for (unsigned i = 0; i < way->vlan_count; i++, h += 4) {
        wire_put16(h, ETHERTYPE_VLAN);
        wire_put16(h + 2, way->vlan[i]);
    }
    wire_put16(h, way->from->address.version == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    return 0;
}

static uint16_t fragment_field(const struct craft_ip *ip, const struct craft_part *part)
{
    if (ip->has_fragment)
        return ip->fragment;
    if (part->is_fragment)
        return (uint16_t)((part->more ? MORE_FRAGMENTS : 0) | part->offset / 8);
    return DONT_FRAGMENT;
}

static int put_ipv4(struct buf *out, const struct craft_way *way, const struct craft_part *part,
                    size_t payload)
{
    const struct craft_ip *ip = way->ip;
    struct slice options = slice_first(ip->options, IPV4_OPTIONS_MOST);
    size_t head = IPV4_HEADER + (options.n + 3) / 4 * 4, n = head + payload;
    if (n > DATAGRAM_MOST)
        return -E2BIG;
    uint8_t *h = put_room(out, head);
    if (!h)
        return -ENOMEM;
    h[0] = (uint8_t)(0x40 | head / 4);
    h[1] = ip->has_tos ? ip->tos : 0;
    wire_put16(h + 2, ip->total_length ? ip->total_length : (uint32_t)n);
    wire_put16(h + 4, part->id);
    wire_put16(h + 6, fragment_field(ip, part));
    h[8] = ip->has_ttl ? ip->ttl : TTL;
    h[9] = way->protocol;
    memcpy(h + 12, way->from->address.bytes, 4);
    memcpy(h + 16, way->to->address.bytes, 4);
    put_payload(h + IPV4_HEADER, options);
    put_checksum(h, head, 10, 0, ip->bad_checksum);
    return 0;
}

static int put_ipv6(struct buf *out, const struct craft_way *way, size_t payload)
{
    const struct craft_ip *ip = way->ip;
    uint8_t class = ip->has_tos ? ip->tos : 0;
    if (payload > DATAGRAM_MOST)
        return -E2BIG;
    uint8_t *h = put_room(out, IPV6_HEADER);
    if (!h)
        return -ENOMEM;
    h[0] = (uint8_t)(0x60 | class >> 4);
    h[1] = (uint8_t)(class << 4);
    wire_put16(h + 4, ip->total_length ? ip->total_length : (uint32_t)payload);
    h[6] = way->protocol;
    h[7] = ip->has_ttl ? ip->ttl : TTL;
    memcpy(h + 8, way->from->address.bytes, 16);
    memcpy(h + 24, way->to->address.bytes, 16);
    return 0;
}

int craft_put_frame(struct buf *out, const struct craft_way *way, const struct craft_part *part,
                    struct slice payload)
{
    bool v4 = way->from->address.version == 4;
    int rc = put_ethernet(out, way);
    if (!rc)
        rc = v4 ? put_ipv4(out, way, part, payload.n) : put_ipv6(out, way, payload.n);
    return rc ? rc : buf_append(out, payload);
}
