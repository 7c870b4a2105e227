#include "match/group.h"
#include "packet/packet.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "match/chunk_names.h"
#include "match/payload_literal.h"
#include "match/placed.h"
#include "match/transaction_plan.h"

/* A port gets a group of its own when so many rules name it; a rule for more ports than this names none. */
enum { PORT_RULES_LEAST = 48, PORTS_NAMED_MOST = 64, PORTS = 65536 };

struct members { /* of one space */
    uint32_t *rules;
    uint32_t count, capacity;
};

static uint32_t port_count(const struct port_set *set)
{
    if (set->any)
        return PORTS;
    uint32_t count = 0;
    for (uint32_t i = 0; i < set->count; i++)
        count += (uint32_t)set->ranges[i].to - set->ranges[i].from + 1;
    return count;
}

/* The sets that the server's port may have to be in: one, or for <> either of two. */
static uint32_t server_ports(const struct rule_header *header, enum direction direction,
                             const struct port_set *sets[2])
{
    bool to_server = direction == TO_SERVER;
    sets[0] = to_server ? header->destination_ports : header->source_ports;
    sets[1] = to_server ? header->source_ports : header->destination_ports;
    return header->direction == DIRECTION_BOTH ? 2 : 1;
}

static void count_ports(const struct port_set *set, uint32_t *weights)
{
    if (port_count(set) > PORTS_NAMED_MOST)
        return;
    for (uint32_t i = 0; i < set->count; i++)
        for (uint32_t port = set->ranges[i].from; port <= set->ranges[i].to; port++)
            weights[port]++;
}

/* Chooses the ports that get a group. */
static int plan_ports(const struct ruleset *ruleset, const struct members *members, enum direction direction,
                      struct space *space)
{
    uint32_t *weights = calloc(PORTS, sizeof *weights);
    if (!weights)
        return -ENOMEM;
    for (uint32_t i = 0; i < members->count; i++) {
        const struct port_set *sets[2];
        uint32_t n = server_ports(&ruleset->rules[members->rules[i]].rule->header, direction, sets);
        for (uint32_t s = 0; s < n; s++)
            count_ports(sets[s], weights);
    }
    while (space->count < GROUPS_MOST) {
        uint32_t best = 0;
        for (uint32_t port = 1; port < PORTS; port++)
            if (weights[port] > weights[best])
                best = port;
        if (weights[best] < PORT_RULES_LEAST)
            break;
        weights[best] = 0;
        space->ports[space->count++] = (uint16_t)best;
    }
    free(weights);
    return 0;
}

/* Whether a packet of group g may have a server port that the rule accepts. */
static bool belongs(const struct rule_header *header, enum direction direction, const struct space *space,
                    uint32_t group)
{
    const struct port_set *sets[2];
    uint32_t n = server_ports(header, direction, sets);
    for (uint32_t s = 0; s < n; s++) {
        if (group && port_set_has(sets[s], space->ports[group]))
            return true;
        if (group)
            continue;
        uint32_t elsewhere = port_count(sets[s]);
        for (uint32_t g = 1; g < space->count; g++)
            elsewhere -= port_set_has(sets[s], space->ports[g]);
        if (elsewhere)
            return true;
    }
    return false;
}

/* The set of server's ports that the rule names, if it is one; NULL: any will do, or it has two. */
static const struct port_set *named_ports(const struct compiled_rule *compiled, enum direction direction)
{
    const struct port_set *ports[2];
    return server_ports(&compiled->rule->header, direction, ports) == 1 && !ports[0]->any ? ports[0] : NULL;
}

static int add_unkeyed(const struct ruleset *ruleset, struct group *group, uint32_t rule,
                       enum direction direction)
{
    const struct compiled_rule *compiled = &ruleset->rules[rule];
    const struct rule_hints *hints = &compiled->rule->hints;
    const struct unkeyed_rule unkeyed = {
        .rule = rule,
        .server_ports = named_ports(compiled, direction),
        .apps = ruleset->no_prefilter ? 0 : compiled->apps,
        .payload_min = hints->payload_min,
        .payload_max = hints->payload_max,
        .hint_layers = hints->layers,
        .layers = compiled->layers,
        .ip_protocol = hints->ip_protocol,
        .tcp_set = hints->tcp_flags_set,
        .tcp_clear = hints->tcp_flags_clear,
        .payload = compiled->flags & COMPILED_PAYLOAD,
    };
    return unkeyed_add(&group->unkeyed, &unkeyed);
}

