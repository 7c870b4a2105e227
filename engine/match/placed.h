/*
 * Literals at a fixed place of a buffer: found by a hash of up to four bytes there, without a scan.
 *
 * Filled while a ruleset is built: all literals vote for their places, the places that most of them have are
 * elected, and literals of these are added. Then made ready once by placed_ready; const from then on and
 * readable by any thread. Time is that of the places, and of the literals that have the bytes at theirs.
 */
#ifndef SLUICE_MATCH_PLACED_H
#define SLUICE_MATCH_PLACED_H

#include "base/slice.h"

struct literal;
struct placed;

struct placed_limits {           /* what else must hold for a literal to be told of */
    uint16_t port_from, port_to; /* the server's port lies there, both included */
    uint16_t size_from, size_to; /* and the number of bytes; UINT16_MAX: or more */
};

enum { PLACE_LAST = 1023 /* a literal may begin there */ };

/* A literal of so many bytes would lie there, and has so many votes. 0 or -ENOMEM; *table is made when there
 * is none. */
int placed_vote(struct placed **table, uint32_t place, uint32_t length, uint32_t votes);
void placed_elect(struct placed *table);

/* Whether literals of that length are found there (then placed_add does not say -ENOSPC). */
bool placed_looks(const struct placed *table, uint32_t place, uint32_t length);

/* Adds a literal under its `rule`. `literal->bytes` are borrowed as long as the table lives. 0, -ENOMEM, or
 * -ENOSPC when its place was not elected: it has to be found in another way. The same literal of a rule added
 * again has limits that include both. */
int placed_add(struct placed *table, const struct literal *literal, uint32_t place,
               const struct placed_limits *limits);

int placed_ready(struct placed *table); /* 0 or -ENOMEM */
void placed_free(struct placed *table);

typedef void placed_visitor(void *ctx, uint32_t rule);

/* Tells of each literal that lies in its place, if its limits hold. `port`: the server's. */
void placed_find(const struct placed *table, struct slice bytes, uint16_t port, placed_visitor *visit,
                 void *ctx);

#endif
