/*
 * How rules are sorted for the prefilter: spaces by transport, direction and kind of inspection, groups by
 * the server's port, each with its databases of literals and its rules without one. Made by group.c; const
 * then.
 */
#ifndef SLUICE_MATCH_SPACE_H
#define SLUICE_MATCH_SPACE_H

#include "base/buffer_id.h"
#include "match/scan_condition.h"
#include "match/unkeyed.h"

struct database;

enum transport_class { CLASS_TCP, CLASS_UDP, CLASS_ICMP, CLASS_OTHER, CLASSES };

struct group {
    struct placed *placed; /* literals at a fixed place, also of a stream's chunk; may be NULL, as those: */
    struct database *database; /* of literals elsewhere in the payload, or anywhere in the stream */
    struct database *small;    /* these and those of small payloads alone, for payloads up to SMALL_PAYLOAD */
    struct database *conditional; /* of rules that may match where the condition holds */
    struct scan_condition condition;
    struct unkeyed unkeyed;
    bool names; /* streams: the database has literals that name rules about transactions, too */
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
