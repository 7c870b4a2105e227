/* DCE/RPC over TCP and UDP through the whole engine, with what was asked of Suricata 8.0.8 of the same
 * packets, and what its parser cannot be sent. */
#include "support/check.h"

#include <stdlib.h>

#include "app/dcerpc/dcerpc.h"
#include "app/parser_list.h"
#include "support/app_case.h"
#include "support/app_driver.h"
#include "support/rpc_bytes.h"

static const char rules[] =
    "alert dcerpc any any -> any any (dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003; flow:to_server; "
    "sid:1;)\n"
    "alert dcerpc any any -> any any (dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003,=2,any_frag; "
    "flow:to_client; sid:2;)\n"
    "alert dcerpc any any -> any any (dce_iface:367abb81-9844-35f1-ad32-98f038001003,>2; sid:3;)\n"
    "alert tcp any any -> any any (dcerpc.iface:4b324fc8-1670-01d3-1278-5a47bf6ee188; dcerpc.opnum:15; "
    "flow:to_server; sid:4;)\n"
    "alert dcerpc any any -> any any (dcerpc.opnum:3,10-12; flow:to_server; sid:5;)\n"
    "alert dcerpc any any -> any any (dce_opnum:13; sid:6;)\n"
    "alert dcerpc any any -> any any (dcerpc.stub_data; content:\"hello stub\"; sid:7;)\n"
    "alert dcerpc any any -> any any (dce_stub_data; content:\"hello back\"; endswith; sid:8;)\n"
    "alert dcerpc any any -> any any (dce_stub_data; content:\"hello\"; byte_test:2,=,0x7320,0,relative,dce; "
    "flow:to_server; sid:9;)\n"
    "alert dcerpc any any -> any any (dce_stub_data; content:\"hello\"; byte_test:2,=,0x2073,0,relative,dce; "
    "flow:to_server; sid:10;)\n";

/* clang-format off */
static const struct app_case as_suricata[] = {
    {"a call", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK), SERVER(ANSWER)}, "2@9 1@11 5@11 7@11 9@11 8@end"},
    {"two calls", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK), SERVER(ANSWER), CLIENT(ASK), SERVER(ANSWER)}, "2@9 1@11 5@11 7@11 9@11 2@13 8@13 1@15 5@15 7@15 9@15 8@end"},
    {"the first interface refused", {CLIENT(BIND_TWO), SERVER(ACK_SECOND), CLIENT(ASK), SERVER(ANSWER), CLIENT(ASK_OTHER), SERVER(ANSWER_OTHER)}, "5@11 7@11 9@11 8@13 4@15 7@15 9@15 8@end"},
    {"an interface added", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ALTER), SERVER(ALTERED), CLIENT(ASK_OTHER), SERVER(ANSWER_OTHER)}, "4@15 7@15 9@15 8@end"},
    {"no binding", {CLIENT(ASK), SERVER(ANSWER)}, "5@7 7@7 9@7 8@end"},
    {"a binding that is not answered", {CLIENT(BIND), CLIENT(ASK), SERVER(ANSWER)}, "5@9 7@9 9@9 8@end"},
    {"a call right behind the binding", {CLIENT(BIND ASK), SERVER(BIND_ACK ANSWER)}, "1@7 5@7 7@7 9@7 2@end 8@end"},
    {"no request", {CLIENT(BIND), SERVER(BIND_ACK), SERVER(ANSWER)}, "8@end"},
    {"a fault", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK), SERVER(FAULT), CLIENT(ASK_OTHER)}, "2@9 1@11 5@11 7@11 9@11 7@end 9@end"},
    {"credentials before the request", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(AUTH3 ASK), SERVER(ANSWER)}, "2@9 1@11 5@11 7@11 9@11 8@end"},
    {"no PDU", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(NO_PDU), CLIENT(ASK), SERVER(ANSWER)}, ""},
};

/* Where Suricata takes each fragment for a call of its own, loses what follows another PDU in a segment or a gap,
 * cannot read the greatest byte first, and knows the order of bytes by the first PDU only. */
