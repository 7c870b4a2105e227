/*
 * How Suricata sorts rules into kinds, as its behaviour shows:
 *
 *   nothing but addresses, ports and protocol,    once a flow and direction, on its first packet ("IP-only");
 *     and bits of hosts                           on every packet when an address is negated
 *   a keyword about the packet (flags, ttl, dsize,
 *     a buffer of its headers)                    packets only, their payload included
 *   contents and other keywords on the payload    the stream; packets that are not part of one
 *     with depth, offset, startswith,
 *     or with stream_size                         the stream, and each packet
 */
#include "match/classify.h"
#include "packet/packet.h"
#include "rule/content.h"
#include "rule/protocol_layers.h"
#include "rule/state_op.h"

#include <errno.h>
#include <stdlib.h>

/* Keywords that ask nothing of the single packet: a rule of these and of contents looks at the stream. */
static bool keyword_is(const struct test *test, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(test->ops->keyword, *names))
            return true;
    return false;
}

static bool reads_state(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->state_count; i++) {
        const struct state_op *op = &rule->state[i];
        bool counts = op->store == STORE_FLOWINT && (op->verb == VERB_ADD || op->verb == VERB_SUBTRACT);
        if (state_verb_is_test(op->verb) || counts)
            return true;
    }
    return false;
}

/* What is asked on every packet, as in Suricata: of the flow's bits and numbers. Those of hosts are not. */
static bool follows_flow_state(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->state_count; i++) {
        const struct state_op *op = &rule->state[i];
        if (op->store == STORE_FLOWBIT && op->verb != VERB_SET)
            return true;
        if (op->store == STORE_FLOWINT && op->verb != VERB_ASSIGN)
            return true;
        if (op->store == STORE_FLOWVAR || op->store == STORE_PKTVAR)
            return true;
    }
    return false;
}

static bool has_option(const struct rule *rule, const char *name)
{
    for (uint32_t i = 0; i < rule->option_count; i++)
        if (!strcmp(rule->options[i].name, name))
            return true;
    return false;
}

static bool only_addresses(const struct rule *rule)
{
    static const char *const harmless[] = {"ip_proto", "l3_proto", "geoip", NULL};
    if (rule->chain_count || rule->header.protocol == PROTOCOL_APP || rule->hints.event != EVENT_NONE ||
        rule->header.hook != HOOK_NONE)
        return false;
    if (rule->flags & (RULE_TO_SERVER | RULE_TO_CLIENT | RULE_ESTABLISHED | RULE_NOT_ESTABLISHED |
                       RULE_STATELESS | RULE_ONLY_FRAG | RULE_NO_FRAG | RULE_NEEDS_DECODE_EVENT |
                       RULE_NEEDS_STREAM_EVENT | RULE_NEEDS_APP_PROTO))
        return false;
    for (uint32_t i = 0; i < rule->test_count; i++)
        if (!keyword_is(&rule->tests[i], harmless))
            return false;
    return !follows_flow_state(rule);
}

/* As in Suricata the packet that stands for a flow's end has no state, and rules that read some do not ask
 * it. */
static bool asks_state(const struct rule *rule)
{
    enum {
        CONDITIONS = RULE_ESTABLISHED | RULE_NOT_ESTABLISHED | RULE_STATELESS | RULE_NO_STREAM |
                     RULE_ONLY_FRAG | RULE_NO_FRAG
    };
    return rule->flags & CONDITIONS || reads_state(rule);
}

static bool has_negated_address(const struct rule_header *header)
{
    return header->source->negated || header->destination->negated;
}

/* The rule's views once it is known to look at the payload. */
static uint32_t payload_views(const struct rule *rule, bool asks_packet, bool asks_both)
{
    if (rule->header.protocol == PROTOCOL_TCP_PACKET || rule->flags & RULE_NO_STREAM)
        return COMPILED_PACKET;
    if (rule->header.protocol == PROTOCOL_TCP_STREAM || rule->flags & RULE_ONLY_STREAM)
        return COMPILED_STREAM;
    if (asks_packet)
        return COMPILED_PACKET;
    if (asks_both || rule->flags & RULE_NEEDS_PACKET)
        return COMPILED_PACKET | COMPILED_STREAM;
    return COMPILED_STREAM;
}

