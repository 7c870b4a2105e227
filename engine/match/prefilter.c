#include "flow/flow.h"
#include "match/placed.h"
#include "match/scan_memo.h"
#include "match/worker.h"
#include "packet/packet.h"

struct scan {
    struct matcher *matcher;
    const struct database *database;
    struct scan_note *note; /* NULL: what is found is not kept */
    bool packet, stream;    /* the views that a rule becomes a candidate for */
    bool opens;             /* on_place: there is what the condition asks for */
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
static bool add_known(const struct scan *scan, struct slice bytes, struct scan_note *note, bool *keep)
{
    const struct known_scan *known =
        scan_memo_find(scan->matcher->rules.memo, scan->database->id, bytes, note, keep);
    for (uint32_t i = 0; known && i < known->count; i++)
        add_rules(scan, known->patterns[i]);
    return known != NULL;
}

static void scan_block(struct matcher *m, const struct database *database, struct slice bytes, bool packet,
                       bool stream)
{
    if (!database || !bytes.n || bytes.n > UINT32_MAX)
        return;
    struct scan scan = begin_scan(m, database, bytes.n);
    struct scan_note note;
    bool keep;
    scan.packet = packet;
    scan.stream = stream;
    if (add_known(&scan, bytes, &note, &keep))
        return;
    scan.note = keep ? &note : NULL;
    hs_error_t said =
        hs_scan(database->hs, (const char *)bytes.p, (unsigned)bytes.n, 0, m->rules.scratch, on_match, &scan);
    for (uint32_t found = database_zeros(database, bytes), i = 0; i < found; i++)
        on_match(database->count - database->zeros + i, 0, 0, 0, &scan);
    if (keep && said == HS_SUCCESS)
        scan_memo_keep(m->rules.memo, bytes, &note);
}

/*
 * A stream may begin with what others began with. Then none is opened: if it goes on, the next chunk is
 * scanned together with this one. False when it could not be scanned.
 */
static bool scan_chunk(struct matcher *m, const struct database *database, struct stream_scan *scan,
                       struct slice bytes)
{
    struct scan work = begin_scan(m, database, bytes.n);
    struct scan_note note;
    bool begins = !scan->position && !scan->stream && !m->config.inline_mode, keep = false;
    work.stream = true;
    if (begins && add_known(&work, bytes, &note, &keep)) {
        scan->renewed = true;
        return true;
    }
    work.note = keep ? &note : NULL;
    uint64_t position = scan->position;
    bool open = stream_scan_open(m, scan, database);
    scan->position = position; /* one on another database was closed */
    if (!open)
        return false;
    hs_error_t said = hs_scan_stream(scan->stream, (const char *)bytes.p, (unsigned)bytes.n, 0,
                                     m->rules.scratch, on_match, &work);
    if (keep && said == HS_SUCCESS)
        scan_memo_keep(m->rules.memo, bytes, &note);
    return said == HS_SUCCESS;
}

void prefilter_buffer(struct matcher *m, const struct database *database, struct slice bytes)
{
    scan_block(m, database, bytes, true, false);
}

void prefilter_twin(struct matcher *m, const struct database *database, struct slice bytes)
{
    if (m->twin_look == m->look && m->twin_bytes.p == bytes.p && m->twin_bytes.n == bytes.n)
        return;
    m->twin_look = m->look;
    m->twin_bytes = bytes;
    scan_block(m, database, bytes, true, false);
}

static void on_place(void *ctx, uint32_t rule)
{
    struct scan *scan = ctx;
    if (rule == PLACED_OPENS)
        scan->opens = true;
    else
        candidates_add(&scan->matcher->rules.candidates, scan->stream ? CANDIDATE_STREAM : CANDIDATE_PACKET,
                       rule);
}

/* Literals at their places. True when there are bytes that ask for the conditional database. */
static bool find_placed(struct matcher *m, const struct group *group, struct slice bytes, bool stream)
{
    struct scan scan = {.matcher = m, .stream = stream};
    if (group->placed)
        placed_find(group->placed, bytes, on_place, &scan);
    return scan.opens;
}

static uint16_t server_port(const struct view *view)
{
    return view->direction == TO_SERVER ? view->packet->destination_port : view->packet->source_port;
}

static enum transport_class class_of(const struct packet *packet)
{
    uint16_t protocols = packet_protocols(packet);
    if (protocols & LAYER_TCP)
        return CLASS_TCP;
    if (protocols & LAYER_UDP)
        return CLASS_UDP;
    return protocols & (LAYER_ICMPV4 | LAYER_ICMPV6) ? CLASS_ICMP : CLASS_OTHER;
}

static void prefilter_headers(struct matcher *m, const struct view *view, bool stream)
{
    const struct ruleset *ruleset = m->ruleset;
    for (uint32_t i = 0; i < ruleset->header_count; i++) {
        struct view_buffer buffer;
        for (unsigned index = 0; view_buffer(view, ruleset->headers[i].buffer, index, &buffer) == BUFFER_HERE;
             index++)
            scan_block(m, ruleset->headers[i].database, buffer.bytes, true, stream);
    }
}

/* The payload, unless no rule looks at it any more: that of an encrypted connection. */
static struct slice seen_payload(const struct matcher *m, const struct view *view)
{
    bool hidden = view->flow && view->flow->flags & FLOW_NO_PAYLOAD && !m->ruleset->no_prefilter;
    return hidden ? slice_of(NULL, 0) : view->payload.bytes;
}

void prefilter_packet(struct matcher *m, const struct view *view, bool stream)
{
    enum transport_class class = class_of(view->packet);
    struct slice payload = seen_payload(m, view);
    bool loose = class == CLASS_TCP && !view->payload_in_stream && (payload.n || stream);
    const struct space *space =
        loose ? &m->ruleset->loose[view->direction] : &m->ruleset->packets[class][view->direction];
    uint16_t port = server_port(view);
    const struct group *group = space_group(space, port);
    if (payload.n) {
        bool small = group->small && payload.n <= SMALL_PAYLOAD;
        bool open = find_placed(m, group, payload, false);
        scan_block(m, small ? group->small : group->database, payload, true, false);
        if (group->conditional && (open || scan_condition_holds(&group->condition, view, payload)))
            scan_block(m, group->conditional, payload, true, false);
    }
    unkeyed_find(&group->unkeyed, view, port, stream || payload.n, CANDIDATE_PACKET, &m->rules.candidates);
    prefilter_headers(m, view, stream);
}

/* Rules whose literal lies in an earlier chunk; those whose literal was seen again stay longer. */
static void add_pending(struct matcher *m, struct stream_scan *scan, uint64_t end)
{
    for (uint32_t i = 0; i < scan->pending_count; i++) {
        struct pending *pending = &scan->pending[i];
        uint32_t rule = lineage_rule(&m->ruleset->lineage, pending->id);
        if (candidates_has(&m->rules.candidates, CANDIDATE_STREAM, rule)) {
            if (pending->open)
                pending->until = end;
        } else if (pending->open) {
            candidates_add(&m->rules.candidates, CANDIDATE_STREAM, rule);
        }
    }
}

void prefilter_stream(struct matcher *m, const struct view *view, struct stream_scan *scan)
{
    uint16_t port = server_port(view);
    const struct group *group = space_group(&m->ruleset->streams[view->direction], port);
    if (!scan->position && view->payload.new_from) { /* what was known of it has gone: flow_match_rest */
        scan->position = view->payload.new_from;
        scan->renewed = true;
    }
    struct slice fresh = slice_from(view->payload.bytes, view->payload.new_from);
    scan->chunks++;
    struct slice bytes = scan->renewed ? view->payload.bytes : fresh;
    struct slice placed = m->config.inline_mode ? view->payload.bytes : fresh;
    find_placed(m, group, placed, true);
    chunk_names_begin(m, scan, view->payload.new_from);
    scan->renewed = false;
    bool scanned =
        group->database && fresh.n && bytes.n <= UINT32_MAX && scan_chunk(m, group->database, scan, bytes);
    unkeyed_find(&group->unkeyed, view, port, true, CANDIDATE_STREAM, &m->rules.candidates);
    stream_scan_prune(scan,
                      scan->position > view->payload.new_from ? scan->position - view->payload.new_from : 0);
    scan->position += fresh.n;
    chunk_names_end(m, scan, scanned && group->names && !m->config.inline_mode);
    add_pending(m, scan, scan->position);
}

void prefilter_events(struct matcher *m, const struct packet *packet)
{
    const struct ruleset *ruleset = m->ruleset;
    for (unsigned i = 0; i < packet->events.count; i++) {
        uint32_t event = packet->events.list[i];
        if (event >= EVENT_COUNT)
            continue;
        for (uint32_t r = ruleset->event_start[event]; r < ruleset->event_start[event + 1]; r++)
            candidates_add(&m->rules.candidates, CANDIDATE_PACKET, ruleset->event_rules[r]);
    }
}

void prefilter_ip_only(struct matcher *m, const struct packet *packet, uint32_t since)
{
    struct ip_only_found found[IP_ONLY_LISTS];
    ip_only_find(m->ruleset->ip_only, &packet->source_address, &packet->destination_address, found);
    for (int f = 0; f < IP_ONLY_LISTS; f++)
        for (uint32_t i = 0; i < found[f].count; i++)
            if (m->ruleset->rules[found[f].rules[i]].id >= since)
                candidates_add(&m->rules.candidates, CANDIDATE_PACKET, found[f].rules[i]);
}
