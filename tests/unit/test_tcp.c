#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/connection.h"

static const struct slice none = {0};

static void start(struct connection *c)
{
    struct tcp_config config = {0};
    connection_init(c, &config);
}

static enum tcp_state state_of(const struct connection *c)
{
    return c->flow->tcp ? (enum tcp_state)c->flow->tcp->state : TCP_STATE_NONE;
}

static bool event(const struct connection *c, enum packet_event event)
{
    return packet_event_has(&c->last.events, event);
}

static void assert_stream(const struct connection *c, enum direction direction, const char *text)
{
    uint8_t got[1000];
    size_t n = connection_read(c, direction, got, sizeof got);
    assert_int_equal(n, strlen(text));
    assert_memory_equal(got, text, n);
}

static void three_packets_open_and_four_close(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    connection_send(&c, true, TCP_SYN, 0, 0, none);
    assert_int_equal(state_of(&c), TCP_STATE_SYN_SENT);
    connection_send(&c, false, TCP_SYN | TCP_ACK, 0, 1, none);
    assert_int_equal(state_of(&c), TCP_STATE_SYN_RECV);
    assert_false(flow_is_established(c.flow));
    connection_send(&c, true, TCP_ACK, 1, 1, none);
    assert_true(flow_is_established(c.flow));
    struct tcp_result result = connection_send(&c, true, TCP_ACK, 1, 1, slice_str("hello"));
    assert_true(result.accepted && result.payload_in_stream);
    assert_stream(&c, TO_SERVER, "");
    connection_send(&c, false, TCP_ACK, 1, 6, slice_str("world"));
    assert_stream(&c, TO_SERVER, "hello");
    connection_send(&c, true, TCP_FIN | TCP_ACK, 6, 6, none);
    assert_stream(&c, TO_CLIENT, "world");
    assert_int_equal(state_of(&c), TCP_STATE_CLOSE_WAIT);
    connection_send(&c, false, TCP_FIN | TCP_ACK, 6, 7, none);
    assert_int_equal(state_of(&c), TCP_STATE_LAST_ACK);
    result = connection_send(&c, true, TCP_ACK, 7, 7, none);
    assert_true(result.ended);
    assert_int_equal(state_of(&c), TCP_STATE_CLOSED);
    assert_int_equal(tcp_engine_counters(c.engine)->events, 0);
    connection_fini(&c);
}

static void the_server_may_close_first(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    connection_open(&c);
    connection_send(&c, false, TCP_FIN | TCP_ACK, 1, 1, none);
    assert_int_equal(state_of(&c), TCP_STATE_FIN_WAIT1);
    connection_send(&c, true, TCP_ACK, 1, 2, none);
    assert_int_equal(state_of(&c), TCP_STATE_FIN_WAIT2);
    connection_send(&c, true, TCP_FIN | TCP_ACK, 1, 2, slice_str("bye"));
    assert_int_equal(state_of(&c), TCP_STATE_TIME_WAIT);
    assert_true(connection_send(&c, false, TCP_ACK, 2, 5, none).ended);
    assert_stream(&c, TO_SERVER, "bye");
    assert_int_equal(tcp_engine_counters(c.engine)->events, 0);
    connection_fini(&c);
}

static void any_queued_syn_and_synack_may_win(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    connection_send(&c, true, TCP_SYN, 0, 0, none);
    connection_send(&c, true, TCP_SYN, 1000, 0, none);
    connection_send(&c, false, TCP_SYN | TCP_ACK, 0, 1001, none);
    for (uint32_t i = 1; i <= 5; i++) {
        connection_send(&c, false, TCP_SYN | TCP_ACK, i * 100, 1001, none);
        assert_false(event(&c, EVENT_STREAM_3WHS_SYNACK_FLOOD));
    }
    connection_send(&c, false, TCP_SYN | TCP_ACK, 900, 1001, none);
    assert_true(event(&c, EVENT_STREAM_3WHS_SYNACK_FLOOD));
    connection_send(&c, true, TCP_ACK, 1001, 901, none);
    assert_true(event(&c, EVENT_STREAM_3WHS_RIGHT_SEQ_WRONG_ACK_EVASION));
    connection_send(&c, true, TCP_ACK, 1001, 301, slice_str("x"));
    assert_int_equal(state_of(&c), TCP_STATE_ESTABLISHED);
    connection_send(&c, false, TCP_ACK, 301, 1002, none);
    assert_stream(&c, TO_SERVER, "x");
    connection_fini(&c);
}

