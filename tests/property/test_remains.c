/*
 * A connection that is over, whose session was given up for its remains after each packet, makes of any later
 * packet what the session would have made of it: whether it is refused, its events, the sizes that rules ask
 * for, whether it opens the next connection.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/tcp_remains.h"
#include "support/connection.h"

enum { ROUNDS = 1000, PACKETS = 60 };

struct step {
    bool from_client;
    uint8_t flags;
    uint32_t sequence, acknowledgment, length;
};

static uint32_t near(uint64_t *random, uint32_t most)
{
    return test_random(random) % 4 ? test_random(random) % (most + 4) : test_random(random) % 8 - 4;
}

static struct step any_step(uint64_t *random, const uint32_t sent[2])
{
    static const uint8_t flags[] = {
        TCP_ACK, TCP_ACK, TCP_ACK | TCP_PSH, TCP_FIN | TCP_ACK, TCP_FIN | TCP_ACK, TCP_RST | TCP_ACK,
        TCP_RST, TCP_SYN, TCP_SYN | TCP_ACK, TCP_FIN,           TCP_PSH | TCP_ACK, 0};
    bool from_client = test_random(random) % 2;
    uint8_t these = flags[test_random(random) % sizeof flags];
    if (these == TCP_SYN && test_random(random) % 8) /* it begins anew */
        these = TCP_ACK;
    return (struct step){
        .from_client = from_client,
        .flags = these,
        .sequence = test_random(random) % 2 ? sent[!from_client] : near(random, sent[!from_client]),
        .acknowledgment = test_random(random) % 2 ? sent[from_client] : near(random, sent[from_client]),
        .length = test_random(random) % 3 ? 0 : test_random(random) % 30,
    };
}

static struct tcp_result send(struct connection *c, const struct step *step)
{
    static const uint8_t bytes[32] = "what comes is not looked at here";
    return connection_send(c, step->from_client, step->flags, step->sequence, step->acknowledgment,
                           slice_of(bytes, step->length));
}

static void same_stream(const struct stream *kept, const struct stream *woken)
{
    assert_int_equal(kept->inspectable, woken->inspectable);
    assert_int_equal(kept->has_gap, woken->has_gap);
    assert_int_equal(kept->depth, woken->depth);
    assert_int_equal(kept->depth_reached, woken->depth_reached);
    assert_int_equal(kept->finished, woken->finished);
    assert_int_equal(kept->closed, woken->closed);
    assert_int_equal(kept->stopped, woken->stopped);
}

static void same_session(struct connection *kept, struct connection *left)
{
    struct tcp_session *a = kept->flow->tcp, *b = left->flow->tcp;
    assert_int_equal(a == NULL, b == NULL);
    if (!a)
        return;
    assert_int_equal(a->state, b->state);
    assert_int_equal(tcp_session_is_over(a), tcp_session_is_over(b));
    for (int d = 0; d < DIRECTIONS; d++)
        assert_int_equal(tcp_stream_size(a, (enum direction)d), tcp_stream_size(b, (enum direction)d));
    for (int d = 0; d < DIRECTIONS && tcp_session_is_over(a); d++)
        same_stream(&a->streams[d], &b->streams[d]);
}

static void same_result(struct connection *kept, struct connection *left, const struct step *step)
{
    struct tcp_result a = send(kept, step), b = send(left, step);
    assert_int_equal(a.accepted, b.accepted);
    assert_int_equal(a.payload_in_stream, b.payload_in_stream);
    assert_int_equal(a.refused, b.refused);
    assert_int_equal(a.ended, b.ended);
    assert_int_equal(kept->ended, left->ended);
    assert_int_equal(kept->direction, left->direction);
    const struct packet_events *events = &kept->last.events;
    assert_int_equal(events->count, left->last.events.count);
    for (unsigned i = 0; i < events->count; i++)
        assert_int_equal(events->list[i], left->last.events.list[i]);
    same_session(kept, left);
}

/* As the inspector does when nothing is left to be looked at. */
static bool rest(struct connection *c, bool leave)
{
    struct tcp_session *session = c->flow->tcp;
    if (!session || !tcp_session_is_over(session))
        return false;
    stream_stop(&session->streams[TO_SERVER]);
    stream_stop(&session->streams[TO_CLIENT]);
    if (leave)
        tcp_remains_leave(c->engine, c->flow);
    return true;
}

static unsigned one_round(uint64_t *random)
{
    unsigned rests = 0;
    struct tcp_config config = {.depth = test_random(random) % 4 ? 0 : 20};
    struct connection kept, left;
    connection_init(&kept, &config);
    connection_init(&left, &config);
    connection_open(&kept);
    connection_open(&left);
    uint32_t sent[2] = {1, 1};
    for (int i = 0; i < PACKETS; i++) {
        struct step step = any_step(random, sent);
        same_result(&kept, &left, &step);
        uint32_t end = step.sequence + step.length + ((step.flags & TCP_FIN) != 0);
        if (step.sequence == sent[!step.from_client])
            sent[!step.from_client] = end;
        bool rested = rest(&kept, false);
        assert_int_equal(rest(&left, true), rested);
        assert_int_equal((left.flow->flags & FLOW_REMAINS) != 0, rested);
        rests += rested;
    }
    connection_fini(&kept);
    connection_fini(&left);
    return rests;
}

static void remains_refuse_what_the_session_refused(void **state)
{
    (void)state;
    uint64_t random = 9;
    unsigned rests = 0;
    for (int i = 0; i < ROUNDS; i++)
        rests += one_round(&random);
    assert_in_range(rests, ROUNDS * PACKETS / 4, ROUNDS * PACKETS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remains_refuse_what_the_session_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
