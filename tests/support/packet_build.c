#include "support/packet_build.h"

struct packet_pair packet_pair_ipv4(uint16_t client_port)
{
    return (struct packet_pair){.client = {{10, 0, 0, 1}, 4},
                                .server = {{192, 0, 2, 1}, 4},
                                .client_port = client_port,
                                .server_port = 80};
}

static uint16_t layer_of(uint8_t protocol)
{
    switch (protocol) {
    case 1:
        return LAYER_ICMPV4;
    case 6:
        return LAYER_TCP;
    case 17:
        return LAYER_UDP;
    default:
        return 0;
    }
}

struct packet packet_build(const struct packet_pair *pair, bool from_client, uint8_t protocol,
                           uint64_t time_ns)
{
    static const uint8_t frame[60];
    struct packet packet = {.time_ns = time_ns,
                            .layers = (uint16_t)(LAYER_IPV4 | layer_of(protocol)),
                            .source_address = from_client ? pair->client : pair->server,
                            .destination_address = from_client ? pair->server : pair->client,
                            .bytes = slice_of(frame, sizeof frame)};
    packet.ip.protocol = protocol;
    if (protocol == 6 || protocol == 17) {
        packet.source_port = from_client ? pair->client_port : pair->server_port;
        packet.destination_port = from_client ? pair->server_port : pair->client_port;
    }
    return packet;
}

struct packet packet_build_tcp(const struct packet_pair *pair, bool from_client, uint8_t flags,
                               uint32_t sequence, uint32_t acknowledgment, struct slice payload)
{
    struct packet packet = packet_build(pair, from_client, 6, PACKET_BUILD_NS_PER_S);
    packet.payload = payload;
    packet.tcp = (struct tcp_fields){
        .sequence = sequence, .acknowledgment = acknowledgment, .flags = flags, .window = 65535};
    return packet;
}

struct packet packet_build_unreachable(const struct packet_pair *pair, uint8_t quoted_protocol,
                                       uint64_t time_ns)
{
    struct packet packet = packet_build(pair, false, 1, time_ns);
    packet.icmp = (struct icmp_fields){.type = 3,
                                       .code = 3,
                                       .quoted_source = pair->client,
                                       .quoted_destination = pair->server,
                                       .quoted_protocol = quoted_protocol,
                                       .quoted_source_port = pair->client_port,
                                       .quoted_destination_port = pair->server_port};
    return packet;
}
