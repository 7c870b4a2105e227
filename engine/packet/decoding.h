/*
 * The decoder from inside: the state of one decode_frame call and the functions of each layer.
 *
 * Each function decodes one header at the start of `s` into `p` and calls the next. It returns false when the
 * packet is not worth having: its network header is broken or none follows (the event says why on a packet of
 * the link; a tunnelled one is then dropped, as Suricata does). Slices borrow from the frame. One thread.
 */
#ifndef SLUICE_PACKET_DECODING_H
#define SLUICE_PACKET_DECODING_H

#include "packet/checksum.h"
#include "packet/decode.h"
#include "packet/defrag.h"
#include "packet/wire.h"

enum { DECODE_LAYERS = 14 }; /* headers below the link, those of all tunnels together; found by asking */

struct decoding;
typedef bool decode_function(struct decoding *d, struct packet *p, struct slice s);

struct decoder {
    struct decode_config config;
    uint16_t link_type;           /* of the last frame, ... */
    decode_function *decode_link; /* ... and who decodes such; NULL: nobody, or there was none yet */
    struct decode_counters counters;
    struct checksum_watch watch;
    struct defrag *defrag;
};

struct decoding {
    struct decoder *decoder;
    const struct frame *frame;
    struct packet *out; /* DECODE_PACKETS of them */
    unsigned count;
    unsigned layers;   /* decoded so far, around the current header */
    bool validate;     /* checksums */
    bool wrong;        /* a checksum of this frame was wrong */
    bool has_checksum; /* this frame had one to look at */
};

/* link layers: decode_link.c, decode_ethernet.c, decode_ppp.c, decode_wifi.c */
decode_function *decode_link_function(uint16_t link_type, const char **name);
decode_function decode_ethernet, decode_ethernet_kept, decode_ppp, decode_ppp_hdlc, decode_pppoe_session,
    decode_pppoe_discovery;
decode_function decode_mpls, decode_nsh, decode_arp, decode_ieee80211, decode_radiotap;
/* By the ethertype that stands before `s`. `known` says whether there is such a decoder. */
bool decode_ethertype(struct decoding *d, struct packet *p, uint16_t type, struct slice s, bool *known);

/* network: decode_ipv4.c, decode_ipv6.c, decode_ipv6_extension.c */
decode_function decode_ip, decode_ipv4, decode_ipv6;
/* Walks extension headers; false when the transport cannot be reached, else `protocol` and `s` are its. */
bool decode_ipv6_extensions(struct decoding *d, struct packet *p, uint8_t *protocol, struct slice *s);

/* transports: decode_transport.c, decode_tcp.c, decode_icmp.c */
void decode_tcp(struct decoding *d, struct packet *p, struct slice s);
void decode_udp(struct decoding *d, struct packet *p, struct slice s);
void decode_sctp(struct decoding *d, struct packet *p, struct slice s);
void decode_esp(struct decoding *d, struct packet *p, struct slice s);
void decode_icmpv4(struct decoding *d, struct packet *p, struct slice s);
void decode_icmpv6(struct decoding *d, struct packet *p, struct slice s);
void decode_igmp(struct decoding *d, struct packet *p, struct slice s);

/* Looks at what IP carries: a transport, a tunnel or nothing that we know. All but TCP: decode_ipv6.c. */
void decode_protocol_rare(struct decoding *d, struct packet *p, struct slice s);
static inline void decode_protocol(struct decoding *d, struct packet *p, struct slice s)
{
    if (p->ip.protocol == 6)
        decode_tcp(d, p, s);
    else
        decode_protocol_rare(d, p, s);
}

/* tunnels: decode_gre.c, decode_tunnel.c */
void decode_gre(struct decoding *d, struct packet *p, struct slice s);
void decode_ip_in_ip(struct decoding *d, struct packet *p, struct slice s);
/* Whether the payload of this UDP packet was a tunnel of ours and its content became a packet. */
bool decode_udp_tunnel(struct decoding *d, struct packet *p, struct slice s);

/* Makes the packet inside `outer` and decodes it; false, and no packet, when it is broken or too deep. */
bool decoding_unwrap(struct decoding *d, struct packet *outer, enum packet_source source,
                     decode_function *decode, struct slice s);

/* Adds the event; _invalid marks the packet so as well and returns false. */
bool decoding_invalid(struct packet *p, enum packet_event event);
/* Counts a layer; false with an event when that is one too many. */
bool decoding_too_deep(struct decoding *d, struct packet *p);
static inline bool decoding_layer(struct decoding *d, struct packet *p)
{
    return d->layers < DECODE_LAYERS ? (d->layers++, true) : decoding_too_deep(d, p);
}

/* Compares the transport checksum over the pseudo header and `s`; marks the packet when it is wrong. */
void decoding_checksum(struct decoding *d, struct packet *p, uint8_t protocol, struct slice s);
/* Marks the packet when `sum` (checksum_add) does not come out as a correct one. */
void decoding_check_sum(struct decoding *d, struct packet *p, uint64_t sum);

/* Sets packet.flow_hash from its addresses, `protocol` and ports; or from what an ICMPv4 error quotes. */
void decoding_flow_hash(const struct decoding *d, struct packet *p);

#endif
