/*
 * What is left of a connection that is closed, and that nothing can open again: as much as a late packet is
 * compared with, a tenth of its session. A session that was made of its remains refuses the same packets with
 * the same events, and tells the same sizes; of how it went on while it was open it knows nothing.
 *
 * Lies in flow->remains, in the place of flow->tcp, while the flow has FLOW_REMAINS. One worker.
 */
#ifndef SLUICE_FLOW_TCP_REMAINS_H
#define SLUICE_FLOW_TCP_REMAINS_H

#include "flow/flow.h"

struct tcp_engine;

/* Of a session that is over (tcp_session_is_over), whose streams are stopped. Short of memory it stays. */
void tcp_remains_leave(struct tcp_engine *engine, struct flow *flow);

/* Makes the session anew, if the flow has remains. Short of memory (counted) it has no session any more. */
void tcp_remains_wake(struct tcp_engine *engine, struct flow *flow);

/* The flow ends. */
void tcp_remains_free(struct tcp_engine *engine, struct flow *flow);

#endif
