/*
 * shared_state against a naive map, and thresholds against a naive model that keeps every match on random
 * operations at random times.
 */
#include "rule/state_op.h"
#include "support/check.h"
#include "packet/packet.h"

#include <stdio.h>
#include <stdlib.h>

#include "match/state.h"
#include "support/rule_text.h"

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

enum { HOSTS = 6, NAMES = 3, STEPS = 20000 };

struct naive {
    uint64_t expiry_ns[HOSTS][HOSTS][NAMES]; /* 0: not set; the diagonal: of one host */
};

static uint64_t *naive_slot(struct naive *naive, const struct state_op *op, unsigned from, unsigned to)
{
    unsigned name = (unsigned)op->names[0].key;
    if (op->track == TRACK_BOTH)
        return &naive->expiry_ns[from < to ? from : to][from < to ? to : from][name];
    return op->track == TRACK_SOURCE ? &naive->expiry_ns[from][from][name] : &naive->expiry_ns[to][to][name];
}

static void naive_change(uint64_t *slot, const struct state_op *op, uint64_t now_ns)
{
    uint64_t seconds = op->expire_s ? op->expire_s : op->store == STORE_HOSTBIT ? 300 : 30;
    bool set = *slot && now_ns <= *slot;
    if (op->verb == VERB_SET || (op->verb == VERB_TOGGLE && !set))
        *slot = now_ns + seconds * 1000000000;
    else
        *slot = 0;
}

static void test_bits(void **state)
{
    static const enum state_verb verbs[] = {VERB_SET,   VERB_UNSET, VERB_TOGGLE,
                                            VERB_ISSET, VERB_ISSET, VERB_ISNOTSET};
    static const enum state_track tracks[] = {TRACK_SOURCE, TRACK_DESTINATION, TRACK_BOTH};
    (void)state;
    for (uint64_t round = 1; round <= 5; round++) {
        uint64_t seed = round, now_ns = 1000;
        struct naive *naive = calloc(1, sizeof *naive);
        struct shared_state *s = shared_state_new(&(struct shared_state_config){.seed = round});
        for (unsigned i = 0; i < STEPS; i++) {
            struct state_name name = {.text = "x", .key = next(&seed) % NAMES};
            struct state_op op = {.store = next(&seed) % 2 ? STORE_XBIT : STORE_HOSTBIT,
                                  .verb = verbs[next(&seed) % 6],
                                  .track = tracks[next(&seed) % 3],
                                  .names = &name,
                                  .name_count = 1,
                                  .expire_s = (uint32_t)(next(&seed) % 4 * 10)};
            unsigned from = (unsigned)next(&seed) % HOSTS, to = (unsigned)next(&seed) % HOSTS;
            if (op.track == TRACK_BOTH && from == to)
                continue; /* the diagonal of the naive map is taken */
            now_ns += next(&seed) % 2000000000;
            struct packet p = packet_between((uint8_t)from, (uint8_t)to, 0);
            p.time_ns = now_ns;
            struct view view = packet_view(&p);
            uint64_t *slot = naive_slot(naive, &op, from, to);
            if (state_verb_is_test(op.verb)) {
                bool set = *slot && now_ns <= *slot;
                assert_int_equal(state_holds(&op, NULL, s, &view), set == (op.verb == VERB_ISSET));
            } else {
                state_change(&op, NULL, s, &view);
                naive_change(slot, &op, now_ns);
            }
        }
        shared_state_free(s);
        free(naive);
    }
}

struct history { /* of one host: the matches of its current window */
    uint64_t start_ns;
    unsigned matches, alerts;
    bool any;
};

static bool naive_alert(const struct threshold *t, struct history *h, uint64_t now_ns)
{
    if (!h->any || (now_ns > h->start_ns && now_ns - h->start_ns > t->seconds * UINT64_C(1000000000)))
        *h = (struct history){.start_ns = now_ns, .any = true};
    h->matches++;
    switch (t->kind) {
    case THRESHOLD_LIMIT:
        return h->matches <= t->count;
    case THRESHOLD_THRESHOLD:
        return h->matches % t->count == 0;
    case THRESHOLD_BOTH:
        return h->matches == t->count;
    default:
        return h->matches > t->count;
    }
}

