#include "app/parser_list.h"
#include "app/engine.h"
#include "flow/flow.h"

#include <errno.h>
#include <magic.h>
#include <stdlib.h>

#include "app/detect.h"
#include "app/engine_private.h"
#include "app/expectation.h"
#include "app/file/file.h"
#include "flow/stream.h"
#include "flow/tcp.h"

enum {
    CALLS_MOST = 65536, /* of a parser, for one packet */
    NEED_MOST = 1 << 20 /* a parser that wants more at once than a stream keeps waits for ever */
};

enum { MEMORY_MOST = 256 << 20 };

static const struct app_parser *const parsers[APP_PROTO_COUNT] = {
#define APP_PARSER(proto, name) [APP_##proto] = &name##_parser,
#include "base/app_parser_list.h"
#undef APP_PARSER
};

const struct app_parser *app_parser_find(enum app_proto proto)
{
    return (unsigned)proto < APP_PROTO_COUNT ? parsers[proto] : NULL;
}

struct app_engine *app_engine_new(const struct app_config *config, const struct app_hooks *hooks)
{
    struct app_engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return NULL;
    engine->config = *config;
    engine->unparsed = app_config_unparsed(config);
    engine->hooks = *hooks;
    engine->memory_most = config->memory ? config->memory : MEMORY_MOST;
    if (!config->expectations)
        engine->config.expectations = engine->own_expectations = expectations_new();
    if (!engine->config.expectations || file_tools_init(&engine->files, config)) {
        app_engine_free(engine);
        return NULL;
    }
    spares_init(&engine->spares);
    return engine;
}

void app_engine_renew(struct app_engine *engine, const struct app_config *config)
{
    memcpy(engine->config.wanted, config->wanted, sizeof config->wanted);
    engine->config.files.rules_store = config->files.rules_store;
    memcpy(engine->config.files.hashes, config->files.hashes, sizeof config->files.hashes);
    file_tools_renew(&engine->files, &engine->config);
}

static void free_common(struct app_engine *engine)
{
    for (int i = 0; i < APP_PROTO_COUNT; i++) {
        const struct app_parser *parser = app_parser_find((enum app_proto)i);
        if (engine->common[i] && parser && parser->common_free)
            parser->common_free(engine->common[i]);
        free(engine->common[i]);
    }
}

void app_engine_free(struct app_engine *engine)
{
    if (!engine)
        return;
    file_tools_fini(&engine->files);
    spares_fini(&engine->spares);
    free_common(engine);
    expectations_free(engine->own_expectations);
    free(engine);
}

const struct app_counters *app_engine_counters(const struct app_engine *engine)
{
    return &engine->counters;
}

struct app_session *app_session_open_handed(struct app_engine *engine, struct flow *flow,
                                            const struct app_parser *parser, struct buf *handed)
{
    struct app_session *s = spare_session_get(&engine->spares, parser);
    if (!s) {
        engine->counters.no_memory++;
        return NULL;
    }
    s->engine = engine;
    s->config = &engine->config;
    s->flow = flow;
    s->handed = *handed;
    *handed = (struct buf){0};
    for (int d = 0; d < DIRECTIONS; d++)
        s->sides[d].taken = flow->app_start[d];
    if (parser->open && parser->open(s)) {
        engine->counters.no_memory++;
        buf_fini(&s->handed);
        spare_session_put(&engine->spares, s);
        return NULL;
    }
    flow->app_state = s;
    engine->counters.sessions++;
    return s;
}

struct app_session *app_session_open(struct app_engine *engine, struct flow *flow,
                                     const struct app_parser *parser)
{
    struct buf nothing = {0};
    return app_session_open_handed(engine, flow, parser, &nothing);
}

/* NULL: it has none, or is not to be parsed. */
static const struct app_parser *parser_of(const struct app_engine *engine, enum app_proto proto)
{
    return engine->unparsed >> proto & 1 ? NULL : app_parser_find(proto);
}

struct app_session *app_session_get(struct app_engine *engine, struct flow *flow)
{
    if (flow->app_state)
        return flow->app_state;
    const struct app_parser *parser = parser_of(engine, flow->app);
    return parser ? app_session_open(engine, flow, parser) : NULL;
}

void app_session_end(struct app_engine *engine, struct flow *flow)
{
    struct app_session *s = flow->app_state;
    if (!s)
        return;
    while (s->first)
        app_tx_free(s, s->first);
    if (s->parser->close)
        s->parser->close(s);
    engine->memory -= s->memory;
    buf_fini(&s->handed);
    buf_fini(&s->hand_on);
    spare_session_put(&engine->spares, s);
    flow->app_state = NULL;
}

void app_complete_all(struct app_session *s)
{
    for (struct app_tx *tx = s->first; tx; tx = tx->next)
        for (int d = 0; d < DIRECTIONS; d++)
            app_tx_complete(s, tx, (enum direction)d);
}

static bool through(const struct app_tx *tx)
{
    return tx->complete[TO_SERVER] && tx->complete[TO_CLIENT] && !tx->changed[TO_SERVER] &&
           !tx->changed[TO_CLIENT];
}

