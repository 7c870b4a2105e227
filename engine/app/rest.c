/*
 * Sessions of connections that have fallen silent, or are over: what is needed to go on where the session
 * stood lies in its flow, and the session goes.
 */
#include "app/engine.h"

#include "app/engine_private.h"
#include "flow/flow.h"

enum rest_bit {                           /* of flow.app_rest */
                REST_RAW_WANTED = 1 << 0, /* << direction: as in struct app_side */
                REST_ENDED = 1 << 2,      /* neither direction is parsed any further */
                REST_BYPASS = 1 << 3,     /* as in struct app_session */
};

static bool ended(const struct app_session *s)
{
    return s->sides[TO_SERVER].ended && s->sides[TO_CLIENT].ended;
}

/* Nothing is in it but what the flow has room for. */
static bool is_plain(const struct app_session *s)
{
    for (int d = 0; d < DIRECTIONS; d++)
        if (s->sides[d].changed || s->flow->app_direction[d] == APP_UNKNOWN ||
            (!ended(s) && (s->sides[d].ended || s->sides[d].end_told)))
            return false;
    return !s->memory && !s->handed.n && !s->hand_on.n && !s->store_files && !s->store_certificates &&
           s->next_id <= UINT32_MAX;
}

static void leave(const struct app_session *s)
{
    struct flow *flow = s->flow;
    flow->flags |= FLOW_RESTS;
    flow->app_transactions = (uint32_t)s->next_id;
    flow->app_rest = (uint8_t)((ended(s) ? REST_ENDED : 0) | (s->bypass ? REST_BYPASS : 0));
    for (int d = 0; d < DIRECTIONS; d++) {
        flow->app_start[d] = s->sides[d].taken;
        if (s->sides[d].raw_wanted)
            flow->app_rest |= (uint8_t)(REST_RAW_WANTED << d);
    }
}

bool app_rest(struct app_engine *engine, struct flow *flow)
{
    struct app_session *s = flow->app_state;
    if (!s || s->first || s->change)
        return !s;
    if (!ended(s) && !(s->parser->rest && s->parser->rest(s)))
        return false;
    if (!is_plain(s))
        return false;
    leave(s);
    app_session_end(engine, flow);
    return true;
}

void app_wake(struct app_engine *engine, struct flow *flow)
{
    if (!(flow->flags & FLOW_RESTS))
        return;
    flow->flags &= ~(uint32_t)FLOW_RESTS;
    struct app_session *s = app_session_get(engine, flow);
    if (!s)
        return;
    engine->counters.sessions--; /* it is the same one */
    s->next_id = flow->app_transactions;
    s->bypass = flow->app_rest & REST_BYPASS;
    for (int d = 0; d < DIRECTIONS; d++) {
        s->sides[d].ended = flow->app_rest & REST_ENDED;
        s->sides[d].raw_wanted = flow->app_rest & REST_RAW_WANTED << d;
    }
}
