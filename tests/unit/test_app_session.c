/* How a parser is fed: pieces, what it asks to wait for, gaps, ends, caps, a change of protocol. The parser
 * is a toy: each line is a transaction. */
#include "support/check.h"

#include <errno.h>
#include <stdio.h>

#include "app/parser_list.h"
#include "app/engine_private.h"
#include "support/connection.h"

enum { TEXT = 64 };

struct toy_tx {
    struct app_tx tx;
    char text[TEXT];
};

struct toy {
    unsigned calls, gaps, ends, freed;
    uint64_t gap_bytes;
    size_t need;
    char lost[TEXT]; /* what came with `last` and was no line */
};

static struct toy seen;

static enum parse_status toy_parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    seen.calls++;
    const uint8_t *end = memchr(in->bytes.p, '\n', in->bytes.n);
    if (!end) {
        if (in->last)
            snprintf(seen.lost, sizeof seen.lost, "%.*s", (int)in->bytes.n, (const char *)in->bytes.p);
        taken->need = seen.need ? seen.need : in->bytes.n + 1;
        return PARSE_OK;
    }
    size_t n = (size_t)(end - in->bytes.p);
    struct slice line = slice_first(in->bytes, n);
    taken->bytes = n + 1;
    if (slice_equal(line, slice_str("bad")))
        return PARSE_BAD;
    if (slice_equal(line, slice_str("done")))
        return PARSE_DONE;
    if (slice_equal(line, slice_str("dns")))
        app_change_protocol(s, APP_DNS);
    if (slice_equal(line, slice_str("dns")))
        assert_int_equal(app_hand_on(s, slice_str("left")), 0);
    if (slice_equal(line, slice_str("open")))
        app_change_protocol(s, APP_UNKNOWN);
    struct toy_tx *tx = (struct toy_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_BAD;
    snprintf(tx->text, sizeof tx->text, "%.*s", (int)n, (const char *)line.p);
    app_tx_one_sided(s, &tx->tx, in->direction);
    if (!slice_equal(line, slice_str("half")))
        app_tx_complete(s, &tx->tx, in->direction);
    return PARSE_OK;
}

static enum parse_status toy_gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    (void)s;
    (void)direction;
    seen.gaps++;
    seen.gap_bytes += bytes;
    return PARSE_OK;
}

static void toy_end(struct app_session *s, enum direction direction)
{
    (void)s;
    (void)direction;
    seen.ends++;
}

static void toy_free(struct app_session *s, struct app_tx *tx)
{
    (void)s;
    (void)tx;
    seen.freed++;
}

static enum buffer_answer toy_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                     enum buffer_id id, unsigned index, struct view_buffer *out)
{
    (void)s;
    (void)direction;
    if (id != BUFFER_DNS_QUERY || index)
        return BUFFER_NONE;
    *out = (struct view_buffer){.bytes = slice_str(((struct toy_tx *)tx)->text)};
    return BUFFER_HERE;
}

static const struct app_parser toy_parser = {
    .proto = APP_DNS, /* any that has buffers */
    .tx_size = sizeof(struct toy_tx),
    .most_alive = 4,
    .parse = toy_parse,
    .gap = toy_gap,
    .end = toy_end,
    .tx_free = toy_free,
    .buffer = toy_buffer,
};

struct fixture {
    struct connection c;
    struct app_engine *engine;
    struct app_session *session;
    uint32_t sent; /* bytes of the client, SYN included */
};

static void begin(struct fixture *f)
{
    seen = (struct toy){0};
    struct tcp_config tcp = {0};
    connection_init(&f->c, &tcp);
    connection_open(&f->c);
    struct app_config config = {0};
    struct app_hooks hooks = {0};
    f->engine = app_engine_new(&config, &hooks);
    assert_non_null(f->engine);
    f->c.flow->app = f->c.flow->app_direction[TO_SERVER] = f->c.flow->app_direction[TO_CLIENT] = APP_DNS;
    f->session = app_session_open(f->engine, f->c.flow, &toy_parser);
    assert_non_null(f->session);
    f->sent = 1;
}

