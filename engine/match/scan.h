/*
 * Blocks and chunks of streams looked through for a database's literals: the rules that these name become
 * candidates. What is known of short ones (scan_memo.h) is not scanned; since looking it up waits for memory,
 * a scan is begun as soon as its bytes are known, and ended when there is nothing else to do.
 */
#ifndef SLUICE_MATCH_SCAN_H
#define SLUICE_MATCH_SCAN_H

#include "match/scan_memo.h"

struct database;
struct matcher;
struct stream_scan;

struct block_scan {                  /* begun; the bytes must stay until it is ended */
    const struct database *database; /* NULL: there is nothing to scan */
    struct slice bytes;
    struct scan_note note;
    bool asked; /* scan_memo_ask */
};

/* `database` may be NULL, and the bytes none. */
void scan_begin(struct matcher *m, const struct database *database, struct slice bytes,
                struct block_scan *block);

/* The rules become candidates for the packet, and for the stream if so asked. */
void scan_end(struct matcher *m, struct block_scan *block, bool stream);

/* Both at once. */
void scan_block(struct matcher *m, const struct database *database, struct slice bytes, bool stream);

enum { SCANS_SOON = 4 };

struct scan_queue { /* of scans that are begun; empty at first */
    struct block_scan blocks[SCANS_SOON];
    uint32_t count; /* that came; the last SCANS_SOON of them are not ended */
};

/* Ends the first of those begun when there are many, and begins this one. */
void scan_soon(struct matcher *m, struct scan_queue *queue, const struct database *database,
               struct slice bytes);

/* Ends what was begun. */
void scan_all(struct matcher *m, struct scan_queue *queue);

/* A chunk; the rules become candidates for the stream. False when it could not be scanned. */
bool scan_chunk(struct matcher *m, const struct database *database, struct stream_scan *scan,
                struct slice bytes);

#endif
