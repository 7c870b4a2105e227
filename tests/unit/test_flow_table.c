#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/table.h"
#include "support/packet_build.h"

#define S PACKET_BUILD_NS_PER_S

struct log {
    struct flow_table *table;
    unsigned idle;
    uint64_t idle_at;
    unsigned count;
    uint64_t ids[64], deadlines[64];
    uint8_t why[64];
};

static void ended(void *ctx, struct flow *flow)
{
    struct log *log = ctx;
    if (log->count < 64) {
        log->ids[log->count] = flow->id;
        log->deadlines[log->count] = flow->deadline_ns;
        log->why[log->count] = flow->end;
    }
    log->count++;
}

static void idle(void *ctx, struct flow *flow)
{
    struct log *log = ctx;
    log->idle++;
    log->idle_at = flow->deadline_ns;
}

static struct flow_table *table_of(struct log *log, uint32_t most)
{
    struct flow_table_config config = {.seed = 7, .most_flows = most, .ended = ended, .ctx = log};
    struct flow_table *table = flow_table_new(&config);
    assert_non_null(table);
    return table;
}

static struct flow *udp(struct flow_table *table, uint16_t port, bool from_client, uint64_t time_ns)
{
    struct packet_pair pair = packet_pair_ipv4(port);
    struct packet packet = packet_build(&pair, from_client, 17, time_ns);
    enum direction direction = DIRECTIONS;
    struct flow *flow = flow_table_packet(table, &packet, &direction);
    if (flow) {
        assert_int_equal(direction, from_client ? TO_SERVER : TO_CLIENT);
        flow_table_update(table, flow, flow->state);
    }
    return flow;
}

/* What a rule does that matches at the very end: the flow's deadline is another then. */
static void ended_by_a_bypass(void *ctx, struct flow *flow)
{
    struct log *log = ctx;
    ended(ctx, flow);
    flow_table_update(log->table, flow, FLOW_BYPASSED);
}

static void the_end_of_all_is_in_order_whatever_it_does_to_deadlines(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table_config config = {.seed = 7, .ended = ended_by_a_bypass, .ctx = &log};
    struct flow_table *table = log.table = flow_table_new(&config);
    for (uint16_t i = 0; i < 60; i++)
        udp(table, i, true, (1 + i * 7 % 20) * S);
    for (uint16_t i = 0; i < 60; i += 4)
        udp(table, i, i % 8 == 0, (21 + i % 3) * S); /* their deadlines are later than the heap knows */
    flow_table_end_all(table);
    assert_int_equal(log.count, 60);
    for (unsigned i = 1; i < log.count; i++)
        assert_true(log.deadlines[i - 1] < log.deadlines[i] ||
                    (log.deadlines[i - 1] == log.deadlines[i] && log.ids[i - 1] < log.ids[i]));
    assert_int_equal(flow_table_counters(table)->active, 0);
    assert_int_equal(flow_table_counters(table)->forced, 60);
    assert_non_null(udp(table, 1, true, S)); /* and another time line may begin */
    flow_table_advance(table, 100 * S);
    assert_int_equal(log.count, 61);
    flow_table_free(table);
}

static void both_directions_share_a_flow(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *table = table_of(&log, 0);
    struct flow *flow = udp(table, 1000, true, S);
    assert_non_null(flow);
    assert_false(flow_is_established(flow));
    assert_ptr_equal(udp(table, 1000, false, 2 * S), flow);
    assert_true(flow_is_established(flow));
    assert_int_equal(flow->packets[TO_SERVER], 1);
    assert_int_equal(flow->packets[TO_CLIENT], 1);
    assert_int_equal(flow->bytes[TO_CLIENT], 60);
    assert_true(flow->id < (uint64_t)1 << 63);
    assert_ptr_not_equal(udp(table, 1001, true, 2 * S), flow);
    flow_table_end_all(table);
    assert_int_equal(log.count, 2);
    assert_int_equal(log.why[0], FLOW_END_SHUTDOWN);
    flow_table_free(table);
}

