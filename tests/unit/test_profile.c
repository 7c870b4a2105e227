/* What is counted of each rule's evaluations (match/profile.h), and how it is named to a person. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "flow/direction.h"
#include "match/profile.h"
#include "rule/rule.h"
#include "rulework/profile/profile_ends.h"
#include "support/conversation.h"
#include "support/engine.h"

enum { SIDS = 16 };

struct seen { /* of the sids below SIDS */
    struct rule_profile *rules[SIDS];
    char ends[SIDS][512]; /* "answer where: text xCOUNT\n" */
};

static void put_ends(char *out, size_t size, const struct rule_profile *p)
{
    struct profile_endings endings;
    size_t n = 0;
    assert_int_equal(profile_endings_of(p, &endings), 0);
    for (uint32_t i = 0; i < endings.count; i++) {
        const struct profile_ending *e = &endings.list[i];
        n += (size_t)snprintf(out + n, size - n, "%s %s: %.*s x%u\n", e->answer, e->where, (int)e->text.n,
                              (const char *)e->text.p, (unsigned)e->sum.count);
        assert_true(n < size);
    }
    profile_endings_fini(&endings);
}

static void take(void *ctx, const struct match_profile *profile)
{
    struct seen *seen = ctx;
    assert_int_equal(match_profile_lost(profile), 0);
    for (uint32_t i = 0; i < match_profile_count(profile); i++) {
        const struct rule_profile *p = match_profile_rule(profile, i);
        if (!p)
            continue;
        struct rule_profile *copy = malloc(sizeof *p);
        assert_non_null(copy);
        memcpy(copy, p, sizeof *p);
        seen->rules[p->rule->sid] = copy;
        put_ends(seen->ends[p->rule->sid], sizeof seen->ends[0], p);
    }
}

