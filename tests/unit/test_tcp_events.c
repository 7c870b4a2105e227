/*
 * Conversations as text, and the stream events that Suricata 8.0.8 raised on each of their packets: "> " the
 * client's, flags, sequence and acknowledgment numbers relative to the SYNs, payload, then the events.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/connection.h"

enum { STEPS = 12, WORDS = 8, WORD = 48 };

static const struct conversation {
    const char *name;
    const char *steps[STEPS];
} conversations[] = {
    {"a keep-alive without its byte, the acknowledgment new",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<PA 1 1 hello", ">A 0 6", "<PA 6 1 more"}},
    {"a keep-alive with an old acknowledgment",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<PA 1 1 hello", ">A 1 6", ">PA 1 6 abcd", "<A 6 5", ">A 4 1"}},
    {"sent again after it was acknowledged: whole, in part, its end",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">PA 1 1 abcdefghij", ">PA 11 1 klmnopqrst", "<A 1 21",
      ">PA 1 1 abcdefghij !est_pkt_before_last_ack !pkt_spurious_retransmission",
      ">PA 15 1 opqrst !pkt_spurious_retransmission",
      ">PA 1 1 abcd !est_pkt_before_last_ack !pkt_spurious_retransmission",
      ">A 0 1 x !pkt_spurious_retransmission"}},
    {"an acknowledgment ahead of what it acknowledges",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<A 1 101", ">PA 1 1 abcdef !pkt_spurious_retransmission", "<A 1 101",
      ">PA 7 1 ghi !pkt_spurious_retransmission"}},
    {"a stream without its head",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<PA 7 1 abcdefghijklmnopqrst", ">PA 1 27 abc !reassembly_seq_gap",
      ">A 4 27 !reassembly_seq_gap", "<A 27 4", ">A 4 27 !reassembly_seq_gap"}},
    {"a hole in the middle",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">PA 1 1 abcdef", "<A 1 7", ">PA 17 1 abc", "<A 1 20", "<A 1 20"}},
    {"a stream without its head, closed",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">PA 7 1 abc", "<A 1 10 !reassembly_seq_gap",
      ">FA 10 1 !reassembly_seq_gap", "<A 1 11 !reassembly_seq_gap", "<FA 1 11 !reassembly_seq_gap",
      ">A 11 2 !reassembly_seq_gap"}},
    {"an old acknowledgment, bare and with data",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<A 1 -90001", ">PA 1 -90001 abc !est_invalid_ack !pkt_invalid_ack",
      ">PA 1 -100 abc"}},
    {"data behind a FIN",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">PA 1 1 abcdef", ">FA 7 1", ">PA 8 1 ghi", "<A 1 11", "<FA 1 11",
      ">A 11 2"}},
    {"data in the place of a FIN",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">PA 1 1 abcdef", ">FA 7 1", ">PA 7 1 ghi", "<A 1 10", "<FA 1 10",
      ">A 10 2"}},
    {"a FIN again, before its acknowledgment and after",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">PA 1 1 abcdef", ">FA 7 1", ">FA 7 1", "<A 1 8",
      ">FA 7 1 !closewait_fin_out_of_window", "<FA 1 8", ">A 8 2"}},
    {"a FIN in the middle of what was sent",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">FA 1 1", "<PA 1 2 abcdef", "<FA 1 2 !closewait_fin_out_of_window"}},
    {"the server first, the FINs cross",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<FA 1 1", ">FA 1 1", "<A 2 2", ">FA 1 2", ">A 2 2"}},
    {"the client first, its FIN again in LAST_ACK",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">FA 1 1", "<FA 1 2", ">FA 1 1", ">A 1 1",
      ">A 50 2 !lastack_ack_wrong_seq"}},
    {"far ahead in FIN_WAIT",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<FA 1 1", ">A 70000 1", ">A 70000 2 !fin1_ack_wrong_seq", ">A 1 2",
      ">A 70000 2 !fin2_ack_wrong_seq", ">FA 70000 2 !fin2_fin_wrong_seq"}},
    {"a SYN/ACK again, before the server has spoken",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">PA 1 1 abc", ">PA 4 1 def", "<SA 0 1", "<A 1 7",
      "<SA 0 7 !est_synack_resend"}},
    {"SYNs again do not count",
     {">S 0 -", "<SA 0 1", ">A 1 1", ">S 0 - !est_syn_resend_diff_seq", "<SA 0 1", "<SA 0 1"}},
    {"a SYN with a FIN takes no place",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<SF 1 -", "<PA 1 1 abcdef", ">A 1 7"}},
    {"a reset of a SYN has no sequence number",
     {">S 0 -", "<RA 1 1", "<SA 0 1", ">A 1 1", ">PA 1 1 abc", "<A 1 4"}},
    {"a reset of a SYN", {">S 0 -", "<RA -5000 1", "<SA 0 1 !suspected_rst_inject"}},
    {"a reset that does not count the FIN before it",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<FA 1 1", ">PA 1 1 abc", "<R 1 -", ">S 0 - !shutdown_syn_resend"}},
    {"a reset that counts the FIN before it",
     {">S 0 -", "<SA 0 1", ">A 1 1", "<FA 1 1", ">PA 1 2 abc", "<R 2 -", ">PA 4 2 abc"}},
};

static uint8_t flags_of(const char *letters)
{
    uint8_t flags = 0;
    for (; *letters; letters++)
        flags |= *letters == 'S'   ? TCP_SYN
                 : *letters == 'A' ? TCP_ACK
                 : *letters == 'F' ? TCP_FIN
                 : *letters == 'R' ? TCP_RST
                                   : TCP_PSH;
    return flags;
}

static unsigned split(const char *step, char words[WORDS][WORD])
{
    unsigned count = 0;
    int read = 0;
    for (; count < WORDS && sscanf(step, "%47s%n", words[count], &read) == 1; step += read)
        count++;
    return count;
}

static void send_step(struct connection *c, const struct conversation *conversation, const char *step)
{
    char words[WORDS][WORD];
    unsigned count = split(step, words), at = 3;
    assert_true(count >= 3);
    struct slice payload = {0};
    if (count > at && words[at][0] != '!')
        payload = slice_str(words[at++]);
    connection_send(c, words[0][0] == '>', flags_of(words[0] + 1), (uint32_t)strtol(words[1], NULL, 10),
                    (uint32_t)strtol(words[2], NULL, 10), payload);
    bool same = c->last.events.count == count - at;
    for (unsigned i = at; i < count && same; i++) {
        char name[WORD + 8];
        snprintf(name, sizeof name, "stream.%s", words[i] + 1);
        same = packet_event_has(&c->last.events, packet_event_by_name(slice_str(name)));
    }
    if (!same) {
        for (unsigned i = 0; i < c->last.events.count; i++)
            print_error("%s\n", packet_event_name(c->last.events.list[i]));
        fail_msg("%s: %s", conversation->name, step);
    }
}

static void each_packet_has_suricatas_events(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof conversations / sizeof *conversations; i++) {
        struct connection c;
        connection_init(&c, &(struct tcp_config){0});
        for (unsigned s = 0; s < STEPS && conversations[i].steps[s]; s++)
            send_step(&c, &conversations[i], conversations[i].steps[s]);
        connection_fini(&c);
    }
}

static size_t read_client(const struct connection *c, char *out, size_t room)
{
    return connection_read(c, TO_SERVER, (uint8_t *)out, room);
}

/* The acknowledgment was captured before the data. */
static void what_is_acknowledged_early_is_no_gap(void **state)
{
    (void)state;
    struct connection c;
    char got[64];
    connection_init(&c, &(struct tcp_config){0});
    connection_open(&c);
    connection_send(&c, false, TCP_ACK, 1, 7, (struct slice){0});
    struct tcp_result result = connection_send(&c, true, TCP_ACK, 1, 1, slice_str("secret"));
    assert_true(result.accepted && result.payload_in_stream);
    connection_send(&c, false, TCP_ACK, 1, 7, (struct slice){0});
    assert_int_equal(read_client(&c, got, sizeof got), 6);
    assert_memory_equal(got, "secret", 6);
    assert_int_equal(tcp_engine_counters(c.engine)->gaps, 0);
    connection_fini(&c);
}

