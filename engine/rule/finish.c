#include "rule/parser.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/content.h"

static const uint32_t protocol_layers[] = {
    [PROTOCOL_IP] = LAYER_IPV4 | LAYER_IPV6,
    [PROTOCOL_IPV4] = LAYER_IPV4,
    [PROTOCOL_IPV6] = LAYER_IPV6,
    [PROTOCOL_TCP] = LAYER_TCP,
    [PROTOCOL_TCP_PACKET] = LAYER_TCP,
    [PROTOCOL_TCP_STREAM] = LAYER_TCP,
    [PROTOCOL_UDP] = LAYER_UDP,
    [PROTOCOL_ICMP] = LAYER_ICMPV4 | LAYER_ICMPV6,
    [PROTOCOL_ICMPV4] = LAYER_ICMPV4,
    [PROTOCOL_ICMPV6] = LAYER_ICMPV6,
    [PROTOCOL_SCTP] = LAYER_SCTP,
    [PROTOCOL_ESP] = LAYER_ESP,
    [PROTOCOL_GRE] = LAYER_GRE,
    [PROTOCOL_IGMP] = LAYER_IGMP,
    [PROTOCOL_ARP] = LAYER_ARP,
    [PROTOCOL_ETHER] = LAYER_ETHERNET,
    [PROTOCOL_PKTHDR] = 0,
    [PROTOCOL_APP] = LAYER_TCP | LAYER_UDP,
};

/* Keywords may have narrowed the layers already (flags: TCP): the header narrows them further. */
static void finish_layers(struct rule *rule)
{
    uint32_t by_header = protocol_layers[rule->header.protocol];
    uint32_t by_keywords = rule->hints.layers;
    if (rule->header.protocol == PROTOCOL_APP) {
        by_header = 0;
        if (app_proto_over_tcp(rule->header.app))
            by_header |= LAYER_TCP;
        if (app_proto_over_udp(rule->header.app))
            by_header |= LAYER_UDP;
    }
    /* Layers of different kinds do not exclude each other: the one that says more stays. */
    if (!by_keywords || (by_header & by_keywords) || by_header & ~(uint32_t)(LAYER_IPV4 | LAYER_IPV6))
        rule->hints.layers = by_header & by_keywords ? by_header & by_keywords : by_header;
}

/* The payload's chain goes first; what is decoded from a buffer stays behind it, as it was made later. */
static void order_chains(struct rule *rule)
{
    for (uint32_t i = 1; i < rule->chain_count; i++) {
        if (rule->chains[i].buffer != BUFFER_PAYLOAD || rule->chains[i].transform_count)
            continue;
        struct chain payload = rule->chains[i];
        memmove(&rule->chains[1], &rule->chains[0], i * sizeof payload);
        rule->chains[0] = payload;
        return;
    }
}

static bool whole_tcp(const struct rule *rule)
{
    return rule->header.protocol == PROTOCOL_TCP && !(rule->flags & RULE_ONLY_STREAM);
}

/* A place counted from the start means the packet's start too, for a rule that looks at packets and stream.
 */
static void finish_payload(struct rule *rule)
{
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        for (uint32_t j = 0; chain->buffer == BUFFER_PAYLOAD && j < chain->step_count; j++) {
            const struct content *content = step_content(&chain->steps[j]);
            if (content && content->flags & (CONTENT_DEPTH | CONTENT_OFFSET | CONTENT_STARTSWITH) &&
                whole_tcp(rule))
                rule->flags |= RULE_NEEDS_PACKET;
        }
    }
}

static int check_dsize(const struct rule *rule, struct err *err)
{
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        if (chain->buffer != BUFFER_PAYLOAD || chain->transform_count)
            continue;
        for (uint32_t j = 0; j < chain->step_count; j++) {
            const struct content *content = step_content(&chain->steps[j]);
            if (content && !(content->flags & CONTENT_NEGATED) && content->length > rule->hints.payload_max)
                return err_set(err, -EINVAL,
                               "can never match: a content of %u bytes in a payload of at most %u (dsize)",
                               content->length, rule->hints.payload_max);
        }
    }
    return 0;
}

static int check_whole(const struct rule_builder *builder, struct err *err)
{
    const struct rule *rule = builder->rule;
    if (!rule->sid)
        return err_set(err, -EINVAL, "the rule has no sid: expected sid:NUMBER; among the options");
    if (builder->buffer_selected)
        return err_set(err, -EINVAL, "nothing looks into %s: expected a content or the like after it",
                       buffer_name(builder->buffer));
    if (builder->pending_count)
        return err_set(err, -EINVAL, "nothing looks at what the last transform makes");
    bool stream_only = rule->header.protocol == PROTOCOL_TCP_STREAM || rule->flags & RULE_ONLY_STREAM;
    if (stream_only && rule->flags & RULE_NEEDS_PACKET)
        return err_set(err, -EINVAL, "a keyword about packets (dsize) in a rule that looks only at streams");
    return check_dsize(rule, err);
}

int rule_finish(struct rule_builder *builder, struct err *err)
{
    struct rule *rule = builder->rule;
    int rc = check_whole(builder, err);
    if (rc)
        return rc;
    if (!rule->message)
        rule->message = calloc(1, 1);
    if (!rule->class_name)
        rule->class_name = calloc(1, 1);
    if (!rule->class_text)
        rule->class_text = calloc(1, 1);
    if (!rule->message || !rule->class_name || !rule->class_text)
        return -ENOMEM;
    finish_layers(rule);
    finish_payload(rule);
    order_chains(rule);
    return 0;
}