static void run(struct frames *f, const char *rules, struct seen *seen)
{
    struct engine_options options = {.checksums = CHECKSUM_ON, .profile = take, .profile_ctx = seen};
    struct found found;
    *seen = (struct seen){0};
    assert_int_equal(engine_run(rules, f->list, f->count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    found_fini(&found);
}

static void forget(struct seen *seen)
{
    for (int i = 0; i < SIDS; i++)
        free(seen->rules[i]);
}

static void send_all(struct frames *f, const char *const *texts, unsigned count)
{
    struct conversation c = conversation_new(f);
    for (unsigned i = 0; i < count; i++)
        datagram(&c, true, texts[i], strlen(texts[i]));
}

static void test_where_candidates_end(void **state)
{
    (void)state;
    static const char *const texts[] = {"abcdef 1", "abcdef 2 xyz", "abcdef 3 xyz uvw", "nothing of it"};
    struct frames f = {0};
    struct seen seen;
    send_all(&f, texts, 4);
    run(&f,
        "alert udp any any -> any any (content:\"abcdef\"; content:\"xyz\"; nocase; within:6; "
        "content:\"uvw\"; "
        "sid:1;)\n"
        "alert udp 9.9.9.9 any -> any any (content:\"abcdef\"; sid:2;)\n"
        "alert udp any any -> any any (content:\"abcdef\"; dsize:>9; sid:3;)\n"
        "alert udp any any -> any any (content:\"abcdef\"; flowbits:isset,x; sid:4;)\n"
        "alert udp any any -> any any (content:\"never there\"; sid:5;)\n"
        "alert udp any any -> any any (flow:to_client; content:\"abcdef\"; sid:6;)\n",
        &seen);
    const struct rule_profile *p = seen.rules[1];
    assert_int_equal(p->candidates, 3);
    assert_int_equal(p->evaluations, 3);
    assert_int_equal(p->matches, 1);
    assert_int_equal(p->bytes, 8 + 12 + 16);
    assert_string_equal(seen.ends[1], "failed payload: content:\"xyz\"; nocase; within:6 x1\n"
                                      "failed payload: content:\"uvw\" x1\n"
                                      "matched : matched x1\n");
    assert_int_equal(seen.rules[2]->candidates, 3);
    assert_int_equal(seen.rules[2]->evaluations, 0);
    assert_string_equal(seen.ends[2], "failed header: other addresses or ports x3\n");
    assert_int_equal(seen.rules[3]->matches, 2);
    assert_string_equal(seen.ends[3], "matched : matched x2\nfailed packet: dsize:>9 x1\n");
    assert_string_equal(seen.ends[4], "failed state: flowbits:isset,x x3\n");
    assert_null(seen.rules[5]);
    assert_true(!seen.rules[6] || !seen.rules[6]->evaluations);
    forget(&seen);
    frames_fini(&f);
}

/* A stream rule, and one about a transaction that waits for the rest of it. */
static void test_streams_and_transactions(void **state)
{
    (void)state;
    static const char request[] = "GET /first/second HTTP/1.1\r\nHost: a.example\r\n\r\n";
    struct frames f = {0};
    struct seen seen;
    struct conversation c = conversation_new(&f);
    c.server_port = 80;
    handshake(&c);
    client_sends(&c, TCP_ACK | TCP_PSH, request, sizeof request - 1);
    server_sends(&c, TCP_ACK, "", 0);
    client_sends(&c, TCP_ACK | TCP_FIN, "", 0);
    server_sends(&c, TCP_ACK | TCP_FIN, "", 0);
    client_sends(&c, TCP_ACK, "", 0);
    run(&f,
        "alert tcp any any -> any 80 (content:\"/first\"; content:\"HTTP/9\"; sid:1;)\n"
        "alert http any any -> any any (http.uri; content:\"/first\"; fast_pattern; http.host; "
        "content:\"b.example\"; "
        "sid:2;)\n"
        "alert http any any -> any any (http.uri; content:\"/first\"; content:\"/second\"; distance:0; "
        "sid:3;)\n",
        &seen);
    assert_true(seen.rules[1]->candidates > 0);
    assert_string_equal(strstr(seen.ends[1], "failed payload"), "failed payload: content:\"HTTP/9\" x1\n");
    assert_non_null(strstr(seen.ends[2], "failed http.host: content:\"b.example\" x1\n"));
    assert_int_equal(seen.rules[3]->matches, 1);
    assert_int_equal(seen.rules[3]->bytes, strlen("/first/second"));
    forget(&seen);
    frames_fini(&f);
}

static void test_worst_flows(void **state)
{
    (void)state;
    struct frames f = {0};
    struct seen seen;
    for (unsigned flow = 0; flow < 20; flow++) {
        struct conversation c = conversation_new(&f);
        c.client_port = (uint16_t)(50000 + flow);
        for (unsigned i = 0; i < (flow == 3 ? 400 : 1); i++)
            datagram(&c, true, "abcdef", 6);
    }
    run(&f, "alert udp any any -> any any (content:\"abcdef\"; content:\"xyz\"; sid:1;)\n", &seen);
    const struct rule_profile *p = seen.rules[1];
    const struct profile_flow *worst = &p->flows[0];
    uint64_t count = 0;
    assert_int_equal(p->flow_count, PROFILE_FLOWS);
    for (uint32_t i = 0; i < p->flow_count; i++) {
        assert_true(p->flows[i].ticks >= p->flows[i].over);
        worst = p->flows[i].ticks - p->flows[i].over > worst->ticks - worst->over ? &p->flows[i] : worst;
        count += p->flows[i].ticks;
    }
    assert_int_equal(count, p->ticks); /* sums go from flow to flow: none is lost */
    assert_int_equal(worst->client_port, 50003);
    assert_int_equal(worst->count, 400);
    forget(&seen);
    frames_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_candidates_end),
        cmocka_unit_test(test_streams_and_transactions),
        cmocka_unit_test(test_worst_flows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
