/* UDP (RFC 768), SCTP (RFC 9260) and ESP (RFC 4303). */
#include "packet/decoding.h"

enum { UDP_HEADER = 8, SCTP_HEADER = 12, ESP_HEADER = 8 };

void decode_udp(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < UDP_HEADER) {
        packet_event_add(&p->events, EVENT_UDP_HLEN_TOO_SMALL);
        return;
    }
    size_t length = wire_be16(s, 4);
    /* RFC 2675 4: 0 in a jumbogram; no link of ours carries those */
    if (length < UDP_HEADER) {
        packet_event_add(&p->events, EVENT_UDP_LEN_INVALID);
        return;
    }
    if (length > s.n) {
        packet_event_add(&p->events, EVENT_UDP_PKT_TOO_SMALL);
        return;
    }
    p->layers |= LAYER_UDP;
    p->source_port = wire_be16(s, 0);
    p->destination_port = wire_be16(s, 2);
    p->transport = slice_first(s, UDP_HEADER);
    p->payload = slice_from(slice_first(s, length), UDP_HEADER);
    bool has_sum = wire_be16(s, 6) != 0 || p->source_address.version == 6; /* RFC 8200 8.1 */
    if (has_sum)
        decoding_checksum(d, p, 17, slice_first(s, length));
    decoding_flow_hash(d, p);
    if (decode_udp_tunnel(d, p, p->payload))
        p->payload = slice_of(NULL, 0); /* the packet inside is inspected instead */
}

void decode_sctp(struct decoding *d, struct packet *p, struct slice s)
{
    if (s.n < SCTP_HEADER) {
        packet_event_add(&p->events, EVENT_SCTP_PKT_TOO_SMALL);
        return;
    }
    p->layers |= LAYER_SCTP;
    p->source_port = wire_be16(s, 0);
    p->destination_port = wire_be16(s, 2);
    p->transport = slice_first(s, SCTP_HEADER);
    p->payload = slice_from(s, SCTP_HEADER);
    decoding_flow_hash(d, p);
}

void decode_esp(struct decoding *d, struct packet *p, struct slice s)
{
    if (!decoding_layer(d, p))
        return;
    if (s.n < ESP_HEADER) {
        packet_event_add(&p->events, EVENT_ESP_PKT_TOO_SMALL);
        return;
    }
    p->layers |= LAYER_ESP;
    p->transport = slice_first(s, ESP_HEADER);
    p->payload = slice_from(s, ESP_HEADER);
    decoding_flow_hash(d, p);
}