struct foretold { /* of one host: what every match until then is told, says threshold_settled */
    uint64_t until_ns;
    enum threshold_verdict verdict;
};

/* What is foretold holds, and asking changes nothing. */
static void check_foretold(struct foretold *foretold, const struct rule *rule, struct shared_state *s,
                           const struct view *view, uint64_t until_ns, enum threshold_verdict told)
{
    enum threshold_verdict verdict;
    if (view->packet->time_ns <= foretold->until_ns)
        assert_int_equal(told, foretold->verdict);
    if (threshold_settled(rule, s, view, until_ns, &verdict))
        *foretold = (struct foretold){until_ns, verdict};
}

static void test_thresholds(void **state)
{
    static const enum threshold_kind kinds[] = {THRESHOLD_LIMIT, THRESHOLD_THRESHOLD, THRESHOLD_BOTH,
                                                THRESHOLD_DETECTION_FILTER};
    (void)state;
    struct shared_state *s = shared_state_new(&(struct shared_state_config){.seed = 3});
    unsigned settled = 0;
    for (unsigned round = 0; round < 400; round++) {
        uint64_t seed = round, now_ns = UINT64_C(1000000000) * 5;
        struct history histories[HOSTS] = {0};
        struct foretold foretold[HOSTS] = {0};
        struct threshold t = {.kind = kinds[round % 4],
                              .track = TRACK_SOURCE,
                              .count = 1 + round / 4 % 5,
                              .seconds = round / 20 % 7};
        struct rule rule = {.gid = 1, .sid = round, .thresholds = &t, .threshold_count = 1};
        for (unsigned i = 0; i < 200; i++) {
            unsigned from = (unsigned)next(&seed) % HOSTS;
            now_ns += next(&seed) % 4 * 500000000;
            struct packet p = packet_between((uint8_t)from, 99, 0);
            p.time_ns = now_ns;
            struct view view = packet_view(&p);
            enum rule_action action = ACTION_ALERT;
            enum threshold_verdict told = threshold_check(&rule, NULL, s, &view, &action);
            if ((told == THRESHOLD_ALERT) != naive_alert(&t, &histories[from], p.time_ns))
                fail_msg("round %u, match %u", round, i);
            uint64_t until_ns = now_ns + next(&seed) % 8 * 1000000000;
            check_foretold(&foretold[from], &rule, s, &view, until_ns, told);
            settled += foretold[from].until_ns == until_ns;
        }
    }
    assert_true(settled > 1000);
    shared_state_free(s);
}

/* Whatever gives way, the table never holds more than its memory allows. */
static void test_flood(void **state)
{
    (void)state;
    struct shared_state *s = shared_state_new(&(struct shared_state_config){.seed = 5, .memory = 64 << 10});
    struct threshold t = {.kind = THRESHOLD_LIMIT, .track = TRACK_BOTH, .count = 1, .seconds = 60};
    struct rule rule = {.gid = 1, .sid = 1, .thresholds = &t, .threshold_count = 1};
    struct shared_state_counters c, before = {0};
    uint64_t seed = 9;
    for (unsigned i = 0; i < 50000; i++) {
        struct packet p = packet_between(0, 0, i / 1000.0);
        uint32_t host = (uint32_t)next(&seed);
        memcpy(p.source_address.bytes, &host, 4);
        struct view view = packet_view(&p);
        enum rule_action action = ACTION_ALERT;
        threshold_check(&rule, NULL, s, &view, &action);
        shared_state_counters(s, &c);
        assert_true(c.thresholds <= (64 << 10) / 64 && c.evicted >= before.evicted);
        before = c;
    }
    assert_true(c.evicted > 40000);
    shared_state_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
