/*
 * An inspector as a whole: what it is made of, its rules exchanged, what it counted.
 */
#include "inspect/inspector.h"

#include <stdlib.h>

#include "inspect/renew.h"
#include "match/profile.h"
#include "match/renew.h"
#include "match/ruleset.h"

/* What hangs on a flow whose turn comes soon. */
static void fetch_state(const struct flow *flow)
{
    enum { LINE = 64, TCP_LINES = 7 };
    if (!flow)
        return;
    int lines = flow->flags & FLOW_REMAINS ? 1 : TCP_LINES;
    for (int i = 0; flow->tcp && i < lines; i++)
        __builtin_prefetch((const char *)flow->tcp + (ptrdiff_t)i * LINE);
    __builtin_prefetch(flow->inspect_state);
    __builtin_prefetch(flow->app_state);
    __builtin_prefetch(flow->match_state);
}

static void transaction_ended(void *ctx, struct app_session *session, struct app_tx *tx)
{
    struct inspector *in = ctx;
    (void)session;
    matcher_transaction_end(in->matcher, tx);
}

static void wait_turn(void *ctx)
{
    struct inspector *in = ctx;
    if (in->config.matcher.wait_turn)
        in->config.matcher.wait_turn(in->config.matcher.ctx);
}

static void wait_hosts(void *ctx, const struct flow *flow)
{
    struct inspector *in = ctx;
    if (in->config.wait_hosts)
        in->config.wait_hosts(in->config.matcher.ctx, flow);
}

/* What the settings say of the application layer, and what the rules ask of it. */
static struct app_config app_config(const struct inspector *in)
{
    struct app_config config = in->config.app;
    uint8_t hashes;
    ruleset_wanted(in->config.matcher.ruleset, config.wanted);
    ruleset_files(in->config.matcher.ruleset, &hashes, &config.files.rules_store);
    for (int h = 0; h < FILE_HASHES; h++)
        config.files.hashes[h] |= hashes >> h & 1;
    config.logged = in->config.sink.transaction != NULL;
    return config;
}

static struct app_engine *make_app(struct inspector *in)
{
    struct app_config config = app_config(in);
    struct app_hooks hooks = {
        .tx_free = transaction_ended, .wait_turn = wait_turn, .wait_hosts = wait_hosts, .ctx = in};
    return app_engine_new(&config, &hooks);
}

struct inspector *inspector_new(const struct inspect_config *config)
{
    struct inspector *in = calloc(1, sizeof *in);
    if (!in)
        return NULL;
    in->config = *config;
    in->config.flows.ended = inspector_flow_ended;
    in->config.flows.passed = inspector_flow_passed;
    in->config.flows.idle = inspector_flow_idle;
    in->config.flows.fetch = fetch_state;
    in->config.flows.ctx = in;
    chunks_init(&in->chunks, config->chunk_to_server, config->chunk_to_client);
    in->flows = flow_table_new(&in->config.flows);
    if (!in->config.tcp.most_sessions) /* a flow without one would not be reassembled */
        in->config.tcp.most_sessions = config->flows.most_flows;
    in->tcp = tcp_engine_new(&in->config.tcp);
    in->config.matcher.inline_mode = config->tcp.inline_mode;
    in->config.matcher.rewrites = config->rewrites;
    in->matcher = matcher_new(&in->config.matcher);
    in->app = make_app(in);
    if (in->tcp && in->app) {
        in->tcp_counters = tcp_engine_counters(in->tcp);
        in->app_counters = app_engine_counters(in->app);
    }
    in->untold = app_config_untold(&config->app);
    if (!in->flows || !in->tcp || !in->matcher || !in->app) {
        inspector_free(in);
        return NULL;
    }
    in->raw_streams = ruleset_has_stream_rules(config->matcher.ruleset);
    return in;
}

void inspector_free(struct inspector *in)
{
    if (!in)
        return;
    flow_table_free(in->flows);
    tcp_engine_free(in->tcp);
    matcher_free(in->matcher);
    app_engine_free(in->app);
    chunks_fini(&in->chunks);
    free(in);
}
void inspector_fetch(const struct inspector *in, const struct packet *packet, enum inspect_fetch step)
{
    if (!packet->flow_hash)
        return;
    switch (step) {
    case FETCH_PLACE:
        flow_table_prefetch(in->flows, packet);
        break;
    case FETCH_FLOW:
        flow_table_prefetch_flow(in->flows, packet);
        break;
    case FETCH_STATE:
        fetch_state(flow_table_first(in->flows, packet));
        break;
    }
}

void inspector_advance(struct inspector *in, uint64_t now_ns)
{
    flow_table_advance(in->flows, now_ns);
}

void inspector_finish(struct inspector *in)
{
    flow_table_end_all(in->flows);
}

void inspector_rewrite(struct inspector *in, bool rewrites)
{
    matcher_rewrite(in->matcher, rewrites);
}

void inspector_renew(struct inspector *in, struct matcher_rules *rules)
{
    in->config.matcher.ruleset = matcher_rules_ruleset(rules);
    matcher_renew(in->matcher, rules);
    in->raw_streams = ruleset_has_stream_rules(in->config.matcher.ruleset);
    in->renewals++;
    struct app_config config = app_config(in);
    app_engine_renew(in->app, &config);
}

void inspector_each_flow(const struct inspector *in, void (*visit)(void *ctx, const struct flow *flow),
                         void *ctx)
{
    flow_table_each(in->flows, visit, ctx);
}

const struct inspect_counters *inspector_counters(const struct inspector *in)
{
    return &in->counters;
}

const struct bypass_counters *inspector_bypass_counters(const struct inspector *in)
{
    return &in->bypassed;
}

const struct flow_counters *inspector_flow_counters(const struct inspector *in)
{
    return flow_table_counters(in->flows);
}

const struct tcp_counters *inspector_tcp_counters(const struct inspector *in)
{
    return tcp_engine_counters(in->tcp);
}

const struct matcher_counters *inspector_matcher_counters(const struct inspector *in)
{
    return matcher_counters(in->matcher);
}

const struct match_profile *inspector_profile(const struct inspector *in)
{
    return matcher_profile(in->matcher);
}

const struct app_counters *inspector_app_counters(const struct inspector *in)
{
    return app_engine_counters(in->app);
}
