/*
 * One worker's application layer: opens a session when a flow's protocol is told, feeds it, frees it.
 *
 * The inspector's side of app/session.h. What hits a cap is counted. One thread.
 */
#ifndef SLUICE_APP_ENGINE_H
#define SLUICE_APP_ENGINE_H

#include "app/config.h"
#include "app/session.h"

struct stream;

struct app_counters {
    uint64_t sessions, transactions, events;
    uint64_t parse_errors, gaps, transactions_forced, memory_full, no_memory, events_lost;
    uint64_t protocol_changes;
    uint64_t looks, transactions_lost; /* rules called in by app_full; transactions freed unseen */
    uint64_t files, files_refused, files_not_stored, magic_failed;
};

struct app_hooks {
    void (*tx_free)(void *ctx, struct app_session *session, struct app_tx *tx); /* frees tx->match_state */
    /* Before what other workers' order matters for; that of packets between a flow's hosts. May be NULL. */
    void (*wait_turn)(void *ctx);
    void (*wait_hosts)(void *ctx, const struct flow *flow);
    void *ctx;
};

struct app_engine;

/* `config` is borrowed. NULL when memory is short. */
struct app_engine *app_engine_new(const struct app_config *config, const struct app_hooks *hooks);
void app_engine_free(struct app_engine *engine);

/*
 * Other rules: what they look into (config.wanted) and ask of files is taken from here on; files that are
 * open go on as they began.
 */
void app_engine_renew(struct app_engine *engine, const struct app_config *config);

/* The flow's session, opened when its protocol is told and parsed. NULL without one. */
struct app_session *app_session_get(struct app_engine *engine, struct flow *flow);

enum app_parsed {
    APP_PARSED,
    APP_CHANGED, /* the protocol, or it is to be detected anew (flow->app, flow->app_start): call again */
    APP_CHANGES, /* the protocol, once the rules have seen all that came of the old one; then call again */
    APP_LOOK,    /* the flow holds as many transactions as it may: when the rules have looked, call again */
};

/* Parses what is new in both streams of a TCP flow. `flow_ends`: nothing will follow. */
enum app_parsed app_parse_streams(struct app_engine *engine, struct flow *flow, uint64_t time_ns,
                                  bool flow_ends);

/* Whether app_parse_streams would do nothing, as long as neither stream has brought anything new. */
bool app_is_still(const struct flow *flow);

void app_parse_datagram(struct app_engine *engine, struct flow *flow, enum direction direction,
                        struct slice payload, uint64_t time_ns);

/* The offset below which the parser needs no byte of the stream; UINT64_MAX: none at all. */
uint64_t app_keeps_from(const struct flow *flow, enum direction direction);

/* The rules have seen this direction of the transactions that had changed: windows and files move on. */
void app_seen(struct app_session *session, enum direction direction);

/* After app_seen, and once records were made: frees the transactions that are through. */
void app_inspected(struct app_session *session, enum direction direction);
/* Instead of it, when the rules have looked at both directions. */
void app_looked(struct app_session *session);

/* Whether a transaction waits for nothing but that the rules look at it: a packet of the direction in which
 * it ended would have them do so. */
bool app_waits_for_look(const struct app_session *session);

/*
 * Nobody has spoken for a while, or nobody will: what the session can do without is given back. When nothing
 * is open the session itself goes: FLOW_RESTS is set, and app_wake makes it anew as it was, before anything
 * else is asked of the flow. True when the flow then has none.
 */
bool app_rest(struct app_engine *engine, struct flow *flow);
void app_wake(struct app_engine *engine, struct flow *flow);

/* A flow ends: all its transactions are complete. */
void app_complete_all(struct app_session *session);

/* Frees the flow's session. */
void app_session_end(struct app_engine *engine, struct flow *flow);

/* At which stage that direction of the transaction is: base/app_stage.h. */
uint8_t app_stage(const struct app_session *session, const struct app_tx *tx, enum direction direction);

/* Any buffer of any transaction, the framework's own (app-layer-event) included. */
enum buffer_answer app_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

const struct app_counters *app_engine_counters(const struct app_engine *engine);

#endif
