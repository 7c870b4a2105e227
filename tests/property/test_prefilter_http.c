/*
 * Nor does the prefilter change an alert of a rule about HTTP: with it go the gates of rules, literals of the
 * raw stream, and rules that wait for more of a body without being evaluated. Messages and rules are made of
 * the same few words, so that near misses are frequent; bodies are long enough for their window to move. None
 * is chunked: behind such a one rules are asked anew that a literal of the header names, so by the prefilter
 * only.
 */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "support/conversation.h"
#include "support/engine.h"

enum { ROUNDS = 60, RULES = 150, EXCHANGES = 3, SEGMENT = 1400, BODY_MOST = 70000, PORT = 80 };

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static const char *word(void)
{
    static const char *const words[] = {"a",
                                        "ab",
                                        "Ab",
                                        "abc",
                                        "b.php",
                                        ".php",
                                        "/a",
                                        "x1",
                                        "abx",
                                        "one",
                                        "zz",
                                        "q",
                                        "Agent",
                                        "ab.test",
                                        "a.b.c.test",
                                        "longer-word",
                                        "three longer words"};
    return words[random_below(sizeof words / sizeof words[0])];
}

static void add_words(struct buf *out, unsigned most)
{
    for (unsigned i = 0, n = random_below(most + 1); i < n; i++)
        buf_printf(out, "%s", word());
}

/* Writes a word, or a few zero bytes. Returns the length of what it stands for. */
static unsigned add_pattern(struct buf *rules)
{
    unsigned zeros = random_below(12) ? 0 : 1 + random_below(6);
    const char *text = zeros ? "" : word();
    for (unsigned i = 0; i < zeros; i++)
        buf_printf(rules, "|00|");
    buf_printf(rules, "%s", text);
    return zeros + (unsigned)strlen(text);
}

static void add_content(struct buf *rules, bool first)
{
    bool negated = random_below(7) == 0;
    buf_printf(rules, " content:%s\"", negated ? "!" : "");
    unsigned n = add_pattern(rules);
    buf_printf(rules, "\";");
    if (random_below(3) == 0)
        buf_printf(rules, " nocase;");
    switch (random_below(first ? 9 : 11)) {
    case 0:
        buf_printf(rules, " depth:%u;", n + random_below(4));
        break;
    case 1:
        buf_printf(rules, " offset:%u;", random_below(4));
        break;
    case 2:
        buf_printf(rules, " startswith;");
        break;
    case 3:
        buf_printf(rules, " endswith;");
        break;
    case 4:
        buf_printf(rules, " startswith; endswith;");
        break;
    case 5:
        buf_printf(rules, " offset:%u; depth:%u;", random_below(3), n);
        break;
    case 9:
        buf_printf(rules, " distance:%u;", random_below(6));
        break;
    case 10:
        buf_printf(rules, " within:%u;", n + random_below(20));
        break;
    default:
        break;
    }
}

static void add_size(struct buf *rules)
{
    static const char *const compare[] = {"", "<", ">", ">="};
    buf_printf(rules, " bsize:%s%u;", compare[random_below(4)], 1 + random_below(12));
}

/*
 * What a rule finds in the stream or a body is remembered from its literal on: of two windows that move, one
 * may be past what it would have shown before. So a rule has one of them at most.
 */
static void add_rule(struct buf *rules, unsigned sid)
{
    static const char *const request[] = {"http.method",     "http.uri",          "http.uri.raw",
                                          "http.user_agent", "http.host",         "http.header",
                                          "http.start",      "http.request_line", "http.request_body"};
    static const char *const response[] = {"http.stat_code",     "http.server", "http.header",
                                           "http.response_line", "file.data",   "http.response_body"};
    enum { REQUEST_FIXED = 8, RESPONSE_FIXED = 4 };
    static const char *const ends[] = {"any any -> any any", "any any -> any 80", "any 80 -> any any",
                                       "10.0.0.1 any <> any any", "any any -> 192.168.0.0/16 [80,8080]"};
    bool to_server = random_below(2);
    buf_printf(rules, "alert http %s (flow:%s;", ends[random_below(5)],
               to_server ? "to_server" : "to_client");
    bool moving = random_below(3) == 0;
    if (moving)
        for (unsigned i = 0, n = 1 + random_below(2); i < n; i++)
            add_content(rules, i == 0);
    for (unsigned b = 0, buffers = 1 + random_below(2); b < buffers; b++) {
        unsigned most = to_server ? (moving ? REQUEST_FIXED : 9) : (moving ? RESPONSE_FIXED : 6);
        unsigned which = random_below(most);
        moving = moving || which >= (to_server ? REQUEST_FIXED : RESPONSE_FIXED);
        buf_printf(rules, " %s;", to_server ? request[which] : response[which]);
        if (random_below(5) == 0)
            add_size(rules);
        for (unsigned i = 0, n = 1 + random_below(2); i < n; i++)
            add_content(rules, i == 0);
    }
    buf_printf(rules, " sid:%u;)\n", sid);
}

