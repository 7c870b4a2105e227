#include "rule/header_parse.h"

#include <errno.h>

#include "rule/sets.h"

static const struct {
    const char *name;
    enum rule_action action;
    enum reject_to reject;
    bool packet, flow; /* the scopes that it may name */
} actions[] = {
    {"alert", ACTION_ALERT, REJECT_SOURCE, false, false},
    {"pass", ACTION_PASS, REJECT_SOURCE, true, true},
    {"drop", ACTION_DROP, REJECT_SOURCE, true, true},
    {"reject", ACTION_REJECT, REJECT_SOURCE, true, true},
    {"rejectsrc", ACTION_REJECT, REJECT_SOURCE, true, true},
    {"rejectdst", ACTION_REJECT, REJECT_DESTINATION, true, true},
    {"rejectboth", ACTION_REJECT, REJECT_BOTH, true, true},
    {"config", ACTION_CONFIG, REJECT_SOURCE, true, false},
};

static const struct {
    const char *name;
    enum rule_protocol protocol;
} protocols[] = {
    {"ip", PROTOCOL_IP},
    {"tcp", PROTOCOL_TCP},
    {"udp", PROTOCOL_UDP},
    {"icmp", PROTOCOL_ICMP},
    {"ipv4", PROTOCOL_IPV4},
    {"ip4", PROTOCOL_IPV4},
    {"ipv6", PROTOCOL_IPV6},
    {"ip6", PROTOCOL_IPV6},
    {"tcp-pkt", PROTOCOL_TCP_PACKET},
    {"tcp-stream", PROTOCOL_TCP_STREAM},
    {"icmpv4", PROTOCOL_ICMPV4},
    {"icmpv6", PROTOCOL_ICMPV6},
    {"sctp", PROTOCOL_SCTP},
    {"pkthdr", PROTOCOL_PKTHDR},
};

/* Protocols that are no header of Suricata 8, and how a rule says it instead. */
static const struct {
    const char *name, *hint;
} elsewhere[] = {
    {"any", "write ip"},
    {"esp", "write ip and ip_proto:50;"},
    {"ah", "write ip and ip_proto:51;"},
    {"gre", "write ip and ip_proto:47;"},
    {"igmp", "write ip and ip_proto:2;"},
    {"icmp6", "write icmpv6"},
    {"ssl", "write tls"},
    {"arp", "write pkthdr: no rule of Suricata 8 can ask for ARP alone"},
    {"ether", "write pkthdr"},
    {"decoder-event", "write pkthdr and decode-event:NAME;"},
};

