/*
 * Exception policies, as Suricata has them: what becomes of a packet and its flow when inspection cannot
 * follow it, for want of memory, of a connection's beginning, or of sense in what a parser reads.
 *
 * Inline `auto` drops the flow (the packet, where there is none), otherwise it ignores the exception. A flow
 * that is dropped or passed by a policy is not shown to rules any more, inline or not.
 */
#ifndef SLUICE_INSPECT_EXCEPTION_H
#define SLUICE_INSPECT_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

struct flow;
struct packet;

enum exception_policy {
    POLICY_UNSET, /* that of the master switch, `exception-policy`; of that: auto */
    POLICY_AUTO,
    POLICY_IGNORE,
    POLICY_PASS_PACKET,
    POLICY_PASS_FLOW,
    POLICY_BYPASS,
    POLICY_DROP_PACKET,
    POLICY_DROP_FLOW,
    POLICY_REJECT,
    POLICIES
};

enum exception {
#define EXCEPTION(id, key, target, reason) EXCEPTION_##id,
#include "inspect/exception_list.h"
#undef EXCEPTION
    EXCEPTIONS,
    FLOW_EXCEPTIONS = EXCEPTION_FLOW_MEMORY /* those before it mark the flow: FLOW_EXCEPTION << exception */
};

struct exception_policies {
    uint8_t master, of[EXCEPTIONS]; /* enum exception_policy */
};

/* The policies that hold: none of them is unset or `auto`. */
struct exception_policies exception_settle(const struct exception_policies *policies, bool inline_mode,
                                           bool midstream);

/*
 * The exception has met this packet, of `flow` (or NULL): both are marked as its policy says. False: the
 * packet is not to be inspected.
 */
bool exception_meets(const struct exception_policies *policies, enum exception exception, bool inline_mode,
                     struct flow *flow, struct packet *packet);

/* "drop_flow", as records have it; "stream_midstream". */
const char *exception_policy_name(enum exception_policy policy);
const char *exception_target(enum exception exception);

#endif