static void finish(struct fixture *f)
{
    app_session_end(f->engine, f->c.flow);
    app_engine_free(f->engine);
    connection_fini(&f->c);
}

static enum app_parsed parse(struct fixture *f)
{
    return app_parse_streams(f->engine, f->c.flow, f->c.time_ns, false);
}

/* One segment, acknowledged, and parsed. */
static void says(struct fixture *f, const char *text)
{
    connection_send(&f->c, true, TCP_ACK | TCP_PSH, f->sent, 1, slice_str(text));
    f->sent += (uint32_t)strlen(text);
    connection_send(&f->c, false, TCP_ACK, 1, f->sent, slice_of(NULL, 0));
    parse(f);
}

static void look(struct app_session *s, enum direction direction)
{
    app_seen(s, direction);
    app_inspected(s, direction);
}

static const char *text_of(const struct app_tx *tx)
{
    return ((const struct toy_tx *)tx)->text;
}

static void test_any_cutting_gives_the_same_transactions(void **state)
{
    (void)state;
    const char *all = "one\ntwo\n\nfour\n";
    for (size_t cut = 1; cut <= strlen(all); cut++) {
        struct fixture f;
        begin(&f);
        for (size_t at = 0; at < strlen(all); at += cut) {
            char piece[TEXT];
            snprintf(piece, sizeof piece, "%.*s", (int)cut, all + at);
            says(&f, piece);
        }
        static const char *const want[] = {"one", "two", "", "four"};
        struct app_tx *tx = f.session->first;
        for (unsigned i = 0; i < 4; i++, tx = tx->next) {
            assert_non_null(tx);
            assert_string_equal(text_of(tx), want[i]);
            assert_int_equal(tx->id, i);
        }
        assert_null(tx);
        assert_int_equal(f.session->sides[TO_SERVER].taken, strlen(all));
        finish(&f);
    }
    assert_int_equal(seen.freed, 4);
}

static void test_waits_for_what_it_needs(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    seen.need = 4;
    says(&f, "a");
    assert_int_equal(seen.calls, 1);
    says(&f, "b");
    says(&f, "c");
    assert_int_equal(seen.calls, 1);
    says(&f, "d");
    assert_int_equal(seen.calls, 2);
    finish(&f);
}

static void test_gap(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    says(&f, "one\nhal");
    f.sent += 10; /* never seen, and yet acknowledged */
    says(&f, "f\ntwo\n");
    assert_int_equal(seen.gaps, 1);
    assert_int_equal(seen.gap_bytes, 10);
    assert_string_equal(seen.lost, "hal");
    assert_string_equal(text_of(f.session->first->next), "f");
    assert_string_equal(text_of(f.session->last), "two");
    assert_int_equal(app_engine_counters(f.engine)->gaps, 1);
    finish(&f);
}

static void test_end_is_told_once(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    says(&f, "one\nrest");
    connection_send(&f.c, true, TCP_ACK | TCP_FIN, f.sent, 1, slice_of(NULL, 0));
    connection_send(&f.c, false, TCP_ACK, 1, f.sent + 1, slice_of(NULL, 0));
    parse(&f);
    parse(&f);
    assert_string_equal(seen.lost, "rest");
    assert_int_equal(seen.ends, 1);
    assert_true(f.session->sides[TO_SERVER].ended);
    assert_int_equal(app_keeps_from(f.c.flow, TO_SERVER), UINT64_MAX);
    assert_int_equal(app_keeps_from(f.c.flow, TO_CLIENT), 0);
    finish(&f);
}

static void test_bad_and_done(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    says(&f, "half\nbad\nmore\n");
    assert_int_equal(app_engine_counters(f.engine)->parse_errors, 1);
    assert_true(f.session->first->complete[TO_SERVER]);
    assert_ptr_equal(f.session->first, f.session->last);
    finish(&f);
    begin(&f);
    says(&f, "one\ndone\nmore\n");
    assert_true(f.session->bypass);
    assert_int_equal(app_engine_counters(f.engine)->parse_errors, 0);
    assert_int_equal(f.session->alive, 1);
    finish(&f);
}