static void a_split_handshake_opens(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    connection_send(&c, true, TCP_SYN, 0, 0, none);
    connection_send(&c, false, TCP_SYN, 0, 0, none);
    connection_send(&c, true, TCP_SYN | TCP_ACK, 0, 7, none);
    assert_true(event(&c, EVENT_STREAM_4WHS_SYNACK_WITH_WRONG_ACK));
    connection_send(&c, true, TCP_SYN | TCP_ACK, 0, 1, none);
    connection_send(&c, false, TCP_ACK, 1, 1, none);
    assert_int_equal(state_of(&c), TCP_STATE_ESTABLISHED);
    connection_send(&c, true, TCP_ACK, 1, 1, slice_str("data"));
    connection_send(&c, false, TCP_ACK, 1, 5, none);
    assert_stream(&c, TO_SERVER, "data");
    connection_fini(&c);
}

static void odd_packets_are_told_and_left_out(void **state)
{
    (void)state;
    static const struct {
        bool from_client;
        uint8_t flags;
        uint32_t sequence, acknowledgment;
        const char *payload;
        enum packet_event event;
    } odd[] = {
        {true, TCP_ACK, 70000, 1, "x", EVENT_STREAM_EST_PACKET_OUT_OF_WINDOW},
        {true, TCP_ACK, 1, 90000, "x", EVENT_STREAM_EST_INVALID_ACK},
        {true, TCP_SYN, 0, 0, "", EVENT_STREAM_EST_SYN_RESEND_DIFF_SEQ},
        {false, TCP_SYN, 0, 0, "", EVENT_STREAM_EST_SYN_TOCLIENT},
        {true, TCP_SYN | TCP_ACK, 0, 1, "", EVENT_STREAM_EST_SYNACK_TOSERVER},
        {false, TCP_SYN | TCP_ACK, 9, 1, "", EVENT_STREAM_EST_SYNACK_RESEND_WITH_DIFF_SEQ},
        {false, TCP_SYN | TCP_ACK, 0, 9, "", EVENT_STREAM_EST_SYNACK_RESEND_WITH_DIFFERENT_ACK},
        {true, TCP_FIN | TCP_ACK, 70000, 1, "", EVENT_STREAM_FIN_OUT_OF_WINDOW},
        {true, TCP_RST | TCP_ACK, 1, 90000, "", EVENT_STREAM_RST_INVALID_ACK},
        {true, TCP_RST | TCP_ACK, 1, 90000, "x", EVENT_STREAM_RST_WITH_DATA},
    };
    struct connection c;
    start(&c);
    connection_open(&c);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct tcp_result result = connection_send(&c, odd[i].from_client, odd[i].flags, odd[i].sequence,
                                                   odd[i].acknowledgment, slice_str(odd[i].payload));
        assert_false(result.accepted);
        assert_false(result.payload_in_stream);
        assert_true(event(&c, odd[i].event));
        assert_int_equal(state_of(&c), TCP_STATE_ESTABLISHED);
    }
    connection_fini(&c);
}

static void a_reset_with_data_is_told_once(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    connection_open(&c);
    connection_send(&c, true, TCP_RST | TCP_ACK, 1, 1, slice_str("bye"));
    assert_true(event(&c, EVENT_STREAM_RST_WITH_DATA));
    assert_int_equal(state_of(&c), TCP_STATE_CLOSED);
    connection_send(&c, true, TCP_RST | TCP_ACK, 4, 1, slice_str("bye"));
    assert_false(event(&c, EVENT_STREAM_RST_WITH_DATA));
    connection_fini(&c);
}

static void a_reset_shows_all_that_came(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    connection_open(&c);
    connection_send(&c, true, TCP_ACK, 1, 1, slice_str("abc"));
    connection_send(&c, true, TCP_ACK, 10, 1, slice_str("xyz"));
    assert_stream(&c, TO_SERVER, "");
    assert_false(connection_send(&c, true, TCP_RST, 5, 0, none).ended);
    assert_true(connection_send(&c, true, TCP_RST, 13, 0, none).ended);
    assert_stream(&c, TO_SERVER, "abcxyz");
    assert_true(c.flow->tcp->streams[TO_SERVER].closed);
    connection_fini(&c);
}