/* A FIN that its receiver did not get must not hide what follows. */
static void data_behind_a_fin_is_inspected(void **state)
{
    (void)state;
    struct connection c;
    char got[64];
    connection_init(&c, &(struct tcp_config){0});
    connection_open(&c);
    connection_send(&c, true, TCP_ACK, 1, 1, slice_str("open "));
    connection_send(&c, true, TCP_FIN | TCP_ACK, 6, 1, (struct slice){0});
    connection_send(&c, true, TCP_ACK, 6, 1, slice_str("sesame"));
    connection_send(&c, false, TCP_ACK, 1, 12, (struct slice){0});
    assert_int_equal(read_client(&c, got, sizeof got), 11);
    assert_memory_equal(got, "open sesame", 11);
    connection_fini(&c);
}

static void stamped(struct connection *c, bool from_client, uint8_t flags, uint32_t sequence, uint32_t stamp,
                    uint32_t echo)
{
    uint32_t own = from_client ? c->client_isn : c->server_isn;
    uint32_t other = from_client ? c->server_isn : c->client_isn;
    c->last = packet_build_tcp(&c->pair, from_client, flags, own + sequence, flags & TCP_ACK ? other + 1 : 0,
                               flags & TCP_SYN ? (struct slice){0} : slice_str("abc"));
    c->last.time_ns = 1;
    c->last.tcp.has_timestamps = true;
    c->last.tcp.timestamp = stamp;
    c->last.tcp.timestamp_echo = echo;
    c->flow = flow_table_packet(c->table, &c->last, &c->direction);
    tcp_packet(c->engine, c->flow, &c->last, &c->direction);
}

