#include "rule/parser.h"
#include "packet/packet.h"
#include "rule/state_op.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/content.h"
#include "rule/content_form.h"
#include "rule/finish_transaction.h"
#include "rule/keyword.h"
#include "rule/protocol_layers.h"

/* Keywords may have narrowed the layers already (flags: TCP): the header narrows them further. */
static void finish_layers(struct rule *rule)
{
    uint32_t by_header = protocol_layers(rule->header.protocol);
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
    if (rule->header.protocol == PROTOCOL_TCP_STREAM || rule->flags & RULE_ONLY_STREAM)
        rule->flags &= ~(uint32_t)RULE_NEEDS_PACKET; /* a content may have said so; no packet is looked at */
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

/* The largest payload that a dsize allows, as Suricata takes it here ("<5" counts as 5); false: no limit. */
static bool dsize_limit(const struct rule *rule, uint32_t *limit)
{
    for (uint32_t i = 0; i < rule->option_count; i++) {
        if (!text_equal(slice_str(rule->options[i].name), "dsize") || !rule->options[i].value)
            continue;
        const char *value = rule->options[i].value;
        const char *last = strrchr(value, '>');
        if (last && (last == value || last[-1] != '<'))
            return false;
        unsigned long most = 0;
        for (const char *c = value; *c; c++) {
            if (*c < '0' || *c > '9')
                continue;
            char *end;
            unsigned long number = strtoul(c, &end, 10);
            most = number > most ? number : most;
            c = end - 1;
        }
        *limit = most > UINT16_MAX ? UINT16_MAX : (uint32_t)most;
        return true;
    }
    return false;
}

/* A rule whose contents, put as near to each other as they may be, are longer than its dsize allows. */
static int check_dsize(const struct rule *rule, struct err *err)
{
    uint32_t limit;
    if (!rule->chain_count || !dsize_limit(rule, &limit))
        return 0;
    int64_t end = 0, longest = 0;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        for (uint32_t j = 0; chain->buffer == BUFFER_PAYLOAD && j < chain->step_count; j++) {
            const struct content *c = step_content(&chain->steps[j]);
            if (!c)
                continue;
            bool relative = c->flags & (CONTENT_DISTANCE | CONTENT_WITHIN);
            if (relative && c->flags & CONTENT_NEGATED)
                continue;
            int64_t start =
                c->flags & CONTENT_OFFSET && !(c->flags & CONTENT_OFFSET_VARIABLE) ? c->offset : 0;
            if (relative)
                start = end + (c->flags & CONTENT_DISTANCE_VARIABLE ? 0 : c->distance);
            end = (start > 0 ? start : 0) + c->length;
            longest = end > longest ? end : longest;
        }
    }
    if (longest <= limit)
        return 0;
    return err_set(err, -EINVAL, "can never match: its contents need %lld bytes, its dsize allows %u",
                   (long long)longest, limit);
}

/* Keywords that a stream has no answer to. */
static const char *const packet_keywords[] = {
    "ttl",        "flags",   "tcp.flags",   "sameip", "id",          "fragbits",  "fragoffset", "tcp.mss",
    "tcp.wscale", "window",  "tcp.window",  "seq",    "tcp.seq",     "ack",       "tcp.ack",    "ipopts",
    "tos",        "vlan.id", "itype",       "icode",  "icmp_id",     "icmp_seq",  "icmpv6.mtu", "flow.pkts",
    "rpc",        "dsize",   "vlan.layers", "asn1",   "tcp.session", "template2",
};

static int check_stream_only(const struct rule *rule, struct err *err)
{
    if (rule->header.protocol == PROTOCOL_TCP_PACKET || rule->flags & RULE_NO_STREAM)
        return err_set(err, -EINVAL, "the rule looks only at streams and only at packets: nothing is both");
    for (uint32_t i = 0; i < rule->option_count; i++)
        for (size_t j = 0; j < sizeof packet_keywords / sizeof packet_keywords[0]; j++)
            if (text_equal(slice_str(rule->options[i].name), packet_keywords[j]))
                return err_set(err, -EINVAL, "%s is about packets, but the rule looks only at streams",
                               packet_keywords[j]);
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (rule->chains[i].buffer != BUFFER_PAYLOAD && rule->chains[i].buffer < BUFFER_IP_SRC &&
            rule->chains[i].buffer != BUFFER_BASE64_DATA)
            return err_set(err, -EINVAL, "%s is about packets, but the rule looks only at streams",
                           buffer_name(rule->chains[i].buffer));
    return 0;
}

