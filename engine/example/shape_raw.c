/* Rules about packets and streams of no application protocol: the payload as it is. */
#include <errno.h>

#include "rule/rule.h"
#include "example/script.h"
#include "example/shape.h"

static enum craft_protocol transport_of(const struct rule *rule)
{
    switch (rule->header.protocol) {
    case PROTOCOL_UDP:
        return CRAFT_UDP;
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV4:
    case PROTOCOL_ICMPV6:
        return CRAFT_ICMP;
    default:
        return CRAFT_TCP;
    }
}

int shape_raw(struct shape *shape, struct script *script, struct err *err)
{
    const struct rule *rule = shape->rules[shape->rule_count - 1];
    struct buf payload = {0};
    script->protocol = transport_of(rule);
    bool whole = rule->flags & RULE_NEEDS_PACKET || rule->header.protocol == PROTOCOL_TCP_PACKET;
    int rc = shape_payload(shape, NULL, &payload, err);
    if (rc == 0)
        rc = buf_printf(&payload, "hello\r\n") ? err_set(err, -ENOMEM, "out of memory") : 0;
    if (rc >= 0)
        rc = script_say(script, shape->side == TO_CLIENT, &payload, err);
    if (!rc)
        script->list[script->count - 1].whole = whole;
    buf_fini(&payload);
    return rc;
}