static void a_syn_reopens_what_is_closed(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    connection_open(&c);
    connection_send(&c, true, TCP_SYN, 500, 0, none);
    assert_int_equal(c.ended, 0);
    connection_send(&c, true, TCP_RST, 1, 0, none);
    connection_send(&c, true, TCP_SYN, 0, 0, none); /* the old SYN once more */
    assert_int_equal(c.ended, 0);
    connection_send(&c, true, TCP_SYN, 500, 0, none);
    assert_int_equal(c.ended, 1);
    assert_int_equal(state_of(&c), TCP_STATE_SYN_SENT);
    assert_int_equal(flow_table_counters(c.table)->reused, 1);
    connection_fini(&c);
}

static void stamped(struct connection *c, bool from_client, uint8_t flags, uint32_t sequence, uint32_t stamp,
                    const char *payload)
{
    uint32_t own = from_client ? c->client_isn : c->server_isn;
    uint32_t other = from_client ? c->server_isn : c->client_isn;
    c->last = packet_build_tcp(&c->pair, from_client, flags, own + sequence, flags & TCP_ACK ? other + 1 : 0,
                               slice_str(payload));
    c->last.time_ns = 1;
    c->last.tcp.has_timestamps = true;
    c->last.tcp.timestamp = stamp;
    c->flow = flow_table_packet(c->table, &c->last, &c->direction);
    tcp_packet(c->engine, c->flow, &c->last, &c->direction);
}

static void timestamps_that_go_back_are_refused(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    stamped(&c, true, TCP_SYN, 0, 100, "");
    stamped(&c, false, TCP_SYN | TCP_ACK, 0, 900, "");
    stamped(&c, true, TCP_ACK, 1, 110, "");
    stamped(&c, true, TCP_ACK, 1, 50, "evil");
    assert_true(event(&c, EVENT_STREAM_PKT_INVALID_TIMESTAMP));
    stamped(&c, true, TCP_ACK, 1, 111, "good");
    assert_int_equal(c.last.events.count, 0);
    connection_send(&c, false, TCP_ACK, 1, 5, none);
    assert_stream(&c, TO_SERVER, "good");
    connection_fini(&c);
}

static void without_a_handshake_there_is_no_session(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    assert_false(connection_send(&c, true, TCP_ACK, 1, 1, slice_str("x")).accepted);
    assert_null(c.flow->tcp);
    connection_send(&c, true, TCP_RST, 1, 0, none);
    assert_true(event(&c, EVENT_STREAM_RST_BUT_NO_SESSION));
    connection_send(&c, true, TCP_FIN | TCP_ACK, 1, 1, none);
    assert_true(event(&c, EVENT_STREAM_FIN_BUT_NO_SESSION));
    connection_fini(&c);
}

static void urgent(struct connection *c, uint32_t sequence, const char *payload, uint16_t pointer)
{
    c->last = packet_build_tcp(&c->pair, true, TCP_ACK | TCP_URG, c->client_isn + sequence, c->server_isn + 1,
                               slice_str(payload));
    c->last.time_ns = 1;
    c->last.tcp.urgent = pointer;
    c->flow = flow_table_packet(c->table, &c->last, &c->direction);
    tcp_packet(c->engine, c->flow, &c->last, &c->direction);
}

