#include "flow/flow_key.h"

#include "base/hash.h"

/* The message that answers another, both ways; 0 when there is none (RFC 792, 950, 1256, 4443, 4861, 2710).
 */
static const uint8_t answers_v4[][2] = {{8, 0}, {13, 14}, {15, 16}, {17, 18}, {10, 9}};
static const uint8_t answers_v6[][2] = {{128, 129}, {130, 131}, {133, 134}, {135, 136},
                                        {139, 140}, {144, 145}, {146, 147}};

static bool answer_of(const uint8_t (*pairs)[2], size_t count, uint8_t type, uint16_t *answer)
{
    for (size_t i = 0; i < count; i++) {
        if (pairs[i][0] != type && pairs[i][1] != type)
            continue;
        *answer = pairs[i][0] == type ? pairs[i][1] : pairs[i][0];
        return true;
    }
    return false;
}

/*
 * Each kind of exchange between two hosts is a flow of its own, as in Suricata: an echo and its replies,
 * whatever their ids. What has no answer is told apart by direction; ICMPv6 also by its code.
 */
static void set_icmp(struct flow_key *key, const struct packet *packet)
{
    enum { NO_ANSWER = 256 };
    uint8_t type = packet->icmp.type, code = packet->icmp.code;
    key->source_port = type;
    if (packet->layers & LAYER_ICMPV4) {
        if (!answer_of(answers_v4, sizeof answers_v4 / sizeof *answers_v4, type, &key->destination_port))
            key->destination_port = NO_ANSWER;
    } else if (code != 0 ||
               !answer_of(answers_v6, sizeof answers_v6 / sizeof *answers_v6, type, &key->destination_port)) {
        key->destination_port = (uint16_t)(NO_ANSWER + code);
    }
}

/* RFC 792: unreachable, quench, redirect, time exceeded, parameter problem. */
static bool is_error(const struct packet *packet)
{
    uint8_t type = packet->icmp.type;
    return (packet->layers & LAYER_ICMPV4) &&
           (type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

static void set_vlan(struct flow_key *key, const struct packet *packet, bool ignore_vlan)
{
    if (ignore_vlan)
        return;
    key->vlan_count = packet->vlan_count < VLAN_LAYERS ? packet->vlan_count : VLAN_LAYERS;
    for (unsigned i = 0; i < key->vlan_count; i++)
        key->vlan[i] = packet->vlan[i];
}

/*
 * Which packets belong to flows, as in Suricata: those of transports, and of IP in IP whose
 * inner header is good. GRE, IGMP and the rest
 * have none; their rules are looked at for each packet.
 */
static bool has_flow(const struct packet *packet)
{
    enum { IPV4_INSIDE = 4, IPV6_INSIDE = 41 };
    return packet->layers & (LAYER_TCP | LAYER_UDP | LAYER_SCTP | LAYER_ICMPV4 | LAYER_ICMPV6 | LAYER_ESP) ||
           ((packet->ip.protocol == IPV4_INSIDE || packet->ip.protocol == IPV6_INSIDE) && packet->flow_hash);
}

static bool may_have_flow(const struct packet *packet)
{
    return packet->layers & (LAYER_IPV4 | LAYER_IPV6) && !is_error(packet) && !packet->is_fragment &&
           !packet->invalid && packet->source_address.version && has_flow(packet);
}

bool flow_key_of_packet(struct flow_key *key, const struct packet *packet, bool ignore_vlan)
{
    if (!may_have_flow(packet))
        return false;
    *key = (struct flow_key){.source = packet->source_address,
                             .destination = packet->destination_address,
                             .protocol = packet->ip.protocol,
                             .recursion = packet->depth};
    if (packet->layers & (LAYER_TCP | LAYER_UDP | LAYER_SCTP)) {
        key->source_port = packet->source_port;
        key->destination_port = packet->destination_port;
    } else if (packet->layers & (LAYER_ICMPV4 | LAYER_ICMPV6)) {
        set_icmp(key, packet);
    }
    set_vlan(key, packet, ignore_vlan);
    return true;
}

bool flow_key_of_quoted(struct flow_key *key, const struct packet *packet, bool ignore_vlan)
{
    enum { UNREACHABLE = 3 };
    if (!(packet->layers & LAYER_ICMPV4) || packet->invalid || packet->icmp.type != UNREACHABLE ||
        packet->icmp.quoted_source.version == 0)
        return false;
    uint8_t protocol = packet->icmp.quoted_protocol;
    if (protocol == 1 || protocol == 58) /* its type is not among the quoted fields */
        return false;
    *key = (struct flow_key){.source = packet->icmp.quoted_source,
                             .destination = packet->icmp.quoted_destination,
                             .source_port = packet->icmp.quoted_source_port,
                             .destination_port = packet->icmp.quoted_destination_port,
                             .protocol = packet->icmp.quoted_protocol,
                             .recursion = packet->depth};
    if (key->protocol != 6 && key->protocol != 17 && key->protocol != 132)
        key->source_port = key->destination_port = 0;
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
                            const struct address *server, uint16_t server_port)
{
    bool icmp = flow->protocol == 1 || flow->protocol == 58;
    uint16_t have_client = icmp ? flow->icmp_kind[TO_SERVER] : flow->client_port;
    uint16_t have_server = icmp ? flow->icmp_kind[TO_CLIENT] : flow->server_port;
    return have_client == client_port && have_server == server_port && address_equal(&flow->client, client) &&
           address_equal(&flow->server, server);
}

bool flow_key_matches(const struct flow_key *key, const struct flow *flow)
{
    if (flow->protocol != key->protocol || flow->recursion != key->recursion ||
        flow->vlan_count != key->vlan_count || memcmp(flow->vlan, key->vlan, sizeof key->vlan) != 0)
        return false;
    return endpoints_match(flow, &key->source, key->source_port, &key->destination, key->destination_port) ||
           endpoints_match(flow, &key->destination, key->destination_port, &key->source, key->source_port);
}

bool flow_key_by_ports(const struct packet *packet)
{
    return packet->layers & (LAYER_TCP | LAYER_UDP | LAYER_SCTP) && may_have_flow(packet);
}

static bool same_vlans(const struct flow *flow, const struct packet *packet, bool ignore_vlan)
{
    if (ignore_vlan || !(flow->vlan_count | packet->vlan_count))
        return true;
    unsigned count = packet->vlan_count < VLAN_LAYERS ? packet->vlan_count : VLAN_LAYERS;
    return flow->vlan_count == count && memcmp(flow->vlan, packet->vlan, count * sizeof *flow->vlan) == 0;
}

bool flow_key_has_ports(const struct flow *flow, const struct packet *packet, bool ignore_vlan,
                        enum direction *direction)
{
    const struct address *source = &packet->source_address, *destination = &packet->destination_address;
    if (flow->protocol != packet->ip.protocol || flow->recursion != packet->depth ||
        !same_vlans(flow, packet, ignore_vlan))
        return false;
    bool to_server = packet->source_port == flow->client_port &&
                     packet->destination_port == flow->server_port && address_equal(source, &flow->client) &&
                     address_equal(destination, &flow->server);
    bool to_client = !to_server && packet->source_port == flow->server_port &&
                     packet->destination_port == flow->client_port && address_equal(source, &flow->server) &&
                     address_equal(destination, &flow->client);
    *direction = to_client ? TO_CLIENT : TO_SERVER;
    return to_server || to_client;
}
