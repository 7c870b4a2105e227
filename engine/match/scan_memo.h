/*
 * What short buffers held when they were scanned before. Methods, hosts, names of programs and of header
 * fields come again and again; to look one up costs a tenth of scanning it.
 *
 * The bytes themselves are kept and compared, so what is known of a buffer is what a scan of it would find,
 * whatever a sender tries. The oldest make room for new ones; where few come again nothing is asked most of
 * the time. One worker's, for one ruleset.
 */
#ifndef SLUICE_MATCH_SCAN_MEMO_H
#define SLUICE_MATCH_SCAN_MEMO_H

#include <stdbool.h>

#include "base/slice.h"

enum {
    SCAN_MEMO_BYTES = 440,  /* longer buffers are not kept, */
    SCAN_MEMO_PATTERNS = 16 /* nor those in which more was found */
};

struct scan_memo;

struct known_scan {
    uint32_t database;
    uint16_t length, count;
    uint32_t patterns[]; /* that were found, each once; then the bytes */
};

struct scan_note { /* of a scan that is to be kept */
    uint64_t key;
    uint32_t database, count;
    uint32_t patterns[SCAN_MEMO_PATTERNS];
};

/* For that many databases. NULL when memory is short; what it keeps takes memory once there is something. */
struct scan_memo *scan_memo_new(uint32_t databases);
void scan_memo_free(struct scan_memo *memo);

/* Whether nothing is asked of that database for now, for what it costs to have the bytes ready. */
bool scan_memo_rests(struct scan_memo *memo, uint32_t database);

/*
 * Asks about bytes (not none). True: it is worth to look (scan_memo_find), best a little later, and to note
 * what a scan finds, for scan_memo_keep. False: they are to be scanned.
 */
bool scan_memo_ask(struct scan_memo *memo, uint32_t database, struct slice bytes, struct scan_note *note);

/* What is known of bytes that were asked about; good until the next scan_memo_keep. NULL: nothing. */
const struct known_scan *scan_memo_find(struct scan_memo *memo, struct slice bytes,
                                        const struct scan_note *note);

static inline void scan_note_add(struct scan_note *note, uint32_t pattern)
{
    if (note->count < SCAN_MEMO_PATTERNS)
        note->patterns[note->count] = pattern;
    note->count++;
}

/* The bytes are those that were asked about. */
void scan_memo_keep(struct scan_memo *memo, struct slice bytes, const struct scan_note *note);

#endif
