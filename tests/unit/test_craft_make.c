/* Frames of conversations: what the decoder and the reassembly say of them. */
#include "support/check.h"

#include <errno.h>

#include "craft/make.h"
#include "packet/wire.h"
#include "support/crafted.h"

static struct craft_step said(bool from_server, const char *text)
{
    return (struct craft_step){.from_server = from_server, .bytes = slice_str(text)};
}

static void test_all_zeroes_is_a_connection(void **state)
{
    (void)state;
    struct craft_step steps[] = {said(false, "GET / HTTP/1.1\r\n\r\n"),
                                 said(true, "HTTP/1.1 204 No\r\n\r\n")};
    struct craft_flow flow = {.steps = steps, .step_count = 2};
    struct crafted c;
    crafted_init(&c, &flow, 1);
    assert_int_equal(c.frames.count, 3 + 2 + 2 + 3);
    crafted_read(&c, "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 204 No\r\n\r\n");
    assert_int_equal(c.wrong_checksums, 0);
    assert_int_equal(c.events, 0);
    assert_int_equal(c.frames.list[0].time_ns, CRAFT_START_NS);
    assert_int_equal(c.frames.list[9].time_ns, CRAFT_START_NS + 9 * CRAFT_STEP_NS);
    assert_int_equal(c.frames.list[9].number, 10);
    crafted_fini(&c);
}

static void test_the_segment_size_cuts(void **state)
{
    (void)state;
    struct craft_step steps[] = {said(false, "0123456789")};
    struct craft_flow flow = {.client.mss = 4, .steps = steps, .step_count = 1};
    struct crafted c;
    crafted_init(&c, &flow, 1);
    assert_int_equal(c.frames.count, 3 + 3 + 1 + 3);
    crafted_read(&c, "0123456789", "");
    crafted_fini(&c);
}

static void test_pieces_in_any_order(void **state)
{
    (void)state;
    static const struct craft_piece pieces[] = {{.from = 6, .length = 4},
                                                {.from = 0, .length = 3},
                                                {.from = 0, .length = 3},
                                                {.from = 3, .length = 3}};
    struct craft_step steps[] = {said(false, "0123456789"), said(true, "ok")};
    steps[0].pieces = pieces;
    steps[0].piece_count = 4;
    steps[0].acks = CRAFT_ACK_EACH;
    struct craft_flow flow = {.steps = steps, .step_count = 2};
    struct crafted c;
    crafted_init(&c, &flow, 1);
    assert_int_equal(c.frames.count, 3 + 8 + 2 + 3);
    crafted_read(&c, "0123456789", "ok");
    uint32_t first = wire_be32(c.frames.list[4].bytes, 14 + 20 + 8);
    assert_int_equal(wire_be32(c.frames.list[6].bytes, 14 + 20 + 8), first + 3);
    assert_int_equal(wire_be32(c.frames.list[8].bytes, 14 + 20 + 8), first + 3);
    assert_int_equal(wire_be32(c.frames.list[10].bytes, 14 + 20 + 8), first + 10);
    crafted_fini(&c);
}

static void test_a_piece_with_a_wrong_checksum(void **state)
{
    (void)state;
    static const struct craft_piece pieces[] = {
        {.from = 0, .length = 4, .instead = {(const uint8_t *)"evil", 4}, .bad_checksum = true},
        {.from = 0, .length = 4}};
    struct craft_step steps[] = {said(false, "good")};
    steps[0].pieces = pieces;
    steps[0].piece_count = 2;
    struct craft_flow flow = {.steps = steps, .step_count = 1};
    struct crafted c;
    crafted_init(&c, &flow, 1);
    assert_int_equal(c.wrong_checksums, 1);
    crafted_read(&c, "good", "");
    crafted_fini(&c);
}

