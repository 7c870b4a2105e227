#include "inspect/rest.h"

#include "app/engine.h"
#include "flow/tcp.h"
#include "inspect/chunk.h"
#include "match/matcher.h"

void rest_silent(struct app_engine *app, struct matcher *matcher, struct flow *flow)
{
    app_rest(app, flow);
    matcher_flow_rest(matcher, flow, false);
    if (flow->tcp && !(flow->flags & FLOW_REMAINS))
        tcp_session_rest(flow->tcp);
}

void rest_over(struct app_engine *app, struct matcher *matcher, struct flow *flow)
{
    if (!tcp_session_is_over(flow->tcp) || !chunk_all_inspected(flow) || !app_rest(app, flow))
        return;
    matcher_flow_rest(matcher, flow, true);
    stream_stop(&flow->tcp->streams[TO_SERVER]);
    stream_stop(&flow->tcp->streams[TO_CLIENT]);
    flow->flags |= FLOW_OVER;
}