static const struct {
    const char *name;
    enum rule_hook hook;
} hooks[] = {
    {"all", HOOK_ALL},
    {"flow_start", HOOK_FLOW_START},
    {"pre_flow", HOOK_PRE_FLOW},
    {"pre_stream", HOOK_PRE_STREAM},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const char *rule_action_name(const struct rule_header *header)
{
    for (size_t i = 0; i < COUNT(actions); i++)
        if (actions[i].action == header->action && actions[i].reject == header->reject)
            return actions[i].name;
    return "alert";
}

const char *rule_scope_name(enum rule_scope scope)
{
    return scope == SCOPE_PACKET ? ":packet" : scope == SCOPE_FLOW ? ":flow" : "";
}

const char *rule_protocol_name(const struct rule_header *header)
{
    if (header->protocol == PROTOCOL_APP)
        return app_proto_name(header->app);
    for (size_t i = 0; i < COUNT(protocols); i++)
        if (protocols[i].protocol == header->protocol)
            return protocols[i].name;
    return "ip";
}

const char *rule_hook_name(enum rule_hook hook)
{
    static const char *const names[] = {
        [HOOK_NONE] = "",
        [HOOK_ALL] = ":all",
        [HOOK_FLOW_START] = ":flow_start",
        [HOOK_PRE_FLOW] = ":pre_flow",
        [HOOK_PRE_STREAM] = ":pre_stream",
    };
    return names[hook];
}

const char *rule_direction_name(enum rule_direction direction)
{
    return direction == DIRECTION_BOTH ? "<>" : direction == DIRECTION_TRANSACTION ? "=>" : "->";
}

/* Parts NAME:WORD; WORD is NULL without a colon. */
static void part(struct slice field, struct slice *name, struct slice *word)
{
    struct slice rest = field;
    text_field(&rest, ':', name);
    *word = rest;
}

static int shown(struct slice s)
{
    return s.n > 64 ? 64 : (int)s.n;
}

static int parse_scope(struct slice name, struct slice word, size_t action, struct rule_header *out,
                       struct err *err)
{
    if (!word.p)
        return 0;
    if (!actions[action].packet)
        return err_set(err, -EINVAL, "%.*s takes no scope: only pass, drop and reject do", shown(name),
                       (const char *)name.p);
    if (text_equal(word, "packet"))
        out->scope = SCOPE_PACKET;
    else if (text_equal(word, "flow") && actions[action].flow)
        out->scope = SCOPE_FLOW;
    else
        return err_set(err, -EINVAL, "expected the scope packet%s, not \"%.*s\"",
                       actions[action].flow ? " or flow" : "", shown(word), (const char *)word.p);
    return 0;
}

static int parse_action(struct slice field, struct rule_header *out, struct err *err)
{
    struct slice name, word;
    part(field, &name, &word);
    for (size_t i = 0; i < COUNT(actions); i++) {
        if (text_equal(name, actions[i].name)) {
            out->action = actions[i].action;
            out->reject = actions[i].reject;
            return parse_scope(name, word, i, out, err);
        }
    }
    if (text_equal(name, "accept")) {
        err_set(err, -EINVAL, "the action accept is for firewall rules only");
        err_hint(err, "there is no firewall mode here: what no drop rule names passes");
        return -EINVAL;
    }
    err_set(err, -EINVAL, "\"%.*s\" is no action", shown(name), (const char *)name.p);
    err_hint(err, "the actions are alert, pass, drop, reject, rejectsrc, rejectdst, rejectboth, config");
    return -EINVAL;
}

static int parse_hook(struct slice name, struct slice word, struct rule_header *out, struct err *err)
{
    if (!word.p)
        return 0;
    for (size_t i = 0; i < COUNT(hooks); i++) {
        if (text_equal(word, hooks[i].name)) {
            out->hook = hooks[i].hook;
            return 0;
        }
    }
    err_set(err, -EINVAL, "%.*s has no hook \"%.*s\"", shown(name), (const char *)name.p, shown(word),
            (const char *)word.p);
    err_hint(err, "the hooks are all, flow_start, pre_flow and pre_stream");
    return -EINVAL;
}

static int parse_stage(enum app_proto app, struct slice word, struct rule_header *out, struct err *err)
{
    if (!word.p)
        return 0;
    if (app_stage_find(app, word, &out->stage.stage)) {
        out->stage.compare = STAGE_AT;
        return 0;
    }
    return err_set(err, -EINVAL, "%s has no hook \"%.*s\"", app_proto_name(app), shown(word),
                   (const char *)word.p);
}

static int app_protocol(struct slice name, struct slice word, struct rule_header *out, struct err *err)
{
    enum app_proto app = app_proto_by_name(name);
    if (app != APP_UNKNOWN) {
        out->protocol = PROTOCOL_APP;
        out->app = app;
        if (!app_parser_built(app))
            return err_set(err, -ENOTSUP, "needs the %s parser, which is not built yet", app_proto_name(app));
        return parse_stage(app, word, out, err);
    }
    err_set(err, -EINVAL, "\"%.*s\" is no protocol that a rule can name", shown(name), (const char *)name.p);
    for (size_t i = 0; i < COUNT(elsewhere); i++)
        if (text_equal(name, elsewhere[i].name))
            err_hint(err, "%s", elsewhere[i].hint);
    return -EINVAL;
}

static int parse_protocol(struct slice field, struct rule_header *out, struct err *err)
{
    struct slice name, word;
    part(field, &name, &word);
    for (size_t i = 0; i < COUNT(protocols); i++) {
        if (text_equal(name, protocols[i].name)) {
            out->protocol = protocols[i].protocol;
            return parse_hook(name, word, out, err);
        }
    }
    return app_protocol(name, word, out, err);
}

static int parse_direction(struct slice field, struct rule_header *out, struct err *err)
{
    if (text_equal(field, "->"))
        out->direction = DIRECTION_FORWARD;
    else if (text_equal(field, "<>"))
        out->direction = DIRECTION_BOTH;
    else if (text_equal(field, "=>"))
        out->direction = DIRECTION_TRANSACTION;
    else
        return err_set(err, -EINVAL, "\"%.*s\" is no direction: expected ->, <> or =>", shown(field),
                       (const char *)field.p);
    return 0;
}

static bool same_addresses(const struct address_set *a, const struct address_set *b)
{
    if (a == b)
        return true;
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < a->count; i++)
        same = address_equal(&a->ranges[i].from, &b->ranges[i].from) &&
               address_equal(&a->ranges[i].to, &b->ranges[i].to);
    return same;
}

static bool same_ports(const struct port_set *a, const struct port_set *b)
{
    return a == b ||
           (a->count == b->count && memcmp(a->ranges, b->ranges, a->count * sizeof *a->ranges) == 0);
}

static int parse_endpoints(const struct rule_text *t, const struct variables *v, struct set_cache *cache,
                           struct rule_header *out, enum header_field *at, struct err *err)
{
    *at = FIELD_SOURCE;
    int rc = address_set_parse(t->fields[*at], v, cache, &out->source, err);
    if (!rc)
        rc = port_set_parse(t->fields[ *at = FIELD_SOURCE_PORTS], v, cache, &out->source_ports, err);
    if (!rc)
        rc = address_set_parse(t->fields[ *at = FIELD_DESTINATION], v, cache, &out->destination, err);
    if (!rc)
        rc =
            port_set_parse(t->fields[ *at = FIELD_DESTINATION_PORTS], v, cache, &out->destination_ports, err);
    return rc;
}

int rule_header_parse(const struct rule_text *text, const struct rule_context *context,
                      struct set_cache *cache, struct rule_header *out, struct err *err)
{
    enum header_field at = FIELD_ACTION;
    err_at(err, NULL, 1, 1); /* the column within the field, until it is known which one */
    int rc = parse_action(text->fields[at], out, err);
    if (!rc)
        rc = parse_protocol(text->fields[at = FIELD_PROTOCOL], out, err);
    if (!rc)
        rc = parse_direction(text->fields[at = FIELD_DIRECTION], out, err);
    if (!rc)
        rc = parse_endpoints(text, context ? context->variables : NULL, cache, out, &at, err);
    if (rc) {
        unsigned column = rule_text_column(text, text->fields[at].p);
        err_at(err, NULL, 1, column + (err && err->column ? err->column - 1 : 0));
        return rc;
    }
    /* As Suricata: nothing is gained by looking at the same endpoints twice. */
    if (out->direction == DIRECTION_BOTH && same_addresses(out->source, out->destination) &&
        same_ports(out->source_ports, out->destination_ports))
        out->direction = DIRECTION_FORWARD;
    return 0;
}