static bool protocol_has_stream(enum rule_protocol protocol)
{
    return protocol == PROTOCOL_IP || protocol == PROTOCOL_IPV4 || protocol == PROTOCOL_IPV6 ||
           protocol == PROTOCOL_TCP || protocol == PROTOCOL_TCP_STREAM || protocol == PROTOCOL_APP;
}

/* A place counted from the start means the start of each packet as well. */
static bool has_place(const struct chain *chain)
{
    for (uint32_t s = 0; s < chain->step_count; s++) {
        const struct content *content = step_content(&chain->steps[s]);
        if (content && content->flags & (CONTENT_DEPTH | CONTENT_OFFSET | CONTENT_STARTSWITH))
            return true;
    }
    return false;
}

static const char *const neutral[] = {"app-layer-protocol", "ip_proto", "l3_proto", "geoip", "iprep", NULL};

/* About the flow's protocol and its direction, and nothing of the single packet. */
static bool only_protocol(const struct rule *rule)
{
    enum { STATE = RULE_ESTABLISHED | RULE_NOT_ESTABLISHED | RULE_STATELESS | RULE_ONLY_FRAG | RULE_NO_FRAG };
    if (rule->chain_count || has_option(rule, "dsize") || rule->flags & STATE || reads_state(rule))
        return false;
    for (uint32_t i = 0; i < rule->test_count; i++)
        if (!keyword_is(&rule->tests[i], neutral))
            return false;
    return rule->header.protocol == PROTOCOL_APP || rule->flags & RULE_NEEDS_APP_PROTO;
}

static uint32_t views_of(const struct rule *rule)
{
    static const char *const both[] = {"stream_size", NULL};
    bool payload = false, asks_packet = has_option(rule, "dsize") || has_option(rule, "asn1"),
         asks_both = false;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        if (rule->chains[i].buffer == BUFFER_PAYLOAD) {
            payload = true;
            asks_both |= has_place(&rule->chains[i]);
        } else if (rule->chains[i].buffer != BUFFER_BASE64_DATA) {
            asks_packet = true;
        }
    }
    for (uint32_t i = 0; i < rule->test_count; i++) {
        if (keyword_is(&rule->tests[i], both))
            asks_both = true;
        else if (!keyword_is(&rule->tests[i], neutral))
            asks_packet = true;
    }
    /* Of its protocol and nothing else: as in Suricata the packet that stands for the flow's end is one too.
     */
    if (!payload && rule->header.protocol == PROTOCOL_APP && !asks_packet && !rule->test_count &&
        !asks_state(rule))
        return COMPILED_PACKET;
    if (!payload)
        return COMPILED_PACKET | COMPILED_REAL_PACKET;
    uint32_t views = COMPILED_PACKET;
    if (protocol_has_stream(rule->header.protocol))
        views = payload_views(rule, asks_packet, asks_both);
    return views | COMPILED_PAYLOAD | (views & COMPILED_STREAM ? 0u : COMPILED_REAL_PACKET);
}

/* Whether an option's text demands neither a place in the buffer nor the absence of something. */
static bool option_floats(const struct rule_option *option)
{
    const char *value = option->value ? option->value : "";
    if (!strcmp(option->name, "pcre"))
        return value[0] != '!' && !strpbrk(value, "^$") && !strstr(value, "\\A") && !strstr(value, "(?!") &&
               !strstr(value, "(?<!");
    if (!strncmp(option->name, "byte_", 5) || !strcmp(option->name, "isdataat"))
        return value[0] != '!' && strstr(value, "relative");
    return true;
}