/* The header of one transport protocol in a rule about another. */
static int check_buffers(const struct rule *rule, struct err *err)
{
    static const struct {
        enum buffer_id buffer;
        uint32_t layer;
    } wants[] = {
        {BUFFER_TCP_HDR, LAYER_TCP},       {BUFFER_UDP_HDR, LAYER_UDP},   {BUFFER_ICMPV4_HDR, LAYER_ICMPV4},
        {BUFFER_ICMPV6_HDR, LAYER_ICMPV6}, {BUFFER_IPV4_HDR, LAYER_IPV4}, {BUFFER_IPV6_HDR, LAYER_IPV6},
    };
    enum { NETWORK = LAYER_IPV4 | LAYER_IPV6 };
    uint32_t has = protocol_layers(rule->header.protocol);
    for (uint32_t i = 0; has && i < rule->chain_count; i++)
        for (size_t j = 0; j < sizeof wants / sizeof wants[0]; j++) {
            bool same_kind = !(wants[j].layer & NETWORK) == !(has & NETWORK);
            if (rule->chains[i].buffer == wants[j].buffer && same_kind && !(has & wants[j].layer))
                return err_set(err, -EINVAL, "%s in a rule whose protocol never has it",
                               buffer_name(wants[j].buffer));
        }
    return 0;
}

static bool looked_into(const struct rule *rule, enum buffer_id buffer)
{
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (rule->chains[i].buffer == buffer && !rule->chains[i].transform_count)
            return true;
    return false;
}

static int check_whole(const struct rule_builder *builder, struct err *err)
{
    const struct rule *rule = builder->rule;
    if (!rule->sid)
        return err_set(err, -EINVAL, "the rule has no sid: expected sid:NUMBER; among the options");
    /* Transforms behind the last look into a buffer: nothing sees what they make. Suricata lets it be. */
    bool idle = builder->pending_count && looked_into(rule, builder->buffer);
    if (builder->buffer_selected && !idle)
        return err_set(err, -EINVAL, "nothing looks into %s: expected a content or the like after it",
                       buffer_name(builder->buffer));
    if (builder->pending_count && !idle)
        return err_set(err, -EINVAL, "nothing looks at what the last transform makes");
    int rc = 0;
    if (rule->header.protocol == PROTOCOL_TCP_STREAM || rule->flags & RULE_ONLY_STREAM)
        rc = check_stream_only(rule, err);
    if (!rc)
        rc = check_buffers(rule, err);
    return rc ? rc : check_dsize(rule, err);
}

/*
 * A rule about nothing but the protocol of the flow (and one that asks for it as its prefilter) waits for the
 * packet on which detection was complete, once in each direction. What a match changes does not count.
 */
static void finish_app_news(struct rule *rule)
{
    if (!(rule->flags & RULE_NEEDS_APP_PROTO))
        return;
    bool more = rule->chain_count || rule->flags & (RULE_ESTABLISHED | RULE_NOT_ESTABLISHED | RULE_STATELESS);
    for (uint32_t i = 0; i < rule->test_count; i++)
        more |= strcmp(rule->tests[i].ops->keyword, "app-layer-protocol") != 0;
    for (uint32_t i = 0; i < rule->state_count; i++)
        more |= state_verb_is_test(rule->state[i].verb);
    if (!more || rule->flags & RULE_PREFILTER)
        rule->flags |= RULE_APP_NEWS;
}

/* Rules with a content are looked at when it is found, others as soon as there is anything. */
static void finish_keyed(struct rule *rule)
{
    bool keyed = false;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        for (uint32_t j = 0; buffer_is_app(chain->buffer) && j < chain->step_count; j++) {
            const struct content *content = step_content(&chain->steps[j]);
            keyed |= content && !(content->flags & CONTENT_NEGATED);
        }
    }
    for (uint32_t i = 0; i < rule->chain_count; i++)
        rule->chains[i].keyed = keyed;
}

int rule_finish(struct rule_builder *builder, struct err *err)
{
    struct rule *rule = builder->rule;
    int rc = check_whole(builder, err);
    if (!rc)
        rc = rule_check_forms(rule, err);
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
    finish_keyed(rule);
    finish_app_news(rule);
    return finish_transaction(builder, err);
}
