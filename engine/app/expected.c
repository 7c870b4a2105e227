#include "app/expected.h"
#include "app/detect.h"
#include "app/engine_private.h"
#include "app/expectation.h"
#include "app/parser_list.h"
#include "flow/tcp.h"

enum { TCP = 6, PRIVILEGED = 1024 };

static void wait_turn(const struct app_engine *engine)
{
    if (engine->hooks.wait_turn)
        engine->hooks.wait_turn(engine->hooks.ctx);
}

void app_expect(struct app_session *s, uint16_t port, struct slice tells)
{
    struct app_engine *engine = s->engine;
    struct expectation_key key = {.hosts = {s->flow->client, s->flow->server}, .port = port};
    wait_turn(engine);
    if (expectations_add(engine->config.expectations, &key,
                         &(struct expectation){.tells = tells,
                                               .made_ns = s->flow->last_ns,
                                               .flow_id = s->flow->id,
                                               .late = engine->flow_ends}))
        engine->counters.no_memory++;
}

/* Something was said, and nothing in it has told what. */
static bool is_open(const struct flow *flow)
{
    return flow->protocol == TCP && (flow->app == APP_UNKNOWN || flow->app == APP_FAILED) &&
           flow->app_original == APP_UNKNOWN && !flow->app_state && flow->server_port >= PRIVILEGED &&
           (flow->tcp->streams[TO_SERVER].inspectable || flow->tcp->streams[TO_CLIENT].inspectable);
}

/*
 * Whether nobody has announced it, told without a turn: what a connection announces with a packet of its own
 * is there once the packets between its hosts are past; what it announces at its end is not for this one.
 */
static bool is_unexpected(const struct app_engine *engine, const struct flow *flow,
                          const struct expectation_key *key)
{
    if (engine->hooks.wait_hosts)
        engine->hooks.wait_hosts(engine->hooks.ctx, flow);
    return !expectations_has(engine->config.expectations, key);
}

bool app_expected(struct app_engine *engine, struct flow *flow, bool ends)
{
    if (!is_open(flow))
        return false;
    struct expectation_key key = {.hosts = {flow->client, flow->server}, .port = flow->server_port};
    struct buf tells = {0};
    if (!ends && is_unexpected(engine, flow, &key))
        return false;
    wait_turn(engine);
    uint64_t parent_id;
    bool found =
        expectations_take(engine->config.expectations, &key, flow->last_ns, ends, &tells, &parent_id);
    if (found) {
        app_detect_expected(flow, APP_FTP_DATA);
        struct app_session *session = app_session_open_handed(engine, flow, &ftp_data_parser, &tells);
        if (session)
            session->parent_id = parent_id;
    }
    buf_fini(&tells);
    return found;
}
