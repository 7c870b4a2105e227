/*
 * Where the payload literals of a group's rules go: at their place, to the database for small payloads, to
 * the one on a condition, or to that for all. Used while a ruleset is built.
 */
#ifndef SLUICE_MATCH_PAYLOAD_LITERAL_H
#define SLUICE_MATCH_PAYLOAD_LITERAL_H

#include "flow/direction.h"
#include "match/space.h"

struct ruleset;

enum literal_ways {                      /* that the literals of a group may go, beside that to their place */
                    LITERALS_OF_PACKETS, /* by size, and on a condition */
                    LITERALS_OF_DATAGRAMS, /* by size: most datagrams have what rules ask for beside */
                    LITERALS_OF_STREAM     /* to a streaming database */
};

/* To be called for all rules of the group before any is added. 0 or -ENOMEM. */
int payload_literal_vote(const struct ruleset *ruleset, struct group *group, uint32_t rule,
                         enum literal_ways ways);

/*
 * Adds the literal of the rule; `ports`: of the server, if the rule names one set of them. Once all are added
 * payload_literals_ready has to be called. 0 or -ENOMEM; 1: it was not added, since all streams would be
 * searched for what says little, and the rule's ports are few.
 */
int payload_literal_add(struct ruleset *ruleset, struct group *group, uint32_t rule, enum literal_ways ways,
                        const struct scan_ports *ports);
int payload_literals_ready(struct ruleset *ruleset, struct group *group);

/* Adds the rule's literal to a database, which is made when it is the first. 0 or -ENOMEM. */
int group_add_literal(struct ruleset *ruleset, struct database **database, uint32_t rule, bool streaming);

#endif
