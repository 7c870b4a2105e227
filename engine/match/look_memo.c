#include "match/look_memo.h"

#include "app/session.h"
#include "match/transaction_memory.h"

/* What is kept of a look: counters of scans, what was scanned (two halves a word), then the rules. */
enum { AT_SCANS, AT_BYTES, AT_SCANNED };

static uint32_t rules_at(const struct matcher *m)
{
    return AT_SCANNED + 2 * transaction_scanned_words(m);
}

static uint64_t *scanned_of(const struct matcher *m, enum direction direction,
                            struct transaction_match *match)
{
    return &match->scanned[(uint32_t)direction * transaction_scanned_words(m)];
}

/* As if it had been scanned: counters must not depend on who met what. */
static void take(struct matcher *m, enum direction direction, const struct known_scan *known,
                 struct transaction_match *match)
{
    uint32_t words = transaction_scanned_words(m);
    memcpy(scanned_of(m, direction, match), &known->patterns[AT_SCANNED], words * sizeof match->scanned[0]);
    m->counters.prefilter_scans += known->patterns[AT_SCANS];
    m->counters.prefilter_bytes += known->patterns[AT_BYTES];
    for (uint32_t i = rules_at(m); i < known->count; i++)
        candidates_add(&m->rules.candidates, CANDIDATE_PACKET, known->patterns[i]);
}

bool look_memo_find(struct matcher *m, struct app_session *session, struct app_tx *tx,
                    enum direction direction, struct transaction_match *match, struct look_note *note)
{
    const struct app_parser *parser = session->parser;
    note->keep = note->gated = false;
    if (!parser->identity || m->watched || m->ruleset->no_prefilter || match->looked[direction])
        return false;
    uint32_t kind = m->ruleset->database_count + 1 + (uint32_t)parser->proto * DIRECTIONS + direction;
    buf_clear(&m->identity);
    if (scan_memo_rests(m->rules.memo, kind) || !parser->identity(session, tx, direction, &m->identity) ||
        !scan_memo_ask(m->rules.memo, kind, buf_slice(&m->identity), &note->scan))
        return false;
    const struct known_scan *known = scan_memo_find(m->rules.memo, buf_slice(&m->identity), &note->scan);
    bool alone = candidates_empty(&m->rules.candidates); /* no other look's, which the stream has named */
    note->keep = !known && alone;
    note->gated = known && alone;
    note->scans = m->counters.prefilter_scans;
    note->bytes = m->counters.prefilter_bytes;
    if (known)
        take(m, direction, known, match);
    return known;
}

void look_memo_scanned(struct matcher *m, enum direction direction, const struct transaction_match *match,
                       struct look_note *note)
{
    uint32_t words = transaction_scanned_words(m);
    if (rules_at(m) > SCAN_MEMO_PATTERNS) {
        note->keep = false;
        return;
    }
    scan_note_add(&note->scan, (uint32_t)(m->counters.prefilter_scans - note->scans));
    scan_note_add(&note->scan, (uint32_t)(m->counters.prefilter_bytes - note->bytes));
    const uint64_t *scanned = &match->scanned[(uint32_t)direction * words];
    for (uint32_t w = 0; w < words; w++) {
        uint32_t halves[2];
        memcpy(halves, &scanned[w], sizeof halves);
        scan_note_add(&note->scan, halves[0]);
        scan_note_add(&note->scan, halves[1]);
    }
}

void look_memo_add(struct look_note *note, uint32_t rule)
{
    scan_note_add(&note->scan, rule);
}

void look_memo_keep(struct matcher *m, const struct look_note *note)
{
    scan_memo_keep(m->rules.memo, buf_slice(&m->identity), &note->scan);
}
