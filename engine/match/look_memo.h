/*
 * What rules a transaction's buffers name, when another one of the same bytes was looked at before: a flood
 * of the same small request, over as many connections, is searched once.
 *
 * The parser says what all buffers of one direction are made of (app_parser.identity); these bytes and what
 * was found for them lie in the worker's scan_memo, under a number of the protocol and direction, and the
 * same rules hold there: what does not come again is not asked about. One worker's.
 */
#ifndef SLUICE_MATCH_LOOK_MEMO_H
#define SLUICE_MATCH_LOOK_MEMO_H

#include "match/scan_memo.h"
#include "match/worker.h"

struct app_session;
struct app_tx;
struct transaction_match;

enum { LOOK_MEMO_KINDS = APP_PROTO_COUNT * DIRECTIONS }; /* beside a ruleset's databases */

struct look_note { /* of a look that is to be kept */
    struct scan_note scan;
    uint64_t scans, bytes; /* that were made before it */
    bool keep;
    bool gated; /* all candidates are of an earlier look at the same bytes, to which their gates were open */
};

/* True: the candidates of this direction's first look are known, and have been added; *note holds nothing. */
bool look_memo_find(struct matcher *m, struct app_session *session, struct app_tx *tx,
                    enum direction direction, struct transaction_match *match, struct look_note *note);

/* After all has been scanned, where `keep` was set: what is still to come is in match->scanned. */
void look_memo_scanned(struct matcher *m, enum direction direction, const struct transaction_match *match,
                       struct look_note *note);

/* A rule that is named, and whose gate is open. */
void look_memo_add(struct look_note *note, uint32_t rule);

/* All are named. */
void look_memo_keep(struct matcher *m, const struct look_note *note);

#endif
