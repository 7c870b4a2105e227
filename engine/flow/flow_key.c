#include "flow/flow_key.h"

#include "base/hash.h"

static void set_vlan(struct flow_key *key, const struct packet *packet, bool ignore_vlan)
{
    if (ignore_vlan)
        return;
    key->vlan_count = packet->vlan_count < VLAN_LAYERS ? packet->vlan_count : VLAN_LAYERS;
    for (unsigned i = 0; i < key->vlan_count; i++)
        key->vlan[i] = packet->vlan[i];
}

/*
 * Which packets belong to flows, as in Suricata: those of transports, and of IP in IP. GRE, IGMP and the rest
 * have none; their rules are looked at for each packet.
 */
static bool has_flow(const struct packet *packet)
{
    enum { IPV4_INSIDE = 4, IPV6_INSIDE = 41 };
    return packet->layers & (LAYER_TCP | LAYER_UDP | LAYER_SCTP | LAYER_ICMPV4 | LAYER_ICMPV6 | LAYER_ESP) ||
           packet->ip.protocol == IPV4_INSIDE || packet->ip.protocol == IPV6_INSIDE;
}

bool flow_key_of_packet(struct flow_key *key, const struct packet *packet, bool ignore_vlan)
{
    bool is_ip = (packet->layers & (LAYER_IPV4 | LAYER_IPV6)) != 0;
    if (!is_ip || packet->is_fragment || packet->invalid || packet->source_address.version == 0 ||
        !has_flow(packet))
        return false;
    *key = (struct flow_key){.source = packet->source_address,
                             .destination = packet->destination_address,
                             .protocol = packet->ip.protocol,
                             .recursion = packet->depth};
    if (packet->layers & (LAYER_TCP | LAYER_UDP | LAYER_SCTP)) {
        key->source_port = packet->source_port;
        key->destination_port = packet->destination_port;
    }
    set_vlan(key, packet, ignore_vlan);
    return true;
}

/* RFC 792: unreachable, quench, redirect, time, parameter. Suricata attaches no ICMPv6 error to what it
 * quotes. */
bool flow_key_is_error(const struct packet *packet)
{
    uint8_t type = packet->icmp.type;
    return (packet->layers & LAYER_ICMPV4) &&
           (type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

bool flow_key_of_quoted(struct flow_key *key, const struct packet *packet, bool ignore_vlan)
{
    uint8_t protocol = packet->icmp.quoted_protocol;
    if (packet->icmp.quoted_source.version == 0 || (protocol != 6 && protocol != 17 && protocol != 132))
        return false;
    *key = (struct flow_key){.source = packet->icmp.quoted_source,
                             .destination = packet->icmp.quoted_destination,
                             .source_port = packet->icmp.quoted_source_port,
                             .destination_port = packet->icmp.quoted_destination_port,
                             .protocol = protocol,
                             .recursion = packet->depth};
    set_vlan(key, packet, ignore_vlan);
    return true;
}

/* Without padding, so that it can be hashed as bytes; the lower endpoint first when `ordered`. */
static size_t write_key(uint8_t out[64], const struct flow_key *key, bool ordered)
{
    const struct address *a = &key->source, *b = &key->destination;
    uint16_t port_a = key->source_port, port_b = key->destination_port;
    int order = address_compare(a, b);
    if (ordered && (order > 0 || (order == 0 && port_a > port_b))) {
        a = &key->destination;
        b = &key->source;
        port_a = key->destination_port;
        port_b = key->source_port;
    }
    memcpy(out, a->bytes, 16);
    memcpy(out + 16, b->bytes, 16);
    memcpy(out + 32, &port_a, 2);
    memcpy(out + 34, &port_b, 2);
    out[36] = key->protocol;
    out[37] = key->recursion;
    out[38] = key->vlan_count;
    out[39] = a->version;
    memcpy(out + 40, key->vlan, sizeof key->vlan);
    return 40 + sizeof key->vlan;
}

uint64_t flow_key_hash(const struct flow_key *key, uint64_t seed)
{
    uint8_t bytes[64];
    return hash_bytes(bytes, write_key(bytes, key, true), seed);
}

uint64_t flow_key_id(const struct flow_key *key, uint64_t start_ns, uint64_t seed)
{
    uint8_t bytes[64];
    size_t n = write_key(bytes, key, false);
    memcpy(bytes + n, &start_ns, sizeof start_ns);
    return hash_bytes(bytes, n + sizeof start_ns, seed) >> 1;
}

static bool endpoints_match(const struct flow *flow, const struct address *client, uint16_t client_port,
                            const struct address *server, uint16_t server_port, bool ports)
{
    return (!ports || (flow->client_port == client_port && flow->server_port == server_port)) &&
           address_equal(&flow->client, client) && address_equal(&flow->server, server);
}

bool flow_key_matches(const struct flow_key *key, const struct flow *flow)
{
    if (flow->protocol != key->protocol || flow->recursion != key->recursion ||
        flow->vlan_count != key->vlan_count || memcmp(flow->vlan, key->vlan, sizeof key->vlan) != 0)
        return false;
    bool ports = key->protocol != 1 && key->protocol != 58;
    return endpoints_match(flow, &key->source, key->source_port, &key->destination, key->destination_port,
                           ports) ||
           endpoints_match(flow, &key->destination, key->destination_port, &key->source, key->source_port,
                           ports);
}
