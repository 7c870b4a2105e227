#include "output/ends.h"

#include "flow/flow.h"
#include "output/protocol_name.h"

static bool has_ports(uint8_t protocol)
{
    return protocol == 6 || protocol == 17 || protocol == 132;
}

static int put_endpoint(struct buf *out, const struct address *address, bool ports, uint16_t port)
{
    char text[ADDRESS_TEXT];
    address_print(address, text);
    if (!ports)
        return buf_printf(out, "%s", text);
    return buf_printf(out, address->version == 6 ? "[%s]:%u" : "%s:%u", text, port);
}

int packet_ends_print(struct buf *out, const struct packet *packet)
{
    if (!packet->source_address.version)
        return buf_printf(out, "(no IP, ethertype 0x%04x)", packet->ethertype);
    char text[PROTOCOL_TEXT];
    uint8_t protocol = packet->ip.protocol;
    bool ports = has_ports(protocol) && !packet->is_fragment;
    int failed = buf_printf(out, "%s ", protocol_name(protocol, text));
    failed |= put_endpoint(out, &packet->source_address, ports, packet->source_port);
    failed |= buf_printf(out, " -> ");
    return failed | put_endpoint(out, &packet->destination_address, ports, packet->destination_port);
}

int flow_ends_print(struct buf *out, const struct flow *flow)
{
    char text[PROTOCOL_TEXT];
    bool ports = has_ports(flow->protocol);
    int failed = buf_printf(out, "%s ", protocol_name(flow->protocol, text));
    failed |= put_endpoint(out, &flow->client, ports, flow->client_port);
    failed |= buf_printf(out, " -> ");
    return failed | put_endpoint(out, &flow->server, ports, flow->server_port);
}