static void vlan_and_tunnel_depth_are_part_of_the_key(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *table = table_of(&log, 0);
    struct packet_pair pair = packet_pair_ipv4(1);
    enum direction direction;
    struct packet packet = packet_build(&pair, true, 17, S);
    struct flow *plain = flow_table_packet(table, &packet, &direction);
    packet.vlan_count = 1;
    packet.vlan[0] = 5;
    struct flow *tagged = flow_table_packet(table, &packet, &direction);
    packet.depth = 1;
    struct flow *inner = flow_table_packet(table, &packet, &direction);
    assert_ptr_not_equal(plain, tagged);
    assert_ptr_not_equal(tagged, inner);
    assert_ptr_equal(flow_table_packet(table, &packet, &direction), inner);
    packet.is_fragment = true;
    assert_null(flow_table_packet(table, &packet, &direction));
    flow_table_end_all(table);
    flow_table_free(table);
}

static void a_packet_after_the_deadline_opens_another_flow(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *table = table_of(&log, 0);
    uint64_t first = udp(table, 1, true, S)->id;
    assert_int_equal(udp(table, 1, true, 31 * S - 1)->id, first); /* UDP, new: 30 s */
    assert_int_not_equal(udp(table, 1, true, 61 * S - 1)->id, first);
    assert_int_equal(log.count, 1);
    assert_int_equal(log.why[0], FLOW_END_TIMEOUT);
    flow_table_end_all(table);
    flow_table_free(table);
}

static void advance_ends_in_the_order_of_deadlines(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *table = table_of(&log, 0);
    for (uint16_t i = 0; i < 20; i++)
        udp(table, i, true, (1 + i * 7 % 20) * S);
    udp(table, 3, false, 25 * S); /* established: 300 s */
    flow_table_advance(table, 40 * S);
    assert_int_equal(log.count, 9); /* started at 1 to 10 s; the one at 2 s lives on */
    for (unsigned i = 1; i < log.count; i++)
        assert_true(log.deadlines[i - 1] <= log.deadlines[i]);
    assert_int_equal(flow_table_counters(table)->active, 20 - log.count);
    flow_table_end_all(table);
    for (unsigned i = 1; i < log.count; i++)
        assert_true(log.deadlines[i - 1] < log.deadlines[i] ||
                    (log.deadlines[i - 1] == log.deadlines[i] && log.ids[i - 1] < log.ids[i]));
    flow_table_free(table);
}

static void a_silent_flow_is_called_idle_once_and_ends_when_it_would(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table_config config = {.seed = 7, .ended = ended, .idle = idle, .idle_s = 5, .ctx = &log};
    struct flow_table *table = flow_table_new(&config);
    assert_non_null(table);
    struct flow *flow = udp(table, 1, true, S);
    flow->flags |= FLOW_AWAKE;
    flow_table_update(table, flow, flow->state);
    flow_table_advance(table, 6 * S - 1);
    assert_int_equal(log.idle, 0);
    flow_table_advance(table, 6 * S);
    assert_int_equal(log.idle, 1);
    assert_true(log.idle_at == 6 * S);
    flow_table_advance(table, 31 * S - 1); /* UDP, new: 30 s */
    assert_int_equal(log.idle, 1);
    assert_int_equal(log.count, 0);
    flow_table_advance(table, 31 * S);
    assert_int_equal(log.count, 1);
    assert_true(log.deadlines[0] == 31 * S);

    /* A packet comes after the deadline and before time has moved on: neither idle nor another flow. */
    flow = udp(table, 2, true, 40 * S);
    flow->flags |= FLOW_AWAKE;
    flow_table_update(table, flow, flow->state);
    assert_ptr_equal(udp(table, 2, true, 50 * S), flow);
    assert_int_equal(flow->flags & FLOW_AWAKE, 0);
    flow_table_advance(table, 79 * S);
    assert_int_equal(log.idle, 1);

    /* At the end of all, deadlines order flows as if none had been awake. */
    struct flow *later = udp(table, 3, true, 60 * S);
    later->flags |= FLOW_AWAKE;
    flow_table_update(table, later, later->state);
    uint64_t first = flow->id, last = later->id;
    flow_table_end_all(table);
    assert_int_equal(log.count, 3);
    assert_true(log.ids[1] == first && log.ids[2] == last);
    assert_true(log.deadlines[2] == 90 * S);
    assert_int_equal(log.idle, 1);
    flow_table_free(table);
}

static void the_longest_idle_gives_way_at_the_cap(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *table = table_of(&log, 4);
    uint64_t second = 0;
    for (uint16_t i = 0; i < 4; i++) {
        struct flow *flow = udp(table, i, true, (1 + i) * S);
        if (i == 1)
            second = flow->id;
    }
    udp(table, 0, true, 6 * S); /* now port 1 has been idle longest */
    udp(table, 9, true, 7 * S);
    assert_int_equal(log.count, 1);
    assert_int_equal(log.ids[0], second);
    assert_int_equal(log.why[0], FLOW_END_FORCED);
    assert_int_equal(flow_table_counters(table)->evicted, 1);
    flow_table_end_all(table);
    flow_table_free(table);
}

