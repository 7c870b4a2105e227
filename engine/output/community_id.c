#include "output/community_id.h"

#include <openssl/evp.h>

#include "base/digest.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, SCTP = 132 };

/* The message type that answers another: the spec treats the pair as the two ports of a connection. */
static const struct {
    uint8_t protocol, type, answer;
} icmp_pairs[] = {
    {ICMP, 8, 0},       {ICMP, 0, 8},       {ICMP, 13, 14},     {ICMP, 14, 13},     {ICMP, 15, 16},
    {ICMP, 16, 15},     {ICMP, 10, 9},      {ICMP, 9, 10},      {ICMP, 17, 18},     {ICMP, 18, 17},
    {ICMPV6, 128, 129}, {ICMPV6, 129, 128}, {ICMPV6, 133, 134}, {ICMPV6, 134, 133}, {ICMPV6, 135, 136},
    {ICMPV6, 136, 135}, {ICMPV6, 130, 131}, {ICMPV6, 131, 130}, {ICMPV6, 139, 140}, {ICMPV6, 140, 139},
    {ICMPV6, 144, 145}, {ICMPV6, 145, 144},
};

/* For ICMP: the ports that the spec gives type and code. True when the message has no answer: one-way. */
static bool icmp_ports(const struct community_tuple *tuple, uint16_t *source, uint16_t *destination)
{
    *source = tuple->source_port;
    *destination = tuple->destination_port;
    for (size_t i = 0; i < sizeof icmp_pairs / sizeof icmp_pairs[0]; i++)
        if (icmp_pairs[i].protocol == tuple->protocol && icmp_pairs[i].type == tuple->source_port) {
            *destination = icmp_pairs[i].answer;
            return false;
        }
    return true;
}

static size_t put_port(uint8_t *p, uint16_t port)
{
    p[0] = (uint8_t)(port >> 8);
    p[1] = (uint8_t)port;
    return 2;
}

void community_id(const struct community_tuple *tuple, uint16_t seed, char text[COMMUNITY_ID_TEXT])
{
    text[0] = 0;
    const struct address *from = &tuple->source, *to = &tuple->destination;
    if (!from->version)
        return;
    bool icmp = tuple->protocol == ICMP || tuple->protocol == ICMPV6;
    bool ports = icmp || tuple->protocol == TCP || tuple->protocol == UDP || tuple->protocol == SCTP;
    uint16_t source = ports ? tuple->source_port : 0, destination = ports ? tuple->destination_port : 0;
    bool one_way = icmp && icmp_ports(tuple, &source, &destination);
    int order = address_compare(from, to);
    if (!one_way && (order > 0 || (order == 0 && source > destination))) {
        const struct address *swapped = from;
        from = to;
        to = swapped;
        uint16_t port = source;
        source = destination;
        destination = port;
    }
    uint8_t input[2 + 16 + 16 + 2 + 4];
    size_t width = from->version == 4 ? 4 : 16, n = put_port(input, seed);
    memcpy(input + n, from->bytes, width);
    memcpy(input + n + width, to->bytes, width);
    n += 2 * width;
    input[n++] = tuple->protocol;
    input[n++] = 0;
    /* The specification leaves the ports out for protocols without any; Suricata has zeroes there. */
    n += put_port(input + n, source);
    n += put_port(input + n, destination);
    uint8_t digest[DIGEST_MOST];
    size_t size = digest_of(DIGEST_SHA1, slice_of(input, n), digest);
    if (!size)
        return;
    memcpy(text, "1:", 2);
    EVP_EncodeBlock((unsigned char *)text + 2, digest, (int)size);
}
