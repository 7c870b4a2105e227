/*
 * The left half of a rule: action, protocol, endpoints, direction, with variables resolved.
 *
 * Address and port sets are normalised when the rule is parsed (sorted, disjoint ranges, negation taken out),
 * shared between rules by reference count within one rule list, and only read afterwards.
 */
#ifndef SLUICE_RULE_HEADER_H
#define SLUICE_RULE_HEADER_H

#include "base/app_stage.h"
#include "packet/address.h"

enum rule_action { ACTION_ALERT, ACTION_PASS, ACTION_DROP, ACTION_REJECT, ACTION_CONFIG };

enum reject_to { REJECT_SOURCE, REJECT_DESTINATION, REJECT_BOTH };

enum rule_protocol {
    PROTOCOL_IP, /* any packet with an IP header (also spelt "any") */
    PROTOCOL_IPV4,
    PROTOCOL_IPV6,
    PROTOCOL_TCP,
    PROTOCOL_TCP_PACKET, /* tcp-pkt: each packet's payload, never the stream */
    PROTOCOL_TCP_STREAM, /* tcp-stream: the stream, never a packet */
    PROTOCOL_UDP,
    PROTOCOL_ICMP, /* both versions */
    PROTOCOL_ICMPV4,
    PROTOCOL_ICMPV6,
    PROTOCOL_SCTP,
    PROTOCOL_ESP,
    PROTOCOL_GRE,
    PROTOCOL_IGMP,
    PROTOCOL_ARP,
    PROTOCOL_ETHER,
    PROTOCOL_PKTHDR, /* decoder events: any packet, valid or not */
    PROTOCOL_APP,    /* header.app says which */
};

enum rule_direction { DIRECTION_FORWARD, DIRECTION_BOTH /* <> */, DIRECTION_TRANSACTION /* => */ };

/* What pass, drop and reject act on, when the rule says so itself (drop:flow). */
enum rule_scope { SCOPE_DEFAULT, SCOPE_PACKET, SCOPE_FLOW };

/* When the rule is looked at, when its protocol says so (tcp:flow_start). */
enum rule_hook { HOOK_NONE, HOOK_ALL, HOOK_FLOW_START, HOOK_PRE_FLOW, HOOK_PRE_STREAM };

struct address_range { /* both ends belong to it; of one version */
    struct address from, to;
};

struct address_set {
    struct address_range *ranges; /* sorted, disjoint; v4 before v6 */
    uint32_t count;
    uint32_t users;
    bool any;
    bool negated; /* a negation stood somewhere in its text: such rules are never IP-only in Suricata */
};

struct port_range { /* both ends belong to it */
    uint16_t from, to;
};

struct port_set {
    struct port_range *ranges; /* sorted, disjoint */
    uint32_t count;
    uint32_t users;
    bool any;
};

bool address_set_has(const struct address_set *set, const struct address *address);
bool port_set_has(const struct port_set *set, uint16_t port);
/* Its first port and its last one. */
void port_set_span(const struct port_set *set, uint16_t *from, uint16_t *to);
void address_set_unref(struct address_set *set);
void port_set_unref(struct port_set *set);

struct rule_header {
    enum rule_action action;
    enum reject_to reject;
    enum rule_scope scope;
    enum rule_protocol protocol;
    enum rule_hook hook;
    enum app_proto app;      /* with PROTOCOL_APP */
    struct rule_stage stage; /* the hook of such a protocol (http1:request_headers) */
    enum rule_direction direction;
    struct address_set *source, *destination; /* never NULL */
    struct port_set *source_ports, *destination_ports;
};

#endif