static void transaction_seen(struct app_session *s, struct app_tx *tx, enum direction direction)
{
    if (s->parser->seen)
        s->parser->seen(s, tx, direction);
    app_files_seen(s, tx, direction);
}

void app_seen(struct app_session *s, enum direction direction)
{
    s->sides[direction].changed = false;
    for (struct app_tx *tx = s->first; tx; tx = tx->next)
        if (tx->changed[direction])
            transaction_seen(s, tx, direction);
}

/* The rules have looked at one direction, or at both. */
static void let_go(struct app_session *s, bool to_server, bool to_client)
{
    for (struct app_tx *tx = s->first, *next; tx; tx = next) {
        next = tx->next;
        tx->changed[TO_SERVER] &= !to_server;
        tx->changed[TO_CLIENT] &= !to_client;
        if (s->failed)
            tx->changed[!s->failed_side] = false;
        if (through(tx))
            app_tx_free(s, tx);
    }
}

void app_inspected(struct app_session *s, enum direction direction)
{
    let_go(s, direction == TO_SERVER, direction == TO_CLIENT);
    app_look_later(s, false);
}

void app_looked(struct app_session *s)
{
    let_go(s, true, true);
    s->engine->counters.looks++;
    app_look_later(s, true);
}

bool app_waits_for_look(const struct app_session *s)
{
    const struct app_tx *tx = s->first;
    return tx && tx->complete[TO_SERVER] && tx->complete[TO_CLIENT] && !through(tx);
}

static void end_sides(struct app_session *s)
{
    for (int d = 0; d < DIRECTIONS; d++)
        s->sides[d].ended = true;
}

static void take_status(struct app_session *s, enum direction direction, enum parse_status status)
{
    if (status == PARSE_BAD || status == PARSE_GIVE_UP) {
        s->engine->counters.parse_errors++;
        for (struct app_tx *tx = s->first; tx; tx = tx->next)
            tx->cut = true;
    }
    if (status == PARSE_DONE)
        s->bypass = true;
    if (status == PARSE_SIDE_DONE)
        s->sides[direction].ended = true;
    else if (status != PARSE_OK)
        end_sides(s);
    if (status != PARSE_BAD)
        return;
    s->failed = true;
    s->failed_side = direction;
    app_complete_all(s);
}

/* Bytes are missing: the parser goes on behind them, or this direction is over. */
static void jump(struct app_session *s, enum direction direction, uint64_t to)
{
    struct app_side *side = &s->sides[direction];
    s->engine->counters.gaps++;
    enum parse_status status =
        s->parser->gap ? s->parser->gap(s, direction, to - side->taken) : PARSE_SIDE_DONE;
    side->taken = to;
    side->need = 0;
    take_status(s, direction, status);
}

static void tell_end(struct app_session *s, enum direction direction)
{
    struct app_side *side = &s->sides[direction];
    if (side->end_told)
        return;
    side->end_told = true;
    if (s->parser->end)
        s->parser->end(s, direction);
    side->ended = true;
}

/*
 * Its FIN was acknowledged, or nothing is kept beyond here. A reset ends nothing yet: its receiver may have
 * refused it, and what the sender then goes on with is parsed too.
 */
static bool ends_here(const struct stream *stream)
{
    return stream->finished || (stream->depth_reached && stream->inspectable >= stream->depth);
}

/* One call of the parser. False when there is nothing more to be done for now. */
static bool parse_once(struct app_session *s, enum direction direction, const struct stream *stream,
                       uint64_t time_ns, bool flow_ends)
{
    struct app_side *side = &s->sides[direction];
    uint64_t at = side->taken;
    struct slice bytes = stream_read(stream, side->taken, &at);
    if (bytes.n && at > side->taken) {
        jump(s, direction, at);
        return !side->ended;
    }
    bool gap_next = bytes.n && side->taken + bytes.n < stream->inspectable;
    bool ends = flow_ends || ends_here(stream);
    if (!bytes.n) {
        if (ends)
            tell_end(s, direction);
        return false;
    }
    bool last = gap_next || ends;
    if (bytes.n < side->need && !last)
        return false;
    struct app_input input = {.direction = direction, .bytes = bytes, .time_ns = time_ns, .last = last};
    struct app_taken taken = {0};
    enum parse_status status = s->parser->parse(s, &input, &taken);
    if (taken.bytes > bytes.n)
        taken.bytes = bytes.n;
    side->taken += taken.bytes;
    side->need = taken.need < NEED_MOST ? (uint32_t)taken.need : NEED_MOST;
    take_status(s, direction, status);
    if (side->ended || s->change)
        return false;
    if (taken.bytes)
        return true;
    if (!last)
        return false;
    /* It will not get more: what it left is passed over. */
    side->taken += bytes.n;
    return true;
}