static void urgent_bytes_follow_the_policy(void **state)
{
    (void)state;
    static const char *const expected[] = {[TCP_URGENT_OUT_OF_BAND] = "abcdefghi",
                                           [TCP_URGENT_INLINE] = "abcXdefYghi",
                                           [TCP_URGENT_DROP] = "abcXdefYghi",
                                           [TCP_URGENT_GAP] = "abcdefghi"};
    for (int policy = TCP_URGENT_OUT_OF_BAND; policy <= TCP_URGENT_GAP; policy++) {
        struct tcp_config config = {.urgent = (enum tcp_urgent)policy};
        struct connection c;
        connection_init(&c, &config);
        connection_open(&c);
        connection_send(&c, true, TCP_ACK, 1, 1, slice_str("abc"));
        urgent(&c, 4, "X", 1);
        urgent(&c, 4, "X", 1); /* again: counted once */
        connection_send(&c, true, TCP_ACK, 5, 1, slice_str("def"));
        urgent(&c, 8, "Y", 1);
        connection_send(&c, true, TCP_ACK, 9, 1, slice_str("ghi"));
        connection_send(&c, false, TCP_ACK, 1, 12, none);
        assert_stream(&c, TO_SERVER, expected[policy]);
        assert_int_equal(c.flow->tcp->streams[TO_SERVER].has_gap, policy == TCP_URGENT_GAP);
        connection_fini(&c);
    }
}

static void midstream_is_picked_up_when_asked(void **state)
{
    (void)state;
    struct tcp_config config = {.midstream = true};
    struct connection c;
    connection_init(&c, &config);
    connection_send(&c, true, TCP_ACK, 100, 1, slice_str("abc"));
    assert_int_equal(state_of(&c), TCP_STATE_ESTABLISHED);
    connection_send(&c, false, TCP_ACK, 1, 103, slice_str("xyz"));
    assert_stream(&c, TO_SERVER, "abc");
    c.pair.client_port++;
    connection_send(&c, false, TCP_SYN | TCP_ACK, 0, 1, none); /* the server speaks first */
    assert_int_equal(c.direction, TO_CLIENT);
    assert_true(c.flow->flags & FLOW_SWAPPED);
    assert_int_equal(c.flow->client_port, c.pair.client_port);
    connection_send(&c, true, TCP_ACK, 1, 1, slice_str("hi"));
    connection_send(&c, false, TCP_ACK, 1, 3, none);
    assert_stream(&c, TO_SERVER, "hi");
    connection_fini(&c);
}

static void one_side_is_enough_when_asked(void **state)
{
    (void)state;
    struct tcp_config config = {.async = true};
    struct connection c;
    connection_init(&c, &config);
    connection_send(&c, true, TCP_SYN, 0, 0, none);
    connection_send(&c, true, TCP_ACK, 1, 1, slice_str("abc"));
    connection_send(&c, true, TCP_ACK, 4, 77, slice_str("def"));
    assert_stream(&c, TO_SERVER, "abcdef");
    connection_fini(&c);
}

static void resets_are_believed_by_host(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        bool in_window, beyond;
    } hosts[] = {
        {"windows", false, false}, {"bsd", false, false}, {"linux", true, true}, {"hpux11", false, true}};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        for (int beyond = 0; beyond < 2; beyond++) {
            struct host_policies *policies = host_policies_new();
            struct err err;
            assert_int_equal(host_policies_add(policies, hosts[i].policy, "0.0.0.0/0", &err), 0);
            struct tcp_config config = {.hosts = policies};
            struct connection c;
            connection_init(&c, &config);
            connection_open(&c);
            connection_send(&c, true, TCP_ACK, 1, 1, slice_str("hello"));
            struct tcp_result result = connection_send(&c, true, TCP_RST, beyond ? 16 : 3, 0, none);
            assert_int_equal(result.ended, beyond ? hosts[i].beyond : hosts[i].in_window);
            connection_fini(&c);
            host_policies_free(policies);
        }
    }
}

static void sessions_are_capped(void **state)
{
    (void)state;
    struct tcp_config config = {.most_sessions = 2};
    struct connection c;
    connection_init(&c, &config);
    for (uint16_t port = 1; port <= 5; port++) {
        c.pair.client_port = port;
        connection_open(&c);
    }
    assert_null(c.flow->tcp);
    assert_true(tcp_engine_counters(c.engine)->sessions_refused >= 3);
    connection_fini(&c);
}