static void test_transactions_are_freed_when_both_sides_are_seen(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    says(&f, "one\nhalf\n");
    assert_int_equal(f.session->alive, 2);
    assert_true(f.session->sides[TO_SERVER].changed);
    assert_false(f.session->sides[TO_CLIENT].changed);
    look(f.session, TO_CLIENT);
    assert_int_equal(f.session->alive, 2);
    look(f.session, TO_SERVER);
    assert_int_equal(f.session->alive, 1);
    app_complete_all(f.session);
    look(f.session, TO_SERVER);
    assert_int_equal(f.session->alive, 0);
    assert_int_equal(seen.freed, 2);
    finish(&f);
}

static void test_cap_of_transactions(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const struct app_counters *counters = app_engine_counters(f.engine);
    for (int i = 0; i < 100; i++) {
        says(&f, "half\n");
        while (app_full(f.session)) {
            app_looked(f.session);
            parse(&f);
        }
        assert_in_range(f.session->alive, 1, 8);
        assert_int_equal(counters->transactions, i + 1);
        assert_false(f.session->last->complete[TO_SERVER]);
    }
    assert_in_range(counters->transactions_forced, 90, 96);
    assert_in_range(counters->looks, 10, 100);
    assert_int_equal(counters->transactions_lost, 0);
    finish(&f);
}

/* As many as come at once: the parser stops where the rules are to look, and goes on with the same bytes. */
static void test_looks_before_the_cap(void **state)
{
    (void)state;
    struct fixture f;
    char text[200 * sizeof "half"];
    begin(&f);
    for (int i = 0; i < 200; i++)
        memcpy(text + i * 5, "half\n", 5);
    connection_send(&f.c, true, TCP_ACK | TCP_PSH, f.sent, 1, slice_of((const uint8_t *)text, sizeof text));
    f.sent += sizeof text;
    connection_send(&f.c, false, TCP_ACK, 1, f.sent, slice_of(NULL, 0));
    uint64_t parsed = 0;
    enum app_parsed said;
    while ((said = parse(&f)) == APP_LOOK) {
        uint64_t now = app_engine_counters(f.engine)->transactions;
        assert_in_range(now - parsed, 1, 8);
        parsed = now;
        app_looked(f.session);
    }
    assert_int_equal(said, APP_PARSED);
    assert_int_equal(app_engine_counters(f.engine)->transactions, 200);
    assert_int_equal(app_engine_counters(f.engine)->transactions_lost, 0);
    finish(&f);
}

static void test_events(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    says(&f, "half\n");
    struct app_tx *tx = f.session->first;
    struct view_buffer out;
    enum app_event event = APP_EVENT_DNS_MALFORMED_DATA;
    assert_int_equal(app_buffer(f.session, tx, TO_SERVER, BUFFER_APP_EVENT, 0, &out), BUFFER_LATER);
    app_tx_event(f.session, tx, TO_SERVER, event);
    app_tx_event(f.session, tx, TO_SERVER, event);
    assert_int_equal(tx->event_count, 1);
    assert_int_equal(app_buffer(f.session, tx, TO_SERVER, BUFFER_APP_EVENT, 0, &out), BUFFER_HERE);
    assert_int_equal(out.number, event);
    assert_int_equal(app_buffer(f.session, tx, TO_SERVER, BUFFER_APP_EVENT, 1, &out), BUFFER_LATER);
    app_tx_one_sided(f.session, tx, TO_SERVER);
    app_tx_complete(f.session, tx, TO_SERVER);
    assert_int_equal(app_buffer(f.session, tx, TO_SERVER, BUFFER_APP_EVENT, 1, &out), BUFFER_NONE);
    for (unsigned i = 1; i < 20; i++)
        app_tx_event(f.session, tx, TO_SERVER, (enum app_event)i);
    assert_int_equal(tx->event_count, APP_TX_EVENTS);
    assert_int_not_equal(app_engine_counters(f.engine)->events_lost, 0);
    finish(&f);
}