static bool options_float(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->option_count; i++)
        if (!option_floats(&rule->options[i]))
            return false;
    return true;
}

static bool step_floats(const struct step *step, bool first)
{
    static const char *const known[] = {"pcre",         "byte_test", "byte_jump",
                                        "byte_extract", "byte_math", "isdataat"};
    const struct content *content = step_content(step);
    if (content) {
        uint32_t placed = CONTENT_NEGATED | CONTENT_DEPTH | CONTENT_OFFSET | CONTENT_STARTSWITH |
                          CONTENT_ENDSWITH | CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE;
        return !(content->flags & (first ? placed | CONTENT_DISTANCE | CONTENT_WITHIN : placed));
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (!strcmp(step->ops->keyword, known[i]))
            return true;
    return false;
}

/*
 * Only what is there and may lie anywhere can be looked for across the edge of two chunks: the absence of
 * something, and places counted from the start or the end, mean the single chunk, as in Suricata.
 */
static bool may_look_back(const struct rule *rule)
{
    uint32_t steps = 0;
    for (uint32_t c = 0; c < rule->chain_count; c++) {
        const struct chain *chain = &rule->chains[c];
        if (chain->buffer != BUFFER_PAYLOAD || chain->transform_count)
            return false;
        for (uint32_t s = 0; s < chain->step_count; s++, steps++)
            if (!step_floats(&chain->steps[s], s == 0))
                return false;
    }
    return steps && options_float(rule);
}

static bool looks_into_body(const struct rule *rule)
{
    bool body = false;
    for (uint32_t i = 0; i < rule->chain_count; i++)
        body |= buffer_is_body(rule->chains[i].buffer);
    return body;
}

/* What of the stream names the rule: its literal, or what Suricata would take for it. */
static bool stream_names(const struct rule *rule, const struct fast_pattern *fast)
{
    if (fast->chain)
        return fast->chain->buffer == BUFFER_PAYLOAD;
    for (uint32_t c = 0; c < rule->chain_count; c++)
        for (uint32_t s = 0; rule->chains[c].buffer == BUFFER_PAYLOAD && s < rule->chains[c].step_count;
             s++) {
            const struct content *content = step_content(&rule->chains[c].steps[s]);
            if (content && !(content->flags & CONTENT_NEGATED))
                return true;
        }
    return false;
}

/* Variables and decoded data are made by one chain and read by another. */
static bool chains_hang_together(const struct rule *rule)
{
    bool together = rule->variable_count;
    for (uint32_t i = 0; i < rule->chain_count; i++)
        together |= rule->chains[i].buffer == BUFFER_BASE64_DATA;
    return together;
}

/* As in Suricata, a rule about a stage that looks into no buffer alerts as often as the rules look there. */
static bool alerts_again(const struct rule *rule)
{
    bool again = rule->header.stage.compare == STAGE_AT || rule->stage.compare == STAGE_AT;
    for (uint32_t i = 0; i < rule->chain_count; i++)
        again &= !buffer_is_app(rule->chains[i].buffer);
    return again;
}

void classify(const struct rule *rule, struct compiled_rule *out)
{
    *out = (struct compiled_rule){
        .rule = rule,
        .apps = rule->apps,
        .rule_flags = rule->flags,
        .layers = (uint16_t)protocol_layers(rule->header.protocol),
        .flags = (rule->chain_count ? COMPILED_CHAINS : 0u) |
                 (chains_hang_together(rule) ? COMPILED_TOGETHER : 0u) |
                 (rule->header.direction == DIRECTION_TRANSACTION ? COMPILED_BOTH_SIDES : 0u) |
                 (alerts_again(rule) ? COMPILED_AGAIN : 0u),
    };
    if (rule->flags & RULE_TRANSACTION) {
        out->fast = fast_pattern_choose(rule);
        out->flags |= COMPILED_TRANSACTION | COMPILED_FLOW_SCOPE |
                      (looks_into_body(rule) ? COMPILED_LOOK_BACK : 0u) |
                      (stream_names(rule, &out->fast) ? COMPILED_STREAM_FIRST : 0u);
        return;
    }
    if (only_addresses(rule)) {
        out->flags |=
            COMPILED_FLOW_SCOPE | (has_negated_address(&rule->header) ? COMPILED_PACKET : COMPILED_IP_ONLY);
        return;
    }
    out->fast = fast_pattern_choose(rule);
    out->flags |= views_of(rule);
    if (rule->flags & RULE_NEEDS_DECODE_EVENT)
        out->flags |= COMPILED_EVENT_ONLY;
    if (out->flags & COMPILED_STREAM && may_look_back(rule))
        out->flags |= COMPILED_LOOK_BACK;
    if (rule->flags & RULE_ONLY_STREAM)
        out->flags |= COMPILED_ONLY_STREAM;
    if (out->flags & COMPILED_STREAM || only_protocol(rule))
        out->flags |= COMPILED_FLOW_SCOPE;
}

enum { STORES_ORDERED = 5 };

struct order_key {
    int action;
    int stores[STORES_ORDERED]; /* flowbits, flowints, variables of flow and packet, hostbits */
    int priority;
    uint32_t loaded;
    struct compiled_rule rule;
};

static int action_rank(enum rule_action action)
{
    switch (action) {
    case ACTION_PASS:
        return 0;
    case ACTION_DROP:
        return 1;
    case ACTION_REJECT:
        return 2;
    case ACTION_ALERT:
    case ACTION_CONFIG:
        break;
    }
    return 3;
}

/* 0: only sets; 1: sets and reads; 2: only reads; 3: has nothing to do with that store. */
static int store_rank(const struct rule *rule, enum state_store store)
{
    bool variable = store == STORE_FLOWVAR || store == STORE_PKTVAR;
    bool reads = false, sets = variable && rule->flags & RULE_CAPTURES;
    for (uint32_t i = 0; i < rule->state_count; i++) {
        if (rule->state[i].store != store)
            continue;
        if (state_verb_is_test(rule->state[i].verb))
            reads = true;
        else
            sets = true;
    }
    if (sets)
        return reads ? 1 : 0;
    return reads ? 2 : 3;
}

static int compare_order(const void *left, const void *right)
{
    const struct order_key *a = left, *b = right;
    if (a->action != b->action)
        return a->action - b->action;
    for (int i = 0; i < STORES_ORDERED; i++)
        if (a->stores[i] != b->stores[i])
            return a->stores[i] - b->stores[i];
    if (a->priority != b->priority)
        return a->priority < b->priority ? -1 : 1;
    const struct rule *x = a->rule.rule, *y = b->rule.rule;
    if (x->sid != y->sid)
        return x->sid < y->sid ? -1 : 1;
    if (x->gid != y->gid)
        return x->gid < y->gid ? -1 : 1;
    return (a->loaded > b->loaded) - (a->loaded < b->loaded);
}

int order_rules(struct compiled_rule *rules, uint32_t count)
{
    static const enum state_store stores[STORES_ORDERED] = {STORE_FLOWBIT, STORE_FLOWINT, STORE_FLOWVAR,
                                                            STORE_PKTVAR, STORE_HOSTBIT};
    struct order_key *keys = malloc((count + 1) * sizeof *keys);
    if (!keys)
        return -ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const struct rule *rule = rules[i].rule;
        keys[i] = (struct order_key){
            .action = action_rank(rule->header.action),
            .priority = rule->priority,
            .loaded = i,
            .rule = rules[i],
        };
        for (int s = 0; s < STORES_ORDERED; s++)
            keys[i].stores[s] = store_rank(rule, stores[s]);
    }
    qsort(keys, count, sizeof *keys, compare_order);
    for (uint32_t i = 0; i < count; i++)
        rules[i] = keys[i].rule;
    free(keys);
    return 0;
}
