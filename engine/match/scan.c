#include "match/scan.h"

#include "match/worker.h"

struct scan {
    struct matcher *matcher;
    const struct database *database;
    struct scan_note *note; /* NULL: what is found is not kept */
    bool packet, stream;    /* the views that a rule becomes a candidate for */
};

static void note_name(struct matcher *m, uint32_t rule)
{
    m->counters.no_memory += buf_append(&m->chunk_names.rules, slice_of(&rule, sizeof rule)) != 0;
}

static void add_rules(const struct scan *scan, uint32_t pattern)
{
    struct candidates *candidates = &scan->matcher->rules.candidates;
    const struct database *database = scan->database;
    for (uint32_t i = database->start[pattern]; i < database->start[pattern + 1]; i++) {
        uint32_t rule = database->rules[i];
        if (rule & NAMES_TRANSACTION) {
            note_name(scan->matcher, rule & ~NAMES_TRANSACTION);
            continue;
        }
        if (scan->packet)
            candidates_add(candidates, CANDIDATE_PACKET, rule);
        if (scan->stream)
            candidates_add(candidates, CANDIDATE_STREAM, rule);
    }
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    (void)from;
    (void)to;
    (void)flags;
    const struct scan *scan = ctx;
    struct matcher *m = scan->matcher;
    if (m->rules.pattern_seen[id] == m->rules.scan_number)
        return 0;
    m->rules.pattern_seen[id] = m->rules.scan_number;
    if (scan->note)
        scan_note_add(scan->note, id);
    add_rules(scan, id);
    return 0;
}

static struct scan begin_scan(struct matcher *m, const struct database *database, size_t bytes)
{
    if (!++m->rules.scan_number) {
        memset(m->rules.pattern_seen, 0, (m->ruleset->pattern_most + 1) * sizeof *m->rules.pattern_seen);
        m->rules.scan_number = 1;
    }
    m->counters.prefilter_scans++;
    m->counters.prefilter_bytes += bytes;
    return (struct scan){.matcher = m, .database = database};
}

/* True: what a scan of the bytes would find is known, and has been added. */
static bool add_known(const struct scan *scan, struct slice bytes, const struct scan_note *note)
{
    const struct known_scan *known = scan_memo_find(scan->matcher->rules.memo, bytes, note);
    for (uint32_t i = 0; known && i < known->count; i++)
        add_rules(scan, known->patterns[i]);
    return known != NULL;
}

void scan_begin(struct matcher *m, const struct database *database, struct slice bytes,
                struct block_scan *block)
{
    block->database = bytes.n && bytes.n <= UINT32_MAX ? database : NULL;
    block->bytes = bytes;
    block->asked = block->database && scan_memo_ask(m->rules.memo, database->id, bytes, &block->note);
}

/*
 * Hyperscan's automaton for short blocks is gone round by making them longer. What is found across the end of
 * the bytes is a candidate too many, no alert.
 */
static hs_error_t scan_padded(struct scan *scan, struct slice bytes)
{
    enum { NO_TEXT = 0xc1 }; /* nor frequent in anything else */
    char padded[DATABASE_SHORT];
    memcpy(padded, bytes.p, bytes.n);
    memset(padded + bytes.n, NO_TEXT, sizeof padded - bytes.n);
    return hs_scan(scan->database->hs, padded, sizeof padded, 0, scan->matcher->rules.scratch, on_match,
                   scan);
}

static hs_error_t scan_bytes(struct scan *scan, struct slice bytes)
{
    const struct database *database = scan->database;
    if (database->automaton && bytes.n < DATABASE_SHORT)
        return scan_padded(scan, bytes);
    return hs_scan(database->hs, (const char *)bytes.p, (unsigned)bytes.n, 0, scan->matcher->rules.scratch,
                   on_match, scan);
}

void scan_end(struct matcher *m, struct block_scan *block, bool stream)
{
    const struct database *database = block->database;
    struct slice bytes = block->bytes;
    if (!database)
        return;
    struct scan scan = begin_scan(m, database, bytes.n);
    scan.packet = true;
    scan.stream = stream;
    if (block->asked && add_known(&scan, bytes, &block->note))
        return;
    scan.note = block->asked ? &block->note : NULL;
    hs_error_t said = scan_bytes(&scan, bytes);
    for (uint32_t found = database_zeros(database, bytes), i = 0; i < found; i++)
        on_match(database->count - database->zeros + i, 0, 0, 0, &scan);
    if (block->asked && said == HS_SUCCESS)
        scan_memo_keep(m->rules.memo, bytes, &block->note);
}

void scan_block(struct matcher *m, const struct database *database, struct slice bytes, bool stream)
{
    struct block_scan block;
    scan_begin(m, database, bytes, &block);
    scan_end(m, &block, stream);
}

void scan_soon(struct matcher *m, struct scan_queue *queue, const struct database *database,
               struct slice bytes)
{
    struct block_scan *next = &queue->blocks[queue->count++ % SCANS_SOON];
    if (queue->count > SCANS_SOON)
        scan_end(m, next, false);
    scan_begin(m, database, bytes, next);
}

void scan_all(struct matcher *m, struct scan_queue *queue)
{
    uint32_t from = queue->count > SCANS_SOON ? queue->count - SCANS_SOON : 0;
    for (; from < queue->count; from++)
        scan_end(m, &queue->blocks[from % SCANS_SOON], false);
    queue->count = 0;
}

/*
 * A stream may begin with what others began with. Then none is opened: if it goes on, the next chunk is
 * scanned together with this one.
 */
bool scan_chunk(struct matcher *m, const struct database *database, struct stream_scan *scan,
                struct slice bytes)
{
    if (bytes.n > UINT32_MAX)
        return false;
    struct scan work = begin_scan(m, database, bytes.n);
    struct scan_note note;
    bool begins = !scan->position && !scan->stream && !m->config.inline_mode;
    bool asked = begins && scan_memo_ask(m->rules.memo, database->id, bytes, &note);
    work.stream = true;
    if (asked && add_known(&work, bytes, &note)) {
        scan->renewed = true;
        return true;
    }
    work.note = asked ? &note : NULL;
    uint64_t position = scan->position;
    bool open = stream_scan_open(m, scan, database);
    scan->position = position; /* one on another database was closed */
    if (!open)
        return false;
    hs_error_t said = hs_scan_stream(scan->stream, (const char *)bytes.p, (unsigned)bytes.n, 0,
                                     m->rules.scratch, on_match, &work);
    if (asked && said == HS_SUCCESS)
        scan_memo_keep(m->rules.memo, bytes, &note);
    return said == HS_SUCCESS;
}
