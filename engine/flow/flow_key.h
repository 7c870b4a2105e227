/*
 * What a flow is found by: the tuple, the VLAN ids, the depth of the tunnel. Values; any thread. Private to
 * engine/flow.
 */
#ifndef SLUICE_FLOW_FLOW_KEY_H
#define SLUICE_FLOW_FLOW_KEY_H

#include "flow/flow.h"

struct flow_key {
    struct address source, destination;
    uint16_t source_port, destination_port; /* ICMP: the message, and the one that answers it; else 0 */
    uint8_t protocol, recursion, vlan_count;
    uint16_t vlan[VLAN_LAYERS];
};

/* False: packets like this one have no flow. */
bool flow_key_of_packet(struct flow_key *key, const struct packet *packet, bool ignore_vlan);

/*
 * The key of the packet that an ICMP message quotes. False unless it is an ICMPv4 "destination unreachable"
 * that quotes something usable: to no other error does Suricata give the flow.
 */
bool flow_key_of_quoted(struct flow_key *key, const struct packet *packet, bool ignore_vlan);

/* The same for both directions. */
uint64_t flow_key_hash(const struct flow_key *key, uint64_t seed);

/* Whether the flow is the key's, in either direction. */
bool flow_key_matches(const struct flow_key *key, const struct flow *flow);

/*
 * The same without a key, for packets of flows with ports: whether this is one, whether it is of that flow,
 * and then which way it goes.
 */
bool flow_key_by_ports(const struct packet *packet);
bool flow_key_has_ports(const struct flow *flow, const struct packet *packet, bool ignore_vlan,
                        enum direction *direction);

/* A number below 2^63 that depends on the tuple as the first packet had it, the start and the seed alone. */
uint64_t flow_key_id(const struct flow_key *key, uint64_t start_ns, uint64_t seed);

#endif
