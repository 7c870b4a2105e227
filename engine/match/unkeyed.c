#include "match/unkeyed.h"

#include <errno.h>
#include <stdlib.h>

#include "base/app_proto.h"
#include "base/grow.h"
#include "flow/flow.h"
#include "packet/packet.h"
#include "rule/header.h"
#include "rule/view.h"

enum {
    PORTS = 65536,
    FLAGS = 64, /* FIN, SYN, RST, PSH, ACK, URG */
    LONG = 64,  /* bytes of payload, or more: many rules are about a few */
    ROW_FLAGS = 0,
    ROW_APPS = ROW_FLAGS + FLAGS, /* by protocol; then without a flow */
    ROW_NO_FLOW = ROW_APPS + APP_PROTO_COUNT,
    ROW_NO_PAYLOAD,
    ROW_LONG_PAYLOAD,
    ROW_IS_TCP,
    ROW_IS_UDP,
    ROW_PORT_UNNAMED,
    ROW_ALL,
    ROWS
};

static int name_ports(struct unkeyed *unkeyed, const struct port_set *set)
{
    if (!unkeyed->ports)
        unkeyed->ports = calloc(PORTS / 64, sizeof *unkeyed->ports);
    if (!unkeyed->ports)
        return -ENOMEM;
    for (uint32_t i = 0; i < set->count; i++)
        for (uint32_t port = set->ranges[i].from; port <= set->ranges[i].to; port++)
            unkeyed->ports[port / 64] |= UINT64_C(1) << port % 64;
    return 0;
}

int unkeyed_add(struct unkeyed *unkeyed, const struct unkeyed_rule *rule)
{
    if (grow_array(&unkeyed->rules, unkeyed->count, &unkeyed->capacity))
        return -ENOMEM;
    unkeyed->rules[unkeyed->count++] = *rule;
    return rule->server_ports ? name_ports(unkeyed, rule->server_ports) : 0;
}

static bool flags_fit(const struct unkeyed_rule *rule, uint8_t flags)
{
    return (flags & rule->tcp_set) == rule->tcp_set && !(flags & rule->tcp_clear);
}

static bool apps_fit(const struct unkeyed_rule *rule, unsigned proto)
{
    return !rule->apps || rule->apps >> proto & 1;
}

/* As far as the row tells; flags beyond the six are looked at later. */
static bool in_row(const struct unkeyed_rule *rule, unsigned row)
{
    struct unkeyed_rule known = *rule;
    known.tcp_set &= FLAGS - 1;
    if (row < ROW_APPS)
        return flags_fit(&known, (uint8_t)row);
    if (row < ROW_NO_FLOW)
        return apps_fit(rule, row - ROW_APPS);
    switch (row) {
    case ROW_NO_FLOW:
        return !rule->apps;
    case ROW_NO_PAYLOAD:
        return !rule->payload && !rule->payload_min;
    case ROW_LONG_PAYLOAD:
        return rule->payload_max >= LONG;
    case ROW_IS_TCP:
        return rule->ip_protocol < 0 || rule->ip_protocol == 6;
    case ROW_IS_UDP:
        return rule->ip_protocol < 0 || rule->ip_protocol == 17;
    case ROW_PORT_UNNAMED:
        return !rule->server_ports;
    default:
        return true;
    }
}

int unkeyed_ready(struct unkeyed *unkeyed)
{
    unkeyed->words = (unkeyed->count + 63) / 64;
    unkeyed->rows = calloc((size_t)ROWS * unkeyed->words + 1, sizeof *unkeyed->rows);
    if (!unkeyed->rows)
        return -ENOMEM;
    for (unsigned row = 0; row < ROWS; row++)
        for (uint32_t i = 0; i < unkeyed->count; i++)
            if (in_row(&unkeyed->rules[i], row))
                unkeyed->rows[row * unkeyed->words + i / 64] |= UINT64_C(1) << i % 64;
    return 0;
}

void unkeyed_free(struct unkeyed *unkeyed)
{
    free(unkeyed->rules);
    free(unkeyed->rows);
    free(unkeyed->ports);
    *unkeyed = (struct unkeyed){0};
}

/* What the rows do not tell. */
static bool worth_a_look(const struct unkeyed_rule *rule, const struct view *view, uint16_t protocols,
                         uint16_t port, enum candidate_view as)
{
    const struct packet *packet = view->packet;
    return (as != CANDIDATE_PACKET ||
            (packet->payload.n >= rule->payload_min && packet->payload.n <= rule->payload_max)) &&
           (!(packet->layers & LAYER_TCP) || flags_fit(rule, packet->tcp.flags)) &&
           (!rule->layers || rule->layers & protocols) &&
           (!rule->hint_layers || rule->hint_layers & protocols) &&
           (rule->ip_protocol < 0 || rule->ip_protocol == packet->ip.protocol) &&
           (!rule->server_ports || port_set_has(rule->server_ports, port));
}

static unsigned size_row(const struct view *view, bool payload, enum candidate_view as)
{
    if (!payload)
        return ROW_NO_PAYLOAD;
    return as == CANDIDATE_PACKET && view->packet->payload.n >= LONG ? ROW_LONG_PAYLOAD : ROW_ALL;
}

static unsigned protocol_row(const struct packet *packet)
{
    return packet->ip.protocol == 6 ? ROW_IS_TCP : packet->ip.protocol == 17 ? ROW_IS_UDP : ROW_ALL;
}

void unkeyed_find(const struct unkeyed *unkeyed, const struct view *view, uint16_t port, bool payload,
                  enum candidate_view as, struct candidates *candidates)
{
    const struct packet *packet = view->packet;
    size_t words = unkeyed->words;
    bool named = unkeyed->ports && unkeyed->ports[port / 64] >> port % 64 & 1;
    const uint64_t *rows = unkeyed->rows;
    const uint64_t *flags =
        rows + words * (packet->layers & LAYER_TCP ? ROW_FLAGS + packet->tcp.flags % FLAGS : ROW_ALL);
    const uint64_t *apps = rows + words * (view->flow ? ROW_APPS + (unsigned)view->flow->app : ROW_NO_FLOW);
    const uint64_t *size = rows + words * size_row(view, payload, as);
    const uint64_t *protocol = rows + words * protocol_row(packet);
    const uint64_t *ports = rows + words * (named ? ROW_ALL : ROW_PORT_UNNAMED);
    for (size_t w = 0; w < words; w++)
        for (uint64_t left = flags[w] & apps[w] & size[w] & protocol[w] & ports[w]; left; left &= left - 1) {
            const struct unkeyed_rule *rule = &unkeyed->rules[w * 64 + (unsigned)__builtin_ctzll(left)];
            if (worth_a_look(rule, view, packet_protocols(packet), port, as))
                candidates_add(candidates, as, rule->rule);
        }
}