static const struct app_case beyond[] = {
    {"big requests to a little server", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(BIG_ASK), SERVER(BIG_ANSWER)}, "2@9 1@11 5@11 7@11 10@11 8@end"},
    {"fragments are one call", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK_BEGIN), CLIENT(ASK_MIDDLE), CLIENT(ASK_END), SERVER(ANSWER_BEGIN), SERVER(ANSWER_END)}, "2@9 1@10 5@10 7@15 9@15 8@end"},
    {"two PDUs in a segment", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK ASK_OTHER), SERVER(ANSWER)}, "2@9 1@11 5@11 7@11 7@11 9@11 9@11 8@end"},
    {"the greatest byte first", {CLIENT(BIG_BIND), SERVER(BIG_ACK), CLIENT(BIG_ASK), SERVER(BIG_ANSWER)}, "2@9 1@11 5@11 7@11 10@11 8@end"},
    {"a gap within a PDU", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK_OTHER), SERVER(ANSWER_OTHER), CLIENT("\005\000\000\003\020\000\000\000\144\000\000\000\003\000\000\000"), CLIENT_GAP(84), CLIENT(ASK), SERVER(ANSWER)}, "7@11 9@11 8@13 2@15 1@17 5@17 7@17 9@17 8@end"},
    {"PDUs missing", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT_GAP(100), CLIENT(ASK), SERVER(ANSWER)}, "2@9 1@11 5@11 7@11 9@11 8@end"},
};

/* Datagrams name their interface and operation; Suricata's rules do not meet them. */
static const struct app_case datagrams[] = {
    {"a datagram each way", {CLIENT(GRAM), SERVER(GRAM_BACK)}, "1@1 5@1 7@1 9@1 2@2 8@2"},
    {"fragments", {CLIENT(GRAM_BEGIN), CLIENT(GRAM_END), SERVER(GRAM_BACK)}, "1@1 5@1 7@2 9@2 2@3 8@3"},
    {"a fault", {CLIENT(GRAM), SERVER(GRAM_FAULT)}, "1@1 5@1 7@1 9@1 2@2"},
};
/* clang-format on */

static const struct app_suite stream = {.rules = rules, .port = 135};
static const struct app_suite udp = {.rules = rules, .port = 135, .udp = true};

static void test_as_suricata(void **state)
{
    (void)state;
    app_cases_check(&stream, as_suricata, sizeof as_suricata / sizeof as_suricata[0]);
}

static void test_beyond(void **state)
{
    (void)state;
    app_cases_check(&stream, beyond, sizeof beyond / sizeof beyond[0]);
}

static void test_datagrams(void **state)
{
    (void)state;
    app_cases_check(&udp, datagrams, sizeof datagrams / sizeof datagrams[0]);
}

#define BYTES(text) slice_of(text, sizeof(text) - 1)

struct seen {
    unsigned stubs[DIRECTIONS];
    size_t most;
};

static void saw(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                unsigned index, const struct view_buffer *buffer)
{
    struct seen *seen = ctx;
    (void)tx;
    (void)index;
    if (id != BUFFER_DCERPC_STUB_DATA)
        return;
    seen->stubs[direction]++;
    if (buffer->bytes.n > seen->most)
        seen->most = buffer->bytes.n;
}

/* Byte by byte: as in one piece, and nothing is left. */
static void test_bytes(void **state)
{
    (void)state;
    static const char client[] = BIND ASK ASK_BEGIN ASK_END,
                      server[] = BIND_ACK ANSWER ANSWER_BEGIN ANSWER_END;
    struct seen seen = {0};
    struct app_driver d;
    assert_true(app_driver_open(&d, &dcerpc_parser, false));
    d.saw = saw;
    d.ctx = &seen;
    for (size_t i = 0; i + 1 < sizeof client; i++)
        app_driver_feed(&d, TO_SERVER, slice_of(client + i, 1));
    for (size_t i = 0; i + 1 < sizeof server; i++)
        app_driver_feed(&d, TO_CLIENT, slice_of(server + i, 1));
    assert_int_equal(d.session->next_id, 3 + 8); /* calls, and a frame for each PDU */
    assert_int_equal(d.session->alive, 0);
    assert_true(seen.stubs[TO_SERVER] >= 2);
    assert_true(seen.stubs[TO_CLIENT] >= 2);
    app_driver_close(&d);
}

/* A call of fragments without end: what is kept of it is capped. */
static void test_endless_call(void **state)
{
    (void)state;
    enum { SIZE = 60000, FRAGMENTS = 100 };
    static char pdu[SIZE];
    static const char head[] = "\5\0\0\1\x10\0\0\0\x60\xea\0\0\2\0\0\0\0\0\0\0\0\0\x0c\0";
    struct seen seen = {0};
    struct app_driver d;
    memcpy(pdu, head, sizeof head - 1);
    assert_true(app_driver_open(&d, &dcerpc_parser, false));
    d.saw = saw;
    d.ctx = &seen;
    app_driver_feed(&d, TO_SERVER, BYTES(BIND));
    app_driver_feed(&d, TO_CLIENT, BYTES(BIND_ACK));
    for (int i = 0; i < FRAGMENTS; i++) {
        app_driver_feed(&d, TO_SERVER, slice_of(pdu, sizeof pdu));
        pdu[3] = 0;
        assert_in_range(d.session->memory, 0, DCERPC_STUB_MOST + (64 << 10));
    }
    pdu[3] = 2;
    app_driver_feed(&d, TO_SERVER, slice_of(pdu, sizeof pdu));
    assert_int_equal(seen.most, DCERPC_STUB_MOST);
    assert_int_equal(d.session->next_id, 2 + FRAGMENTS + 3); /* calls, and a frame for each PDU */
    app_driver_close(&d);
}