/* Both directions meet it: a rule may be about either. */
static void test_events_are_seen_from_both_sides(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct app_tx *tx = app_tx_new(f.session);
    assert_non_null(tx);
    app_tx_complete(f.session, tx, TO_SERVER);
    look(f.session, TO_SERVER);
    struct view_buffer out;
    assert_int_equal(app_buffer(f.session, tx, TO_SERVER, BUFFER_APP_EVENT, 0, &out), BUFFER_LATER);
    app_tx_event(f.session, tx, TO_CLIENT, APP_EVENT_DNS_MALFORMED_DATA);
    for (int d = 0; d < DIRECTIONS; d++) {
        assert_true(tx->changed[d]);
        assert_int_equal(app_buffer(f.session, tx, (enum direction)d, BUFFER_APP_EVENT, 0, &out),
                         BUFFER_HERE);
    }
    finish(&f);
}

static void test_memory_is_capped(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    size_t all = f.engine->memory_most;
    assert_true(app_memory_take(f.session, all - 1));
    assert_false(app_memory_take(f.session, 2));
    app_memory_give(f.session, 1);
    assert_true(app_memory_take(f.session, 2));
    app_session_end(f.engine, f.c.flow);
    assert_int_equal(f.engine->memory, 0);
    finish(&f);
}

/* The new parser begins where the old one stopped, once the rules have seen what the old one made. */
static void test_change_of_protocol(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    says(&f, "one\nopen\nGET /");
    assert_int_equal(f.c.flow->app, APP_DNS);
    assert_int_equal(f.session->alive, 2);
    look(f.session, TO_SERVER);
    assert_true(parse(&f));
    assert_null(f.c.flow->app_state);
    assert_int_equal(f.c.flow->app, APP_UNKNOWN);
    assert_int_equal(f.c.flow->app_original, APP_DNS);
    assert_int_equal(f.c.flow->app_start[TO_SERVER], strlen("one\nopen\n"));
    assert_int_equal(f.c.flow->app_start[TO_CLIENT], 0);
    finish(&f);
}

static void test_what_is_handed_on(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    says(&f, "dns\nrest");
    assert_int_equal(f.session->handed.n, 0);
    look(f.session, TO_SERVER);
    assert_true(parse(&f));
    struct app_session *next = f.c.flow->app_state;
    assert_non_null(next);
    assert_ptr_not_equal(next->parser, &toy_parser);
    assert_true(slice_equal(buf_slice(&next->handed), slice_str("left")));
    assert_int_equal(next->hand_on.n, 0);
    uint8_t much[APP_HANDED_MOST + 1] = {0};
    assert_int_equal(app_hand_on(next, slice_of(much, sizeof much)), -ENOSPC);
    finish(&f);
}

static void test_buffers_of_other_protocols_are_none(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    says(&f, "one\n");
    struct view_buffer out;
    struct app_tx *tx = f.session->first;
    assert_int_equal(app_buffer(f.session, tx, TO_SERVER, BUFFER_HTTP_URI, 0, &out), BUFFER_NONE);
    assert_int_equal(app_buffer(f.session, tx, TO_CLIENT, BUFFER_DNS_QUERY, 0, &out),
                     BUFFER_NONE); /* of requests */
    assert_int_equal(app_buffer(f.session, tx, TO_SERVER, BUFFER_DNS_QUERY, 0, &out), BUFFER_HERE);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_cutting_gives_the_same_transactions),
        cmocka_unit_test(test_waits_for_what_it_needs),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_end_is_told_once),
        cmocka_unit_test(test_bad_and_done),
        cmocka_unit_test(test_transactions_are_freed_when_both_sides_are_seen),
        cmocka_unit_test(test_cap_of_transactions),
        cmocka_unit_test(test_looks_before_the_cap),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_events_are_seen_from_both_sides),
        cmocka_unit_test(test_memory_is_capped),
        cmocka_unit_test(test_change_of_protocol),
        cmocka_unit_test(test_what_is_handed_on),
        cmocka_unit_test(test_buffers_of_other_protocols_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