static void icmp_errors_attach_to_what_they_quote(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *table = table_of(&log, 0);
    struct flow *flow = udp(table, 77, true, S);
    struct packet_pair pair = packet_pair_ipv4(77);
    struct packet error = packet_build_unreachable(&pair, 17, 2 * S);
    enum direction direction = TO_SERVER;
    assert_ptr_equal(flow_table_packet(table, &error, &direction), flow);
    assert_int_equal(direction, TO_CLIENT);
    assert_int_equal(flow_table_counters(table)->icmp_attached, 1);
    flow_table_update(table, flow, FLOW_NEW);
    assert_int_equal(flow->packets[TO_CLIENT], 1);
    assert_false(flow_is_established(flow)); /* it was not the server that spoke */
    assert_int_equal(flow->state, FLOW_NEW);
    udp(table, 77, false, 3 * S);
    assert_true(flow_is_established(flow));
    pair.client_port = 78;
    error = packet_build_unreachable(&pair, 17, 2 * S);
    assert_null(flow_table_packet(table, &error, &direction));
    flow_table_end_all(table);
    flow_table_free(table);
}

static struct flow *icmp(struct flow_table *table, bool from_client, uint8_t type, enum direction *direction)
{
    struct packet_pair pair = packet_pair_ipv4(0);
    struct packet packet = packet_build(&pair, from_client, 1, S);
    packet.icmp.type = type;
    return flow_table_packet(table, &packet, direction);
}

static void icmp_exchanges_are_flows(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *table = table_of(&log, 0);
    enum direction direction;
    struct flow *echo = icmp(table, true, 8, &direction);
    assert_ptr_equal(icmp(table, false, 0, &direction), echo);
    assert_int_equal(direction, TO_CLIENT);
    assert_int_equal(echo->client_port, 8);
    assert_ptr_not_equal(icmp(table, false, 8, &direction), echo);
    assert_int_equal(direction, TO_SERVER);
    assert_ptr_not_equal(icmp(table, true, 13, &direction), echo);
    assert_int_equal(flow_table_counters(table)->active, 3);
    flow_table_end_all(table);
    flow_table_free(table);
}

static void ids_depend_on_tuple_start_and_seed_alone(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *a = table_of(&log, 0), *b = table_of(&log, 100);
    for (uint16_t i = 0; i < 50; i++)
        udp(b, (uint16_t)(500 + i), true, S);
    assert_int_equal(udp(a, 1, true, S)->id, udp(b, 1, true, S)->id);
    assert_int_not_equal(udp(a, 2, true, S)->id, udp(b, 2, true, 2 * S)->id);
    flow_table_end_all(a);
    flow_table_end_all(b);
    flow_table_free(a);
    flow_table_free(b);
}

static void many_flows_are_all_found_again(void **state)
{
    (void)state;
    struct log log = {0};
    struct flow_table *table = table_of(&log, 0);
    for (int round = 0; round < 2; round++)
        for (unsigned i = 0; i < 20000; i++)
            assert_non_null(udp(table, (uint16_t)i, i % 2 == 0 || round == 0, S));
    assert_int_equal(flow_table_counters(table)->created, 20000);
    flow_table_end_all(table);
    assert_int_equal(log.count, 20000);
    assert_int_equal(flow_table_counters(table)->active, 0);
    flow_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_share_a_flow),
        cmocka_unit_test(vlan_and_tunnel_depth_are_part_of_the_key),
        cmocka_unit_test(a_packet_after_the_deadline_opens_another_flow),
        cmocka_unit_test(advance_ends_in_the_order_of_deadlines),
        cmocka_unit_test(the_end_of_all_is_in_order_whatever_it_does_to_deadlines),
        cmocka_unit_test(a_silent_flow_is_called_idle_once_and_ends_when_it_would),
        cmocka_unit_test(the_longest_idle_gives_way_at_the_cap),
        cmocka_unit_test(icmp_errors_attach_to_what_they_quote),
        cmocka_unit_test(icmp_exchanges_are_flows),
        cmocka_unit_test(ids_depend_on_tuple_start_and_seed_alone),
        cmocka_unit_test(many_flows_are_all_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
