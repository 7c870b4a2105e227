#include "packet/reject.h"

#include <errno.h>
#include <string.h>

#include "packet/checksum.h"
#include "packet/packet.h"
#include "packet/wire_put.h"

enum {
    ETHERNET_ADDRESS = 6,
    IPV4_HEADER = 20,
    IPV6_HEADER = 40,
    TCP_HEADER = 20,
    ICMP_HEADER = 8,
    TTL = 64,
    QUOTED_V4 = 8,    /* bytes behind the header, RFC 792 */
    QUOTED_V6 = 1200, /* of the packet: the answer stays below the least MTU, RFC 4443 2.4 */
    PROTOCOL_ICMP = 1,
    PROTOCOL_TCP = 6,
    PROTOCOL_ICMPV6 = 58,
};

struct answer {
    struct buf *out;
    const struct packet *packet;
    const struct address *source, *destination;
    uint16_t source_port, destination_port;
    bool to_sender;
    size_t network; /* where the IP header begins */
};

static bool is_single(const struct address *a)
{
    static const uint8_t broadcast[4] = {255, 255, 255, 255}, none[16];
    if (memcmp(a->bytes, none, a->version == 4 ? 4 : 16) == 0)
        return false;
    return a->version == 4 ? (a->bytes[0] & 0xf0) != 0xe0 && memcmp(a->bytes, broadcast, 4) != 0
                           : a->bytes[0] != 0xff;
}

/* Whether there is an answer, and the bytes before the IP header. */
static bool can_answer(const struct packet *p, struct slice frame, bool to_sender, size_t *link)
{
    const struct slice header = p->ip.header;
    if (p->source != PACKET_WIRE || !(p->layers & LAYER_ETHERNET) || p->is_fragment || p->invalid)
        return false;
    if (header.p < frame.p || header.p >= frame.p + frame.n)
        return false;
    *link = (size_t)(header.p - frame.p);
    if (!is_single(&p->source_address) || !is_single(&p->destination_address) || p->ether_destination[0] & 1)
        return false;
    if (p->layers & LAYER_TCP)
        return !(p->tcp.flags & TCP_RST);
    return to_sender && !(p->layers & (LAYER_ICMPV4 | LAYER_ICMPV6));
}

static int put_zeros(struct buf *out, size_t n)
{
    static const uint8_t zeros[IPV6_HEADER];
    return buf_append(out, slice_of(zeros, n));
}

static int put_link(struct answer *a, struct slice frame)
{
    int result = buf_append(a->out, slice_first(frame, a->network));
    if (result || !a->to_sender)
        return result;
    memcpy(a->out->p, frame.p + ETHERNET_ADDRESS, ETHERNET_ADDRESS);
    memcpy(a->out->p + ETHERNET_ADDRESS, frame.p, ETHERNET_ADDRESS);
    return 0;
}

/* With room for `payload` bytes behind it, which are zero. */
static int put_network(struct answer *a, uint8_t protocol, size_t payload)
{
    bool v4 = a->source->version == 4;
    size_t length = v4 ? IPV4_HEADER : IPV6_HEADER;
    int result = put_zeros(a->out, length);
    if (result)
        return result;
    uint8_t *h = a->out->p + a->network;
    if (v4) {
        h[0] = 0x45;
        wire_put16(h + 2, (uint32_t)(length + payload));
        h[6] = 0x40; /* do not fragment: no identification is needed */
        h[8] = TTL;
        h[9] = protocol;
        memcpy(h + 12, a->source->bytes, 4);
        memcpy(h + 16, a->destination->bytes, 4);
        wire_put16(h + 10, checksum_finish(checksum_add(slice_of(h, length), 0)));
    } else {
        h[0] = 0x60;
        wire_put16(h + 4, (uint32_t)payload);
        h[6] = protocol;
        h[7] = TTL;
        memcpy(h + 8, a->source->bytes, 16);
        memcpy(h + 24, a->destination->bytes, 16);
    }
    return 0;
}

static void put_checksum(struct answer *a, size_t at, size_t field, uint8_t protocol, bool pseudo)
{
    struct slice bytes = slice_from(buf_slice(a->out), at);
    uint64_t sum = pseudo ? checksum_pseudo(a->source, a->destination, protocol, (uint32_t)bytes.n) : 0;
    wire_put16(a->out->p + at + field, checksum_finish(checksum_add(bytes, sum)));
}

/* What the sender expects next is what it has acknowledged; what the receiver expects is this packet. */
static int put_reset(struct answer *a)
{
    const struct tcp_fields *tcp = &a->packet->tcp;
    int result = put_network(a, PROTOCOL_TCP, TCP_HEADER);
    size_t at = a->out->n;
    result = result ? result : put_zeros(a->out, TCP_HEADER);
    if (result)
        return result;
    uint32_t after =
        tcp->sequence + (uint32_t)a->packet->payload.n + !!(tcp->flags & TCP_SYN) + !!(tcp->flags & TCP_FIN);
    uint32_t acknowledged = tcp->flags & TCP_ACK ? tcp->acknowledgment : 0;
    bool acknowledges = a->to_sender || tcp->flags & TCP_ACK;
    uint8_t *h = a->out->p + at;
    wire_put16(h, a->source_port);
    wire_put16(h + 2, a->destination_port);
    wire_put32(h + 4, a->to_sender ? acknowledged : tcp->sequence);
    wire_put32(h + 8, a->to_sender ? after : acknowledged);
    h[12] = TCP_HEADER / 4 << 4;
    h[13] = (uint8_t)(TCP_RST | (acknowledges ? TCP_ACK : 0));
    put_checksum(a, at, 16, PROTOCOL_TCP, true);
    return 0;
}

static int put_unreachable(struct answer *a, struct slice frame)
{
    bool v4 = a->source->version == 4;
    uint8_t protocol = v4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    struct slice quoted =
        slice_first(slice_from(frame, a->network), a->packet->ip.header.n + a->packet->ip.payload.n);
    quoted = slice_first(quoted, v4 ? a->packet->ip.header.n + QUOTED_V4 : QUOTED_V6);
    int result = put_network(a, protocol, ICMP_HEADER + quoted.n);
    size_t at = a->out->n;
    result = result ? result : put_zeros(a->out, ICMP_HEADER);
    result = result ? result : buf_append(a->out, quoted);
    if (result)
        return result;
    a->out->p[at] = v4 ? 3 : 1;     /* destination unreachable */
    a->out->p[at + 1] = v4 ? 3 : 4; /* port */
    put_checksum(a, at, 2, protocol, !v4);
    return 0;
}

int reject_build(struct buf *out, const struct packet *packet, struct slice frame, bool to_sender)
{
    struct answer a = {
        .out = out,
        .packet = packet,
        .source = to_sender ? &packet->destination_address : &packet->source_address,
        .destination = to_sender ? &packet->source_address : &packet->destination_address,
        .source_port = to_sender ? packet->destination_port : packet->source_port,
        .destination_port = to_sender ? packet->source_port : packet->destination_port,
        .to_sender = to_sender,
    };
    buf_clear(out);
    if (!can_answer(packet, frame, to_sender, &a.network))
        return -ENOTSUP;
    int result = put_link(&a, frame);
    if (result)
        return result;
    return packet->layers & LAYER_TCP ? put_reset(&a) : put_unreachable(&a, frame);
}