static int fill_group(struct ruleset *ruleset, struct group *group, const struct members *members,
                      enum direction direction, enum literal_ways ways)
{
    const struct compiled_rule *rules = ruleset->rules;
    int result = 0;
    for (uint32_t i = 0; i < members->count && !result; i++)
        if (rules[members->rules[i]].fast.chain && !ruleset->no_prefilter)
            result = payload_literal_vote(ruleset, group, members->rules[i], ways);
    if (group->placed)
        placed_elect(group->placed);
    scan_condition_elect(&group->condition);
    for (uint32_t i = 0; i < members->count && !result; i++) {
        uint32_t rule = members->rules[i];
        const struct scan_ports ports = {{
            [SCAN_SERVER] = named_ports(&rules[rule], direction),
            [SCAN_CLIENT] = named_ports(&rules[rule], direction == TO_SERVER ? TO_CLIENT : TO_SERVER),
        }};
        bool keyed = rules[rule].fast.chain && !ruleset->no_prefilter;
        result = keyed ? payload_literal_add(ruleset, group, rule, ways, &ports) : 1;
        if (result > 0)
            result = add_unkeyed(ruleset, group, rule, direction);
    }
    if (!result)
        result = unkeyed_ready(&group->unkeyed);
    return result ? result : payload_literals_ready(ruleset, group);
}

static int fill_space(struct ruleset *ruleset, const struct members *members, enum direction direction,
                      enum literal_ways ways, bool by_port, struct space *space)
{
    space->count = 1;
    int result = by_port ? plan_ports(ruleset, members, direction, space) : 0;
    struct members own = {.rules = malloc((members->count + 1) * sizeof *own.rules)};
    if (!own.rules)
        return -ENOMEM;
    for (uint32_t g = 0; g < space->count && !result; g++) {
        own.count = 0;
        for (uint32_t i = 0; i < members->count; i++) {
            uint32_t rule = members->rules[i];
            if (!by_port || belongs(&ruleset->rules[rule].rule->header, direction, space, g))
                own.rules[own.count++] = rule;
        }
        result = fill_group(ruleset, &space->groups[g], &own, direction, ways);
    }
    free(own.rules);
    return result;
}

static bool in_direction(const struct rule *rule, enum direction direction)
{
    uint32_t asked = rule->flags & (RULE_TO_SERVER | RULE_TO_CLIENT);
    uint32_t this = direction == TO_SERVER ? RULE_TO_SERVER : RULE_TO_CLIENT;
    return !asked || asked & this;
}

/* What packets of a class may have been decoded as. */
static uint16_t class_layers(enum transport_class class)
{
    switch (class) {
    case CLASS_TCP:
        return LAYER_TCP;
    case CLASS_UDP:
        return LAYER_UDP;
    case CLASS_ICMP:
        return LAYER_ICMPV4 | LAYER_ICMPV6;
    case CLASS_OTHER:
    case CLASSES:
        break;
    }
    return (uint16_t) ~(LAYER_TCP | LAYER_UDP | LAYER_ICMPV4 | LAYER_ICMPV6);
}

/* The application protocols of flows that packets of a class belong to; ICMP may quote any. */
static uint64_t class_apps(enum transport_class class)
{
    uint64_t apps = 0;
    if (class != CLASS_TCP && class != CLASS_UDP)
        return UINT64_MAX;
    for (unsigned app = 0; app < APP_PROTO_COUNT; app++) {
        enum app_proto proto = (enum app_proto)app;
        if (app != APP_HTTP && (class == CLASS_TCP ? app_proto_over_tcp(proto) : app_proto_over_udp(proto)))
            apps |= UINT64_C(1) << app;
    }
    return apps;
}

static bool in_class(const struct compiled_rule *rule, enum transport_class class)
{
    enum { NETWORK = LAYER_IPV4 | LAYER_IPV6 | LAYER_ETHERNET };
    if (rule->apps && !(rule->apps & class_apps(class)))
        return false;
    return !rule->layers || rule->layers & NETWORK || rule->layers & class_layers(class);
}

static bool has_payload_literal(const struct compiled_rule *rule)
{
    return rule->fast.chain && rule->fast.chain->buffer == BUFFER_PAYLOAD;
}

