/* What becomes of a packet that inspection cannot follow, or that is dropped. Private to engine/inspect. */
#ifndef SLUICE_INSPECT_FATE_H
#define SLUICE_INSPECT_FATE_H

#include "inspect/exception.h"

struct inspector;
struct view;

/* The packet (of `flow`, or NULL) meets the exception. False: rules are not to see it. */
bool fate_exception(struct inspector *in, enum exception exception, struct flow *flow, struct packet *packet);

/* A TCP packet of a flow; false: its connection is not to be followed. *shown: whether rules are to see it.
 */
bool fate_follows(struct inspector *in, struct flow *flow, struct packet *packet, bool *shown);

struct fate_troubles { /* connections and bytes that memory refused, errors of parsers */
    uint64_t sessions, memory, errors;
};

/* Whether nothing has gone wrong since the last packet; if not, which exceptions this one meets. As
 * fate_exception. */
void fate_forget(struct inspector *in); /* what has gone wrong at a flow's end is about no packet */
bool fate_is_calm(const struct inspector *in);
bool fate_settle(struct inspector *in, struct flow *flow, struct packet *packet);

/* The sink and the counters are told, after its alerts. */
void fate_tell(struct inspector *in, const struct view *view);

#endif
