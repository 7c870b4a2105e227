#include "flow/table.h"

void flow_timeouts_default(struct flow_table_config *config)
{
    config->tcp = (struct flow_timeouts){.fresh = 60, .established = 600, .closed = 60, .bypassed = 100};
    config->udp = (struct flow_timeouts){.fresh = 30, .established = 300, .closed = 0, .bypassed = 100};
    config->icmp = (struct flow_timeouts){.fresh = 30, .established = 300, .closed = 0, .bypassed = 100};
    config->other = (struct flow_timeouts){.fresh = 30, .established = 300, .closed = 0, .bypassed = 100};
}

static bool no_timeouts(const struct flow_timeouts *t)
{
    return t->fresh == 0 && t->established == 0 && t->closed == 0 && t->bypassed == 0;
}

bool flow_timeouts_missing(const struct flow_table_config *config)
{
    return no_timeouts(&config->tcp) && no_timeouts(&config->udp) && no_timeouts(&config->icmp) &&
           no_timeouts(&config->other);
}