/* Bindings without end: the oldest go, and the last holds. */
static void test_many_bindings(void **state)
{
    (void)state;
    struct app_driver d;
    char bind[] = BIND, ack[] = BIND_ACK, ask[] = ASK;
    enum { CALL = 12, CONTEXT = 28, ASK_CONTEXT = 20 };
    assert_true(app_driver_open(&d, &dcerpc_parser, false));
    for (int i = 0; i < 1000; i++) {
        bind[CALL] = ack[CALL] = (char)(i & 255);
        bind[CALL + 1] = ack[CALL + 1] = (char)(i >> 8);
        bind[CONTEXT] = ask[ASK_CONTEXT] = (char)(i & 255);
        bind[CONTEXT + 1] = ask[ASK_CONTEXT + 1] = (char)(i >> 8);
        app_driver_feed(&d, TO_SERVER, slice_of(bind, sizeof bind - 1));
        app_driver_feed(&d, TO_CLIENT, slice_of(ack, sizeof ack - 1));
        assert_in_range(d.session->memory, 0, 64 << 10);
    }
    app_driver_feed(&d, TO_SERVER, slice_of(ask, sizeof ask - 1));
    assert_int_equal(d.session->alive, 1);
    const struct dcerpc_tx *tx = (const struct dcerpc_tx *)d.session->first;
    assert_true(tx->call.has_bound);
    assert_true(tx->call.bound.answered);
    app_driver_close(&d);
}

static void test_head(void **state)
{
    (void)state;
    struct dcerpc_head head;
    assert_false(dcerpc_head_read(slice_of(BIND, DCERPC_HEAD - 1), &head));
    assert_true(dcerpc_head_read(BYTES(BIND), &head));
    assert_true(dcerpc_head_valid(&head));
    assert_true(head.little);
    assert_int_equal(head.type, DCERPC_BIND);
    assert_int_equal(head.length, sizeof BIND - 1);
    assert_true(dcerpc_head_read(BYTES(BIG_ASK), &head));
    assert_false(head.little);
    assert_int_equal(head.length, sizeof BIG_ASK - 1);
    assert_true(dcerpc_head_read(BYTES(NO_PDU), &head));
    assert_false(dcerpc_head_valid(&head));
    assert_string_equal(dcerpc_type_name(DCERPC_ALTER_CONTEXT_RESP), "ALTER_CONTEXT_RESP");
    assert_string_equal(dcerpc_type_name(99), "UNKNOWN");
}

/* A copy that ends where its memory does. */
static uint8_t *exact(struct slice bytes, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);
    assert_non_null(copy);
    if (n)
        memcpy(copy, bytes.p, n);
    return copy;
}

/* Cut anywhere: what there is of contexts and results is read, nothing beyond. */
static void test_cut_bodies(void **state)
{
    (void)state;
    struct slice bind = slice_from(BYTES(BIND_TWO), DCERPC_HEAD),
                 ack = slice_from(BYTES(ACK_SECOND), DCERPC_HEAD);
    struct dcerpc_head head = {.little = true};
    for (size_t n = 0; n <= bind.n; n++) {
        uint8_t *copy = exact(bind, n);
        struct dcerpc_offer offer;
        struct cursor c;
        uint8_t count = 0;
        unsigned read = 0;
        if (dcerpc_offers_begin(&head, slice_of(copy, n), &c, &count))
            while (dcerpc_offer_next(&head, &c, &offer))
                read++;
        assert_in_range(read, 0, 2);
        assert_true(n < bind.n || read == 2);
        free(copy);
    }
    for (size_t n = 0; n <= ack.n; n++) {
        uint8_t *copy = exact(ack, n);
        struct dcerpc_result result;
        struct cursor c;
        uint8_t count = 0;
        unsigned read = 0;
        if (dcerpc_results_begin(&head, slice_of(copy, n), &c, &count))
            while (dcerpc_result_next(&head, &c, &result))
                read++;
        assert_true(n < ack.n || read == 2);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_suricata),  cmocka_unit_test(test_beyond),
        cmocka_unit_test(test_datagrams),    cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_endless_call), cmocka_unit_test(test_many_bindings),
        cmocka_unit_test(test_head),         cmocka_unit_test(test_cut_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