static bool stamp_refused(const struct connection *c)
{
    return packet_event_has(&c->last.events, EVENT_STREAM_PKT_INVALID_TIMESTAMP);
}

/* RFC 7323, 4.3: only what the receiver waits for brings the timestamp to remember. */
static void a_stamp_from_ahead_refuses_nobody(void **state)
{
    (void)state;
    struct connection c;
    connection_init(&c, &(struct tcp_config){0});
    stamped(&c, true, TCP_SYN, 0, 100, 0);
    stamped(&c, false, TCP_SYN | TCP_ACK, 0, 500, 100);
    stamped(&c, true, TCP_ACK, 50, 120, 500);
    stamped(&c, true, TCP_ACK, 50, 120, 500);
    stamped(&c, true, TCP_ACK, 1, 110, 500);
    assert_false(stamp_refused(&c));
    stamped(&c, true, TCP_ACK, 4, 115, 500);
    assert_false(stamp_refused(&c));
    stamped(&c, true, TCP_ACK, 7, 108, 500);
    assert_true(stamp_refused(&c));
    connection_fini(&c);
}

/* A bare acknowledgment where the next byte would be brings nothing that an old stamp could spoil. */
static void a_bare_acknowledgment_may_be_old(void **state)
{
    (void)state;
    struct connection c;
    connection_init(&c, &(struct tcp_config){0});
    stamped(&c, true, TCP_SYN, 0, 100, 0);
    stamped(&c, false, TCP_SYN | TCP_ACK, 0, 500, 100);
    stamped(&c, true, TCP_ACK, 1, 110, 500);
    c.last = packet_build_tcp(&c.pair, true, TCP_ACK, c.client_isn + 4, c.server_isn + 1, (struct slice){0});
    c.last.tcp.has_timestamps = true;
    c.last.tcp.timestamp = 50;
    tcp_packet(c.engine, c.flow, &c.last, &c.direction);
    assert_false(stamp_refused(&c));
    stamped(&c, true, TCP_ACK, 4, 50, 500);
    assert_true(stamp_refused(&c));
    connection_fini(&c);
}

static void before_the_handshake_a_stamp_echoes_the_syn(void **state)
{
    (void)state;
    struct connection c;
    connection_init(&c, &(struct tcp_config){0});
    stamped(&c, true, TCP_SYN, 0, 100, 0);
    stamped(&c, false, TCP_ACK, 1, 500, 100);
    assert_false(stamp_refused(&c));
    stamped(&c, false, TCP_ACK, 1, 500, 99);
    assert_true(stamp_refused(&c));
    stamped(&c, false, TCP_SYN | TCP_ACK, 0, 500, 99);
    assert_false(stamp_refused(&c));
    connection_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_packet_has_suricatas_events),
        cmocka_unit_test(what_is_acknowledged_early_is_no_gap),
        cmocka_unit_test(data_behind_a_fin_is_inspected),
        cmocka_unit_test(a_stamp_from_ahead_refuses_nobody),
        cmocka_unit_test(a_bare_acknowledgment_may_be_old),
        cmocka_unit_test(before_the_handshake_a_stamp_echoes_the_syn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
