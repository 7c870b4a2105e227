/* Rules without a literal: what the rows find is what asking each rule finds, for any rules and packets. */
#include "support/check.h"

#include <stdlib.h>

#include "flow/flow.h"
#include "match/unkeyed.h"
#include "packet/packet.h"
#include "rule/header.h"
#include "rule/view.h"

enum { RULES = 150, PACKETS = 3000, PROTOS = 5 };

static uint32_t seed = 1;

static uint32_t below(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

static struct port_range web = {80, 90}, high = {1024, 65535};
static const struct port_set web_ports = {.ranges = &web, .count = 1},
                             high_ports = {.ranges = &high, .count = 1};

static struct unkeyed_rule random_rule(uint32_t number)
{
    const struct port_set *ports[] = {NULL, NULL, &web_ports, &high_ports};
    struct unkeyed_rule rule = {
        .rule = number,
        .server_ports = ports[below(4)],
        .apps = below(3) ? 0 : UINT64_C(1) << below(PROTOS),
        .payload_max = UINT32_MAX,
        .ip_protocol = -1,
        .layers = below(4) ? 0 : LAYER_TCP,
        .hint_layers = below(8) ? 0 : LAYER_IPV6,
        .payload = !below(4),
    };
    if (!below(3))
        rule.tcp_set = (uint8_t)(1u << below(8));
    if (!below(3))
        rule.tcp_clear = (uint8_t)(1u << below(8));
    if (!below(4))
        rule.payload_min = below(20);
    if (!below(6))
        rule.payload_max = below(90);
    if (!below(9))
        rule.ip_protocol = (int16_t)(below(2) ? 17 : 6);
    return rule;
}

/* Each demand by itself. */
static bool may_match(const struct unkeyed_rule *rule, const struct view *view, uint16_t port, bool payload,
                      enum candidate_view as)
{
    const struct packet *packet = view->packet;
    if (rule->payload && !payload)
        return false;
    if (as == CANDIDATE_PACKET &&
        (packet->payload.n < rule->payload_min || packet->payload.n > rule->payload_max))
        return false;
    if (packet->layers & LAYER_TCP &&
        ((packet->tcp.flags & rule->tcp_set) != rule->tcp_set || packet->tcp.flags & rule->tcp_clear))
        return false;
    if (rule->layers && !(rule->layers & packet->layers))
        return false;
    if (rule->hint_layers && !(rule->hint_layers & packet->layers))
        return false;
    if (rule->ip_protocol >= 0 && rule->ip_protocol != packet->ip.protocol)
        return false;
    if (rule->server_ports && !port_set_has(rule->server_ports, port))
        return false;
    return flow_app_is(view->flow, rule->apps);
}

static void check_packet(const struct unkeyed *unkeyed, struct candidates *candidates)
{
    static const uint8_t bytes[100];
    struct flow flow = {.app = (enum app_proto)below(PROTOS)};
    struct packet packet = {.layers = (uint16_t)(below(3) ? LAYER_TCP : LAYER_UDP),
                            .payload = slice_of(bytes, below(2) ? below(sizeof bytes) : 0)};
    packet.layers |= (uint16_t)(below(3) ? LAYER_IPV4 : LAYER_IPV6);
    packet.ip.protocol = packet.layers & LAYER_TCP ? 6 : 17;
    packet.tcp.flags = (uint8_t)below(256);
    struct view view = {.packet = &packet, .flow = below(5) ? &flow : NULL};
    enum candidate_view as = below(2) ? CANDIDATE_PACKET : CANDIDATE_STREAM;
    bool payload = packet.payload.n || as == CANDIDATE_STREAM || !below(4);
    uint16_t port = (uint16_t)(below(2) ? 80 : below(65536));
    unkeyed_find(unkeyed, &view, port, payload, as, candidates);
    uint32_t rule;
    unsigned views;
    bool more = candidates_take(candidates, &rule, &views);
    for (uint32_t i = 0; i < unkeyed->count; i++) {
        bool found = more && rule == unkeyed->rules[i].rule;
        assert_int_equal(found, may_match(&unkeyed->rules[i], &view, port, payload, as));
        if (found)
            assert_int_equal(views, 1u << as);
        if (found)
            more = candidates_take(candidates, &rule, &views);
    }
    assert_false(more);
}

static void check_rules(uint32_t rules)
{
    struct unkeyed unkeyed = {0};
    struct candidates candidates = {0};
    assert_int_equal(candidates_init(&candidates, RULES), 0);
    for (uint32_t i = 0; i < rules; i++) {
        struct unkeyed_rule rule = random_rule(i);
        assert_int_equal(unkeyed_add(&unkeyed, &rule), 0);
    }
    assert_int_equal(unkeyed_ready(&unkeyed), 0);
    for (int i = 0; i < PACKETS; i++)
        check_packet(&unkeyed, &candidates);
    unkeyed_free(&unkeyed);
    candidates_fini(&candidates);
}

static void test_the_same_as_one_by_one(void **state)
{
    (void)state;
    check_rules(0);
    check_rules(3);
    check_rules(RULES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_same_as_one_by_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