/* Nothing is parsed any more: the end of a stream still ends its direction of the transactions. */
static void follow_end(struct app_session *s, bool flow_ends)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        if (!flow_ends && !ends_here(&s->flow->tcp->streams[d]))
            continue;
        for (struct app_tx *tx = s->first; tx; tx = tx->next)
            app_tx_complete(s, tx, (enum direction)d);
    }
}

/* As in Suricata a direction whose own bytes do not tell is the parser's too, and one that speaks another. */
static bool feeds(const struct flow *flow, const struct app_session *s, enum direction direction)
{
    return !s->sides[direction].ended && flow->app_direction[direction] != APP_UNKNOWN;
}

static bool parse_side(struct app_session *s, enum direction direction, uint64_t time_ns, bool flow_ends)
{
    struct flow *flow = s->flow;
    const struct stream *stream = &flow->tcp->streams[direction];
    uint64_t before = s->sides[direction].taken;
    if (stream->inspectable <= before && !flow_ends && !ends_here(stream))
        return false;
    for (int i = 0; i < CALLS_MOST && feeds(flow, s, direction) && !app_full(s); i++)
        if (!parse_once(s, direction, stream, time_ns, flow_ends))
            break;
    if (s->sides[direction].taken == before)
        return false;
    app_detect_heard(flow, direction);
    return true;
}

/*
 * The next protocol begins where the old one's parser has stopped; when it was not named it is detected
 * there. Not before the rules have seen the old one's transactions.
 */
static void change(struct app_engine *engine, struct flow *flow, struct app_session *s)
{
    enum app_proto to = s->change_to;
    const struct app_parser *parser = parser_of(engine, to);
    struct buf handed = s->hand_on;
    s->hand_on = (struct buf){0};
    engine->counters.protocol_changes++;
    for (int d = 0; d < DIRECTIONS; d++)
        flow->app_start[d] = s->sides[d].taken;
    app_session_end(engine, flow);
    if (flow->app_original == APP_UNKNOWN)
        flow->app_original = flow->app;
    if (to == APP_UNKNOWN)
        app_detect_anew(flow);
    else
        app_detect_changed(flow, to);
    struct app_session *next = parser ? app_session_open_handed(engine, flow, parser, &handed) : NULL;
    for (int d = 0; next && d < DIRECTIONS; d++)
        app_raw_wanted(next, (enum direction)d);
    buf_fini(&handed);
}

/* What waited for the answer comes after it. */
static void parse_sides(struct app_session *s, uint64_t time_ns, bool flow_ends)
{
    parse_side(s, TO_SERVER, time_ns, flow_ends);
    if (!s->change && parse_side(s, TO_CLIENT, time_ns, flow_ends) && !s->change)
        parse_side(s, TO_SERVER, time_ns, flow_ends);
}

enum app_parsed app_parse_streams(struct app_engine *engine, struct flow *flow, uint64_t time_ns,
                                  bool flow_ends)
{
    struct app_session *s = app_session_get(engine, flow);
    if (s && s->change) {
        if (s->first)
            return APP_CHANGES;
        change(engine, flow, s);
        return APP_CHANGED;
    }
    if (!s)
        return APP_PARSED;
    engine->flow_ends = flow_ends;
    parse_sides(s, time_ns, flow_ends);
    engine->flow_ends = false;
    if (app_full(s))
        return APP_LOOK;
    if (s->bypass)
        follow_end(s, flow_ends);
    if (s->failed && flow_ends)
        for (struct app_tx *tx = s->first; tx; tx = tx->next)
            app_tx_hide(tx, !s->failed_side);
    if (!s->change)
        return APP_PARSED;
    app_complete_all(s);
    return s->first ? APP_CHANGES : APP_CHANGED;
}

/* Nothing is left of what came, or too little of it. */
static bool is_still(const struct app_side *side, const struct stream *stream)
{
    uint64_t left = stream->inspectable - side->taken;
    return stream->inspectable <= side->taken ||
           (left < side->need && !stream->has_gap && !ends_here(stream));
}

bool app_is_still(const struct flow *flow)
{
    const struct app_session *s = flow->app_state;
    if (!s)
        return !app_parser_find(flow->app);
    if (s->change || app_full(s))
        return false;
    for (int d = 0; d < DIRECTIONS; d++)
        if (feeds(flow, s, (enum direction)d) && !is_still(&s->sides[d], &flow->tcp->streams[d]))
            return false;
    return true;
}

void app_parse_datagram(struct app_engine *engine, struct flow *flow, enum direction direction,
                        struct slice payload, uint64_t time_ns)
{
    struct app_session *s = app_session_get(engine, flow);
    if (!s || s->sides[direction].ended || !payload.n)
        return;
    struct app_input input = {
        .direction = direction, .bytes = payload, .time_ns = time_ns, .last = true, .datagram = true};
    struct app_taken taken = {0};
    take_status(s, direction, s->parser->parse(s, &input, &taken));
}

uint64_t app_keeps_from(const struct flow *flow, enum direction direction)
{
    const struct app_session *s = flow->app_state;
    if (!s || s->sides[direction].ended)
        return UINT64_MAX;
    return s->sides[direction].taken;
}
