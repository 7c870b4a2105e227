/*
 * How rules are sorted for the prefilter: spaces by transport, direction and kind of inspection, groups by
 * the server's port, each with its databases of literals and its rules without one. Made by group.c; const
 * then.
 */
#ifndef SLUICE_MATCH_SPACE_H
#define SLUICE_MATCH_SPACE_H

#include "base/buffer_id.h"
#include "match/scan_condition.h"

struct database;

enum transport_class { CLASS_TCP, CLASS_UDP, CLASS_ICMP, CLASS_OTHER, CLASSES };

enum unkeyed_kind { /* what the packets that it may match have in common: the first that fits */
                    UNKEYED_SYN_PORT, /* ... and a port of the server */
                    UNKEYED_SYN,
                    UNKEYED_PAYLOAD_PORT,
                    UNKEYED_PAYLOAD, /* or a chunk of the stream */
                    UNKEYED_PORT,
                    UNKEYED_ANY,
                    UNKEYED_KINDS
};

struct unkeyed_rule { /* without a literal, and what the packet must have to be worth a look */
    uint32_t rule;
    const struct port_set *server_ports; /* NULL: no demand */
    uint64_t apps;                       /* 1 << enum app_proto of its flow; 0: no demand */
    uint32_t payload_min, payload_max;
    uint32_t hint_layers; /* one of these as well; 0: no demand */
    uint16_t layers;
    int16_t ip_protocol;
    uint8_t tcp_set, tcp_clear;
    uint8_t kind; /* enum unkeyed_kind */
};

struct group {
    struct placed *placed; /* literals at a fixed place, also of a stream's chunk; may be NULL, as those: */
    struct database *database; /* of literals elsewhere in the payload, or anywhere in the stream */
    struct database *small;    /* these and those of small payloads alone, for payloads up to SMALL_PAYLOAD */
    struct database *conditional; /* of rules that may match where the condition holds */
    struct scan_condition condition;
    struct unkeyed_rule *unkeyed; /* by kind */
    uint32_t unkeyed_count, unkeyed_capacity;
    uint32_t unkeyed_end[UNKEYED_KINDS]; /* of each kind's rules */
    bool names;              /* streams: the database has literals that name rules about transactions, too */
    uint64_t *unkeyed_ports; /* 65,536 bits: ports that some of them names; NULL: none does */
};

enum { SMALL_PAYLOAD = 256 }; /* bytes: many rules that inspect single packets are about less */

enum { GROUPS_MOST = 8 }; /* of one space: each port group compiles the rules for any port again */

/* The rules for one transport, direction and kind of inspection, split by the server's port. */
struct space {
    struct group groups[GROUPS_MOST]; /* 0: all ports that have no group of their own */
    uint16_t ports[GROUPS_MOST];
    uint32_t count;
};

struct header_space { /* of the packet's headers: one database for all literals */
    enum buffer_id buffer;
    struct database *database;
};

/* The rules for that port of the server. */
static inline const struct group *space_group(const struct space *space, uint16_t port)
{
    for (uint32_t i = 1; i < space->count; i++)
        if (space->ports[i] == port)
            return &space->groups[i];
    return &space->groups[0];
}

#endif
