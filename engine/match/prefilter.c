#include "flow/flow.h"
#include "match/placed.h"
#include "match/scan.h"
#include "match/worker.h"
#include "packet/packet.h"

void prefilter_twin(struct matcher *m, const struct database *database, struct slice bytes)
{
    if (m->twin_look == m->look && m->twin_bytes.p == bytes.p && m->twin_bytes.n == bytes.n)
        return;
    m->twin_look = m->look;
    m->twin_bytes = bytes;
    scan_block(m, database, bytes, false);
}

struct placing {
    struct candidates *candidates;
    enum candidate_view as;
    bool opens; /* there is what the condition asks for */
};

static void on_place(void *ctx, uint32_t rule)
{
    struct placing *placing = ctx;
    if (rule == PLACED_OPENS)
        placing->opens = true;
    else
        candidates_add(placing->candidates, placing->as, rule);
}

/* Literals at their places. True when there are bytes that ask for the conditional database. */
static bool find_placed(struct matcher *m, const struct group *group, struct slice bytes, uint16_t port,
                        enum candidate_view as)
{
    struct placing placing = {.candidates = &m->rules.candidates, .as = as};
    if (group->placed)
        placed_find(group->placed, bytes, port, on_place, &placing);
    return placing.opens;
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
            scan_block(m, ruleset->headers[i].database, buffer.bytes, stream);
    }
}

/* The payload, unless no rule looks at it any more: that of an encrypted connection. */
static struct slice seen_payload(const struct matcher *m, const struct view *view)
{
    bool hidden = view->flow && view->flow->flags & FLOW_NO_PAYLOAD && !m->ruleset->no_prefilter;
    return hidden ? slice_of(NULL, 0) : view->payload.bytes;
}

static void prefilter_payload(struct matcher *m, const struct view *view, const struct group *group,
                              struct slice payload, uint16_t port)
{
    struct block_scan block;
    bool small = group->small && payload.n <= SMALL_PAYLOAD;
    scan_begin(m, small ? group->small : group->database, payload, &block);
    bool open = find_placed(m, group, payload, port, CANDIDATE_PACKET);
    scan_end(m, &block, false);
    if (group->conditional && (open || scan_condition_holds(&group->condition, view, payload)))
        scan_block(m, group->conditional, payload, false);
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
    if (payload.n)
        prefilter_payload(m, view, group, payload, port);
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
    find_placed(m, group, placed, port, CANDIDATE_STREAM);
    chunk_names_begin(m, scan, view->payload.new_from);
    scan->renewed = false;
    bool scanned = group->database && fresh.n && scan_chunk(m, group->database, scan, bytes);
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
