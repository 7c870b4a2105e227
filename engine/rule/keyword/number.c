#include "rule/keyword/number.h"
#include "flow/flow.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/protocol_layers.h"

int copied_test(struct rule_builder *b, const struct test_ops *ops, const void *data, size_t size)
{
    void *copy = malloc(size ? size : 1);
    if (!copy)
        return -ENOMEM;
    if (size)
        memcpy(copy, data, size);
    return builder_test(b, ops, copy);
}

int number_test(struct rule_builder *b, const struct option *option, uint64_t most,
                const struct test_ops *ops, struct err *err)
{
    struct uint_condition condition;
    int r = uint_condition_parse(option->value, most, &condition, err);
    return r ? r : copied_test(b, ops, &condition, sizeof condition);
}

bool number_holds(const void *data, uint64_t value)
{
    return uint_condition_holds(data, value);
}

int number_plain(const struct option *option, uint64_t most, uint64_t *value, struct err *err)
{
    struct slice s = text_skip_plus(option->value);
    if ((s.n > 1 && (s.p[1] | 0x20) == 'x') || !text_uint(s, most, value))
        return err_set(err, -EINVAL, "expected a decimal number from 0 to %llu", (unsigned long long)most);
    return 0;
}

void hint_layers(struct rule *rule, uint32_t layers)
{
    uint32_t both = rule->hints.layers ? rule->hints.layers & layers : layers;
    if (both)
        rule->hints.layers = both;
}

void hint_ip_protocol(struct rule *rule, uint8_t protocol)
{
    if (rule->hints.ip_protocol < 0)
        rule->hints.ip_protocol = protocol;
}

void hint_event(struct rule *rule, uint16_t event)
{
    if (rule->hints.event == EVENT_NONE)
        rule->hints.event = event;
}

int select_header(struct rule_builder *b, enum buffer_id buffer, uint32_t layer, struct err *err)
{
    enum { TRANSPORTS = LAYER_TCP | LAYER_UDP | LAYER_ICMPV4 | LAYER_ICMPV6 | LAYER_SCTP };
    uint32_t possible = protocol_layers(b->rule->header.protocol) & TRANSPORTS;
    if (possible && layer & ~(uint32_t)(LAYER_IPV4 | LAYER_IPV6) && !(possible & layer))
        return err_set(err, -EINVAL, "packets of the rule's protocol have no %s", buffer_name(buffer));
    int r = builder_select(b, buffer);
    if (r)
        return r == -EINVAL
                   ? err_set(err, r, "transforms before %s have no content to apply to", buffer_name(buffer))
                   : r;
    hint_layers(b->rule, layer);
    return 0;
}

bool view_has(const struct view *view, uint32_t layers)
{
    return view->packet->source != PACKET_FLOW_END && (view->packet->layers & layers) != 0;
}