/* Of the stream: where there are many, its database has the literals of the raw stream, too. */
static void add_stream_rule(struct buf *rules, unsigned sid)
{
    buf_printf(rules, "alert tcp any any -> any any (content:\"%s\"; content:\"%s-%u\"; sid:%u;)\n", word(),
               word(), random_below(50), sid);
}

/* Mostly what no rule looks for, with words strewn in. */
static void add_body(struct buf *out, size_t n)
{
    size_t end = out->n + n;
    while (out->n < end) {
        size_t gap = random_below(4000);
        for (size_t i = 0; i < gap && out->n < end; i++)
            buf_append_byte(out, 'w');
        buf_printf(out, "%s", word());
        for (size_t i = 0, zeros = random_below(3) ? 0 : random_below(9); i < zeros; i++)
            buf_append_byte(out, 0);
    }
    out->n = end;
}

static void send(struct conversation *c, bool client, const struct buf *message)
{
    for (size_t at = 0; at < message->n;) {
        size_t n = 1 + random_below(SEGMENT);
        n = n < message->n - at ? n : message->n - at;
        if (client)
            client_sends(c, TCP_PSH | TCP_ACK, message->p + at, n);
        else
            server_sends(c, TCP_PSH | TCP_ACK, message->p + at, n);
        at += n;
        if (random_below(3) == 0) { /* acknowledged: inspected up to here */
            if (client)
                server_sends(c, TCP_ACK, NULL, 0);
            else
                client_sends(c, TCP_ACK, NULL, 0);
        }
    }
}

static size_t body_size(void)
{
    return random_below(3) ? random_below(60) : random_below(BODY_MOST);
}

static void exchange(struct conversation *c)
{
    struct buf message = {0};
    size_t n = random_below(3) ? 0 : body_size();
    buf_printf(&message, "%s /", n ? "POST" : "GET");
    add_words(&message, 3);
    buf_printf(&message, " HTTP/1.1\r\nHost: %s\r\nUser-Agent: ", word());
    add_words(&message, 2);
    buf_printf(&message, "\r\nContent-Length: %zu\r\n\r\n", n);
    add_body(&message, n);
    send(c, true, &message);
    buf_clear(&message);
    n = body_size();
    buf_printf(&message, "HTTP/1.1 200 OK\r\nServer: ");
    add_words(&message, 2);
    buf_printf(&message, "\r\nContent-Length: %zu\r\n\r\n", n);
    add_body(&message, n);
    send(c, false, &message);
    buf_fini(&message);
}

static void compare(const struct buf *rules, const struct found *with, const struct found *without)
{
    if (found_same(with, without))
        return;
    for (const char *line = (const char *)rules->p; *line; line = strchr(line, '\n') + 1)
        print_message("%.*s\n", (int)(strchr(line, '\n') - line), line);
    fail_msg("the prefilter changes the alerts");
}

static unsigned run_round(unsigned round)
{
    seed = 20261130 + round;
    struct buf rules = {0};
    for (unsigned i = 1; i <= RULES; i++)
        add_rule(&rules, i);
    for (unsigned i = 1; i <= (round % 3 ? RULES : 0); i++)
        add_stream_rule(&rules, RULES + i);
    buf_append_byte(&rules, 0);
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    c.server_port = PORT;
    handshake(&c);
    for (unsigned i = 0; i < EXCHANGES; i++)
        exchange(&c);
    struct engine_options options = {.checksums = CHECKSUM_ON};
    struct found with, without;
    assert_int_equal(engine_run((const char *)rules.p, f.list, f.count, &options, &with), 0);
    options.no_prefilter = true;
    assert_int_equal(engine_run((const char *)rules.p, f.list, f.count, &options, &without), 0);
    assert_true(with.rules > RULES / 2);
    compare(&rules, &with, &without);
    unsigned alerts = with.count;
    found_fini(&with);
    found_fini(&without);
    frames_fini(&f);
    buf_fini(&rules);
    return alerts;
}

static void test_prefilter_changes_no_alert(void **state)
{
    (void)state;
    unsigned alerts = 0;
    for (unsigned round = 0; round < ROUNDS; round++)
        alerts += run_round(round);
    print_message("%u alerts\n", alerts);
    assert_true(alerts > 5 * ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_prefilter_changes_no_alert)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