static void bytes_far_ahead_blind_nobody(void **state)
{
    (void)state;
    enum { CONNECTIONS = 10000 };
    struct tcp_config config = {.memory = 8 << 20};
    struct connection c;
    connection_init(&c, &config);
    for (uint16_t port = 1; port <= CONNECTIONS; port++) {
        c.pair.client_port = port;
        connection_open(&c);
        connection_send(&c, true, TCP_ACK, 60000, 1, slice_str("x"));
    }
    assert_int_equal(tcp_engine_counters(c.engine)->memory_full, 0);
    assert_true(tcp_engine_memory(c.engine) < CONNECTIONS * 512);
    c.pair.client_port = CONNECTIONS + 1;
    connection_open(&c);
    connection_send(&c, true, TCP_ACK, 1, 1, slice_str("honest"));
    connection_send(&c, false, TCP_ACK, 1, 7, none);
    assert_stream(&c, TO_SERVER, "honest");
    connection_fini(&c);
}

/* Nobody in the middle knows whether a signed reset was believed: what its sender does next tells. */
static void a_signed_reset_is_disproved_by_its_sender(void **state)
{
    (void)state;
    for (int signed_ = 0; signed_ < 2; signed_++) {
        struct connection c;
        start(&c);
        connection_open(&c);
        struct packet reset =
            packet_build_tcp(&c.pair, true, TCP_RST | TCP_ACK, c.client_isn + 1, c.server_isn + 1, none);
        reset.tcp.has_md5 = signed_;
        reset.time_ns = c.time_ns;
        enum direction direction = TO_SERVER;
        assert_true(tcp_packet(c.engine, c.flow, &reset, &direction).ended);
        assert_int_equal(state_of(&c), TCP_STATE_CLOSED);
        connection_send(&c, false, TCP_ACK, 1, 1, none);
        assert_int_equal(state_of(&c), TCP_STATE_CLOSED);
        connection_send(&c, true, TCP_ACK, 1, 1, slice_str("alive"));
        assert_int_equal(event(&c, EVENT_STREAM_SUSPECTED_RST_INJECT), signed_);
        assert_int_equal(state_of(&c), signed_ ? TCP_STATE_ESTABLISHED : TCP_STATE_CLOSED);
        connection_send(&c, false, TCP_ACK, 1, 6, none);
        assert_stream(&c, TO_SERVER, signed_ ? "alive" : "");
        connection_fini(&c);
    }
}

static void a_fin_with_data_again_is_a_retransmission(void **state)
{
    (void)state;
    struct connection c;
    start(&c);
    connection_open(&c);
    connection_send(&c, true, TCP_FIN | TCP_ACK, 1, 1, slice_str("bye"));
    assert_false(event(&c, EVENT_STREAM_PKT_RETRANSMISSION));
    connection_send(&c, true, TCP_FIN | TCP_ACK, 1, 1, slice_str("bye"));
    assert_true(event(&c, EVENT_STREAM_PKT_RETRANSMISSION));
    connection_send(&c, false, TCP_ACK, 1, 5, none);
    connection_send(&c, true, TCP_FIN | TCP_ACK, 1, 1, slice_str("bye"));
    assert_true(event(&c, EVENT_STREAM_PKT_RETRANSMISSION));
    assert_false(event(&c, EVENT_STREAM_CLOSEWAIT_FIN_OUT_OF_WINDOW));
    connection_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_packets_open_and_four_close),
        cmocka_unit_test(the_server_may_close_first),
        cmocka_unit_test(any_queued_syn_and_synack_may_win),
        cmocka_unit_test(a_split_handshake_opens),
        cmocka_unit_test(odd_packets_are_told_and_left_out),
        cmocka_unit_test(a_reset_with_data_is_told_once),
        cmocka_unit_test(a_reset_shows_all_that_came),
        cmocka_unit_test(a_syn_reopens_what_is_closed),
        cmocka_unit_test(timestamps_that_go_back_are_refused),
        cmocka_unit_test(without_a_handshake_there_is_no_session),
        cmocka_unit_test(urgent_bytes_follow_the_policy),
        cmocka_unit_test(midstream_is_picked_up_when_asked),
        cmocka_unit_test(one_side_is_enough_when_asked),
        cmocka_unit_test(resets_are_believed_by_host),
        cmocka_unit_test(sessions_are_capped),
        cmocka_unit_test(bytes_far_ahead_blind_nobody),
        cmocka_unit_test(a_signed_reset_is_disproved_by_its_sender),
        cmocka_unit_test(a_fin_with_data_again_is_a_retransmission),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
