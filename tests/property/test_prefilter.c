/*
 * Whatever the rules and the payloads, the prefilter changes no alert: not which, not how many, not on which
 * packet. Random rules over a small alphabet, so that literals, parts of them and near misses are frequent.
 */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "support/conversation.h"
#include "support/engine.h"

enum { ROUNDS = 150, RULES = 24, SEGMENTS = 14 };

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void random_text(char *text, unsigned least, unsigned most)
{
    static const char alphabet[] = "abABc1.";
    unsigned n = least + random_below(most - least + 1);
    for (unsigned i = 0; i < n; i++)
        text[i] = alphabet[random_below(sizeof alphabet - 1)];
    text[n] = '\0';
}

static void add_content(struct buf *rules, bool first)
{
    char text[40];
    random_text(text, 1, random_below(6) ? 4 : 30);
    bool negated = random_below(6) == 0, zeros = random_below(10) == 0;
    buf_printf(rules, " content:%s\"", negated ? "!" : "");
    unsigned stay = zeros ? random_below(3) : sizeof text; /* in front of zeros */
    for (unsigned i = 0; text[i]; i++)
        buf_printf(rules, i >= stay ? "|00|" : "%c", text[i]);
    buf_printf(rules, "\";");
    if (random_below(3) == 0)
        buf_printf(rules, " nocase;");
    unsigned n = (unsigned)strlen(text);
    switch (random_below(first ? 6 : 10)) {
    case 0:
        buf_printf(rules, " depth:%u;", n + random_below(40));
        break;
    case 1:
        buf_printf(rules, " offset:%u;", random_below(20));
        break;
    case 2:
        buf_printf(rules, " startswith;");
        break;
    case 6:
        buf_printf(rules, " distance:%u;", random_below(6));
        break;
    case 7:
        buf_printf(rules, " within:%u;", n + random_below(20));
        break;
    case 8: /* right behind the one before */
        buf_printf(rules, " distance:%u; within:%u;", random_below(3), n);
        break;
    default:
        if (!negated && random_below(5) == 0)
            buf_printf(rules, " fast_pattern;");
    }
}

static void add_rule(struct buf *rules, unsigned sid)
{
    static const char *const protocols[] = {"tcp", "tcp", "tcp", "ip", "udp", "tcp-pkt", "tcp-stream"};
    static const char *const ports[] = {"any", "any", "9999", "[80,9999]", "!9999", "1:1000", "[81,9999]"};
    static const char *const more[] = {"",
                                       " flow:established;",
                                       " flow:to_server;",
                                       " flow:to_client;",
                                       " flags:PA;",
                                       " flags:S;",
                                       " flags:!A;",
                                       " dsize:>9;",
                                       " flowbits:set,seen;",
                                       " flowbits:isset,seen;",
                                       " flowbits:isnotset,seen;",
                                       " ttl:64;",
                                       " stream_size:either,>,5;",
                                       " stream_size:server,<,20;",
                                       " dsize:<30;"};
    bool backward = random_below(4) == 0;
    const char *port = ports[random_below(7)];
    static const char *const actions[] = {"pass", "drop", "alert"};
    unsigned action = random_below(40);
    buf_printf(rules, "%s %s any %s %s any %s (", actions[action < 2 ? action : 2],
               protocols[random_below(7)], backward ? port : "any", random_below(6) ? "->" : "<>",
               backward ? "any" : port);
    buf_printf(rules, "%s", more[random_below(15)]);
    for (unsigned i = 0, n = random_below(4); i < n; i++)
        add_content(rules, i == 0);
    if (random_below(8) == 0)
        buf_printf(rules, " pcre:\"/[ab]+1/\";");
    if (random_below(12) == 0)
        buf_printf(rules, " tcp.hdr; content:\"|27 0f|\";");
    buf_printf(rules, " priority:%u; sid:%u;)\n", 1 + random_below(3), sid);
}

/* A hello and a byte of data: from then on payloads are not looked at. */
static void encrypt(struct conversation *c)
{
    static const uint8_t hello[50] = {0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3, [45] = 2, 0x13, 1, 1};
    static const uint8_t data[] = {0x17, 3, 3, 0, 1, 'x'};
    client_sends(c, TCP_PSH | TCP_ACK, hello, sizeof hello);
    server_sends(c, TCP_PSH | TCP_ACK, data, sizeof data);
    client_sends(c, TCP_PSH | TCP_ACK, data, sizeof data);
    server_sends(c, TCP_ACK, NULL, 0);
}

static void make_frames(struct frames *f)
{
    struct conversation c = conversation_new(f);
    uint8_t data[1500];
    if (random_below(6)) {
        handshake(&c);
        if (random_below(5) == 0)
            encrypt(&c);
    }
    for (unsigned i = 0; i < SEGMENTS; i++) {
        size_t n = random_below(5) ? random_below(40) : random_below(sizeof data);
        char text[40];
        memset(data, 'z', sizeof data);
        for (unsigned k = 0; k < 4; k++) {
            random_text(text, 1, 30);
            size_t length = strlen(text), at = random_below((uint32_t)(n + 1));
            size_t stay = random_below(3);
            if (random_below(8) == 0 && stay < length)
                memset(text + stay, 0, length - stay);
            memcpy(data + at, text, length < sizeof data - at ? length : sizeof data - at);
        }
        bool client = random_below(3) != 0;
        if (random_below(6) == 0)
            datagram(&c, client, data, n);
        else if (client)
            client_sends(&c, random_below(2) ? TCP_ACK : TCP_PSH | TCP_ACK, data, n);
        else
            server_sends(&c, TCP_PSH | TCP_ACK, data, n);
    }
    if (random_below(2))
        client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
}

static void compare(const struct buf *rules, const struct found *with, const struct found *without)
{
    if (found_same(with, without))
        return;
    print_message("%.*s\n", (int)rules->n, (const char *)rules->p);
    fail_msg("the prefilter changes the alerts");
}

static void test_prefilter_changes_no_alert(void **state)
{
    (void)state;
    unsigned alerts = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        seed = 20261123 + round;
        struct buf rules = {0};
        for (unsigned i = 1; i <= RULES; i++)
            add_rule(&rules, i);
        buf_append_byte(&rules, 0);
        struct frames f = {0};
        make_frames(&f);
        struct engine_options options = {.checksums = CHECKSUM_ON};
        struct found with, without;
        assert_int_equal(engine_run((const char *)rules.p, f.list, f.count, &options, &with), 0);
        options.no_prefilter = true;
        assert_int_equal(engine_run((const char *)rules.p, f.list, f.count, &options, &without), 0);
        assert_true(with.rules > RULES / 2);
        compare(&rules, &with, &without);
        alerts += with.count;
        found_fini(&with);
        found_fini(&without);
        frames_fini(&f);
        buf_fini(&rules);
    }
    print_message("%u alerts\n", alerts);
    assert_true(alerts > 10 * ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_prefilter_changes_no_alert)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