static void test_ipv6_and_vlan(void **state)
{
    (void)state;
    struct craft_step steps[] = {said(false, "hello")};
    struct craft_flow flow = {.vlan = {10, 20}, .vlan_count = 2, .steps = steps, .step_count = 1};
    assert_true(address_parse("2001:db8::1", &flow.client.address));
    struct crafted c;
    crafted_init(&c, &flow, 1);
    assert_int_equal(c.last.vlan_count, 2);
    assert_int_equal(c.last.vlan[1], 20);
    assert_true(c.last.layers & LAYER_IPV6);
    crafted_read(&c, "hello", "");
    crafted_fini(&c);
}

static void test_datagrams_fragments_and_messages(void **state)
{
    (void)state;
    static const uint8_t body[3000];
    struct craft_ip cut = {.cut = 1480};
    struct craft_step large = {.bytes = {body, sizeof body}, .ip = &cut};
    struct craft_step ping = {.icmp = {8, 0, {0, 1, 0, 2}}, .bytes = slice_str("abcd")};
    struct craft_flow flows[] = {{.protocol = CRAFT_UDP, .steps = &large, .step_count = 1},
                                 {.protocol = CRAFT_ICMP, .steps = &ping, .step_count = 1}};
    struct crafted c;
    crafted_init(&c, flows, 2);
    assert_int_equal(c.frames.count, 3 + 1);
    assert_int_equal(c.wrong_checksums, 0);
    assert_int_equal(c.largest_payload, sizeof body);
    assert_int_equal(c.last.icmp.type, 8);
    assert_int_equal(c.last.icmp.sequence, 2);
    crafted_fini(&c);
}

static void test_flows_that_run_at_once(void **state)
{
    (void)state;
    struct craft_step steps[] = {said(false, "a")};
    struct craft_flow flows[2] = {
        {.protocol = CRAFT_UDP, .has_at = true, .at_ns = 5000, .steps = steps, .step_count = 1},
        {.protocol = CRAFT_UDP, .has_at = true, .steps = steps, .step_count = 1}};
    struct crafted c;
    crafted_init(&c, flows, 2);
    assert_int_equal(c.frames.list[0].time_ns, CRAFT_START_NS);
    assert_int_equal(c.frames.list[0].number, 1);
    assert_int_equal(c.frames.list[1].time_ns, CRAFT_START_NS + 5000);
    assert_int_equal(wire_be16(c.frames.list[0].bytes, 34), 49153);
    crafted_fini(&c);
}

static void refused(struct craft_flow flow, int code, const char *message)
{
    struct craft_frames frames;
    struct err err = {0};
    assert_int_equal(craft_make(&flow, 1, 0, &frames, &err), code);
    assert_string_equal(err.message, message);
    craft_frames_fini(&frames);
}

static void test_what_cannot_be_made(void **state)
{
    (void)state;
    static const uint8_t large[70000];
    static const struct craft_piece outside = {.from = 3, .length = 3};
    struct craft_step step = said(false, "hello");
    struct craft_flow flow = {.steps = &step, .step_count = 1};
    address_parse("10.0.0.1", &flow.client.address);
    address_parse("::1", &flow.server.address);
    refused(flow, -EINVAL, "flow 1: one end has an IPv4 address, the other an IPv6 address");
    flow.server.address.version = 0;
    step.pieces = &outside;
    step.piece_count = 1;
    flow.name = "x";
    refused(flow, -EINVAL, "flow \"x\": a piece lies outside the step's bytes");
    step = (struct craft_step){.bytes = {large, sizeof large}};
    flow.protocol = CRAFT_UDP;
    refused(flow, -E2BIG, "flow \"x\": a datagram is larger than 65535 bytes");
    step.kind = CRAFT_SEGMENT;
    refused(flow, -EINVAL, "flow \"x\": only TCP has segments");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_zeroes_is_a_connection),
        cmocka_unit_test(test_the_segment_size_cuts),
        cmocka_unit_test(test_pieces_in_any_order),
        cmocka_unit_test(test_a_piece_with_a_wrong_checksum),
        cmocka_unit_test(test_ipv6_and_vlan),
        cmocka_unit_test(test_datagrams_fragments_and_messages),
        cmocka_unit_test(test_flows_that_run_at_once),
        cmocka_unit_test(test_what_cannot_be_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
