/*
 * Sorts the rules into spaces and groups while a ruleset is built: by transport, direction, packet or stream,
 * and by the server's port for ports that many rules name. One thread.
 */
#ifndef SLUICE_MATCH_GROUP_H
#define SLUICE_MATCH_GROUP_H

#include "match/compiled.h"

/* Fills packets, streams, headers and the events of the ruleset; its databases are made, but not compiled.
 * 0 or -ENOMEM. */
int groups_build(struct ruleset *ruleset);
void groups_free(struct ruleset *ruleset);

struct database_place {
    const char *kind;         /* "tcp streams", or the buffer's name */
    enum direction direction; /* DIRECTIONS: both */
    int port;                 /* of the server; -1: any */
    const char *part;         /* "" or which one of a group's */
};

typedef void database_visitor(void *ctx, struct database *database, const struct database_place *place);

/* Every database there is. */
void groups_each_database(const struct ruleset *ruleset, database_visitor *visit, void *ctx);

/* The databases of the ruleset into `out` (room for ruleset->database_count), numbered in that order. */
void groups_databases(const struct ruleset *ruleset, struct database **out);

#endif
