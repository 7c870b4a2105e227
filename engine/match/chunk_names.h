/*
 * Rules about transactions that a literal of the raw stream names. Where a group's database for streams has
 * their literals as well, a chunk that was scanned has told which of them end in it, and is not scanned for
 * them again.
 *
 * Of one worker, for the packet at hand: prefilter.c fills it in, transaction.c asks.
 */
#ifndef SLUICE_MATCH_CHUNK_NAMES_H
#define SLUICE_MATCH_CHUNK_NAMES_H

#include "base/buf.h"

struct database;
struct matcher;
struct ruleset;
struct stream_scan;

#define NAMES_TRANSACTION (1u << 31) /* in database.rules of a stream: such a rule */

struct chunk_names {
    struct buf rules; /* uint32_t each: by a literal that ends in the chunk */
    bool known;       /* the chunk was scanned for them */
    bool behind;      /* others may lie in what is kept of the stream from before it */
};

/* Adds the literals to the databases for streams, when there are plans and none is compiled. 0 or -ENOMEM. */
int chunk_names_build(struct ruleset *ruleset);

/* Before a chunk is scanned, whose new bytes begin at `new_from`, and behind it. `scanned`: with success. */
void chunk_names_begin(struct matcher *m, const struct stream_scan *scan, size_t new_from);
void chunk_names_end(struct matcher *m, struct stream_scan *scan, bool scanned);

/* Adds the rules that are named in the chunk, or (`whole`) in all that is there. False: it has to be scanned.
 */
bool chunk_names_add(struct matcher *m, bool whole);

/*
 * The same by a scan of the bytes, once for all transactions of a look: `named` keeps the rules, and *known
 * says that it has them.
 */
void chunk_names_scan(struct matcher *m, const struct database *database, struct slice bytes,
                      struct buf *named, bool *known);

#endif