/* Rules that are found in another way: by address, by event, by a literal in a header. */
static bool found_elsewhere(const struct ruleset *ruleset, const struct compiled_rule *rule)
{
    if (rule->flags & (COMPILED_IP_ONLY | COMPILED_TRANSACTION) || rule->rule->hints.event != EVENT_NONE)
        return true;
    return rule->fast.chain && !has_payload_literal(rule) && !ruleset->no_prefilter;
}

static int collect(struct ruleset *ruleset, enum transport_class class, enum direction direction,
                   uint32_t views, struct members *members)
{
    for (uint32_t i = 0; i < ruleset->count; i++) {
        const struct compiled_rule *rule = &ruleset->rules[i];
        if (found_elsewhere(ruleset, rule) || !(rule->flags & views) || !in_class(rule, class) ||
            !in_direction(rule->rule, direction))
            continue;
        if (grow_array(&members->rules, members->count, &members->capacity))
            return -ENOMEM;
        members->rules[members->count++] = i;
    }
    return 0;
}

/* The spaces of one direction: packets of each class, TCP packets outside of streams, streams. */
enum { KIND_LOOSE = CLASSES, KIND_STREAM, KINDS };

static const char *const kind_names[KINDS] = {
    [CLASS_TCP] = "tcp packets",
    [CLASS_UDP] = "udp",
    [CLASS_ICMP] = "icmp",
    [CLASS_OTHER] = "other ip",
    [KIND_LOOSE] = "tcp outside of streams",
    [KIND_STREAM] = "tcp streams",
};

static struct space *space_at(struct ruleset *ruleset, int kind, int direction)
{
    return kind == KIND_STREAM  ? &ruleset->streams[direction]
           : kind == KIND_LOOSE ? &ruleset->loose[direction]
                                : &ruleset->packets[kind][direction];
}

/* Which rules belong there. */
static uint32_t views_at(int kind)
{
    return kind == KIND_STREAM ? (uint32_t)COMPILED_STREAM
           : kind == CLASS_TCP ? (uint32_t)COMPILED_PACKET
                               : (uint32_t)(COMPILED_PACKET | COMPILED_STREAM);
}

static enum literal_ways ways_of(int kind)
{
    return kind == KIND_STREAM                       ? LITERALS_OF_STREAM
           : kind == CLASS_TCP || kind == KIND_LOOSE ? LITERALS_OF_PACKETS
                                                     : LITERALS_OF_DATAGRAMS;
}

static int build_space(struct ruleset *ruleset, int kind, enum direction direction)
{
    enum transport_class class = kind < CLASSES ? (enum transport_class)kind : CLASS_TCP;
    struct members members = {0};
    int result = collect(ruleset, class, direction, views_at(kind), &members);
    if (!result)
        result = fill_space(ruleset, &members, direction, ways_of(kind),
                            class == CLASS_TCP || class == CLASS_UDP, space_at(ruleset, kind, direction));
    free(members.rules);
    return result;
}

static int build_spaces(struct ruleset *ruleset)
{
    int result = 0;
    for (int d = 0; d < DIRECTIONS; d++)
        for (int kind = 0; kind < KINDS && !result; kind++)
            result = build_space(ruleset, kind, (enum direction)d);
    return result;
}

static struct header_space *header_space(struct ruleset *ruleset, enum buffer_id buffer)
{
    for (uint32_t i = 0; i < ruleset->header_count; i++)
        if (ruleset->headers[i].buffer == buffer)
            return &ruleset->headers[i];
    struct header_space *space = &ruleset->headers[ruleset->header_count++];
    space->buffer = buffer;
    return space;
}

static int build_headers(struct ruleset *ruleset)
{
    for (uint32_t i = 0; i < ruleset->count && !ruleset->no_prefilter; i++) {
        const struct compiled_rule *rule = &ruleset->rules[i];
        if (rule->flags & (COMPILED_IP_ONLY | COMPILED_TRANSACTION) ||
            rule->rule->hints.event != EVENT_NONE || !rule->fast.chain || has_payload_literal(rule))
            continue;
        struct header_space *space = header_space(ruleset, rule->fast.chain->buffer);
        if (group_add_literal(ruleset, &space->database, i, false))
            return -ENOMEM;
    }
    return 0;
}

