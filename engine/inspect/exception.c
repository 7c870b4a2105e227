#include "inspect/exception.h"

#include "flow/flow.h"
#include "packet/drop_reason.h"

static enum exception_policy settled(const struct exception_policies *policies, enum exception exception,
                                     bool inline_mode, bool midstream)
{
    enum exception_policy policy = (enum exception_policy)policies->of[exception];
    if (policy == POLICY_UNSET)
        policy = (enum exception_policy)policies->master;
    if (policy != POLICY_UNSET && policy != POLICY_AUTO)
        return policy;
    bool picked_up = exception == EXCEPTION_MIDSTREAM && midstream;
    return inline_mode && !picked_up ? POLICY_DROP_FLOW : POLICY_IGNORE;
}

struct exception_policies exception_settle(const struct exception_policies *policies, bool inline_mode,
                                           bool midstream)
{
    struct exception_policies all = {.master = policies->master};
    for (int e = 0; e < EXCEPTIONS; e++)
        all.of[e] = (uint8_t)settled(policies, (enum exception)e, inline_mode, midstream);
    return all;
}

static const struct {
    const char *target;
    uint8_t reason; /* enum drop_reason */
} table[EXCEPTIONS] = {
#define EXCEPTION(id, key, target, reason) [EXCEPTION_##id] = {target, DROP_##reason},
#include "inspect/exception_list.h"
#undef EXCEPTION
};

bool exception_meets(const struct exception_policies *policies, enum exception exception, bool inline_mode,
                     struct flow *flow, struct packet *packet)
{
    enum exception_policy policy = (enum exception_policy)policies->of[exception];
    bool hides = true, drops = false;
    uint32_t flags = 0;
    switch (policy) {
    case POLICY_UNSET: /* settled policies are neither */
    case POLICY_AUTO:
    case POLICY_IGNORE:
        hides = false;
        break;
    case POLICY_PASS_PACKET:
        break;
    case POLICY_PASS_FLOW:
        flags = FLOW_PASS | FLOW_NO_PACKET | FLOW_NO_PAYLOAD;
        break;
    case POLICY_BYPASS:
        flags = FLOW_PASS | FLOW_NO_PACKET | FLOW_NO_PAYLOAD | FLOW_BYPASS;
        break;
    case POLICY_DROP_PACKET:
        drops = true;
        break;
    case POLICY_REJECT: /* rejects nothing where packets are copies */
        if (!inline_mode) {
            hides = false;
            break;
        }
        __attribute__((fallthrough));
    case POLICY_DROP_FLOW:
    default:
        drops = true;
        flags = FLOW_DROP | FLOW_GIVEN_UP | FLOW_NO_PACKET | FLOW_NO_PAYLOAD;
        break;
    }
    if (flow && exception < FLOW_EXCEPTIONS)
        flow->flags |= flags | (uint32_t)FLOW_EXCEPTION << exception;
    if (drops && inline_mode)
        packet->dropped = table[exception].reason;
    return !hides;
}

const char *exception_policy_name(enum exception_policy policy)
{
    static const char *const names[POLICIES] = {
        [POLICY_IGNORE] = "ignore", [POLICY_PASS_PACKET] = "pass_packet", [POLICY_PASS_FLOW] = "pass_flow",
        [POLICY_BYPASS] = "bypass", [POLICY_DROP_PACKET] = "drop_packet", [POLICY_DROP_FLOW] = "drop_flow",
        [POLICY_REJECT] = "reject"};
    return policy < POLICIES && names[policy] ? names[policy] : "auto";
}

const char *exception_target(enum exception exception)
{
    return table[exception].target;
}