static int build_events(struct ruleset *ruleset)
{
    ruleset->event_start = calloc(EVENT_COUNT + 1, sizeof *ruleset->event_start);
    ruleset->event_rules = malloc((ruleset->count + 1) * sizeof *ruleset->event_rules);
    if (!ruleset->event_start || !ruleset->event_rules)
        return -ENOMEM;
    uint32_t count = 0;
    uint32_t *begins = calloc(EVENT_COUNT + 1, sizeof *begins);
    if (!begins)
        return -ENOMEM;
    for (uint32_t i = 0; i < ruleset->count; i++)
        begins[ruleset->rules[i].rule->hints.event]++;
    for (uint32_t e = EVENT_NONE + 1; e <= EVENT_COUNT; e++) {
        ruleset->event_start[e] = count;
        if (e < EVENT_COUNT)
            count += begins[e];
    }
    memcpy(begins, ruleset->event_start, (EVENT_COUNT + 1) * sizeof *begins);
    for (uint32_t i = 0; i < ruleset->count; i++) {
        enum packet_event event = ruleset->rules[i].rule->hints.event;
        if (event != EVENT_NONE)
            ruleset->event_rules[begins[event]++] = i;
    }
    free(begins);
    return 0;
}

int groups_build(struct ruleset *ruleset)
{
    int result = build_spaces(ruleset);
    if (!result)
        result = build_headers(ruleset);
    if (!result)
        result = transaction_plans_build(ruleset);
    if (!result)
        result = chunk_names_build(ruleset);
    return result ? result : build_events(ruleset);
}

static void each_of_group(const struct group *group, struct database_place *place, database_visitor *visit,
                          void *ctx)
{
    struct database *const databases[] = {group->database, group->small, group->conditional};
    static const char *const parts[] = {"", ", small payloads", ", on a condition"};
    for (size_t i = 0; i < sizeof databases / sizeof databases[0]; i++) {
        place->part = parts[i];
        if (databases[i])
            visit(ctx, databases[i], place);
    }
}

void groups_each_database(const struct ruleset *ruleset, database_visitor *visit, void *ctx)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        for (int kind = 0; kind < KINDS; kind++) {
            const struct space *space = space_at((struct ruleset *)ruleset, kind, d);
            struct database_place place = {.kind = kind_names[kind], .direction = (enum direction)d};
            for (uint32_t g = 0; g < space->count; g++) {
                place.port = g ? space->ports[g] : -1;
                each_of_group(&space->groups[g], &place, visit, ctx);
            }
        }
    }
    for (uint32_t i = 0; i < ruleset->header_count; i++)
        if (ruleset->headers[i].database)
            visit(ctx, ruleset->headers[i].database,
                  &(struct database_place){.kind = buffer_name(ruleset->headers[i].buffer),
                                           .direction = DIRECTIONS,
                                           .port = -1,
                                           .part = ""});
    for (uint32_t i = 0; i < ruleset->space_count; i++)
        if (ruleset->spaces[i].database)
            visit(ctx, ruleset->spaces[i].database,
                  &(struct database_place){.kind = buffer_name(ruleset->spaces[i].buffer),
                                           .direction = ruleset->spaces[i].direction,
                                           .port = -1,
                                           .part = ruleset->spaces[i].twin ? ", bodies and files" : ""});
}

static void visit_free(void *ctx, struct database *database, const struct database_place *place)
{
    (void)ctx;
    (void)place;
    database_free(database);
}

static void visit_collect(void *ctx, struct database *database, const struct database_place *place)
{
    (void)place;
    struct database **out = ctx;
    out[database->id] = database;
}

void groups_databases(const struct ruleset *ruleset, struct database **out)
{
    groups_each_database(ruleset, visit_collect, out);
}

void groups_free(struct ruleset *ruleset)
{
    groups_each_database(ruleset, visit_free, NULL);
    for (int d = 0; d < DIRECTIONS; d++) {
        for (int kind = 0; kind < KINDS; kind++) {
            struct space *space = space_at(ruleset, kind, d);
            for (uint32_t g = 0; g < GROUPS_MOST; g++) {
                unkeyed_free(&space->groups[g].unkeyed);
                placed_free(space->groups[g].placed);
                scan_condition_fini(&space->groups[g].condition);
            }
        }
    }
    transaction_plans_free(ruleset);
    free(ruleset->event_start);
    free(ruleset->event_rules);
}
