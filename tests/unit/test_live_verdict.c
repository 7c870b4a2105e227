/*
 * Verdicts of a live run as records, and carried out from several threads at once. What needs the maps is
 * skipped without root, with the reason.
 */
#include "support/check.h"
#include "support/xdp_run.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "output/verdict_record.h"
#include "rule/rule.h"
#include "run/live/live_policy.h"
#include "run/live/live_verdict.h"
#include "run/settings/settings.h"

enum { THREADS = 4, ALERTS = 500 };

static void record_is(const struct verdict_record *record, const char *expected)
{
    struct output_options options = {0};
    struct buf out = {0};
    assert_int_equal(eve_verdict(&out, record, &options), 0);
    assert_int_equal(buf_append_byte(&out, 0), 0);
    assert_string_equal((const char *)out.p, expected);
    buf_fini(&out);
}

static void records(void **state)
{
    (void)state;
    struct verdict_record r = {.event = VERDICT_BLOCKED,
                               .time_ns = 1000000000,
                               .flow_id = 7,
                               .gid = 1,
                               .sid = 9,
                               .enforced = true,
                               .source_port = 1000,
                               .destination_port = 80,
                               .protocol = 6,
                               .expires_ns = 61000000000};
    assert_true(address_parse("192.0.2.1", &r.source));
    assert_true(address_parse("198.51.100.2", &r.destination));
    record_is(&r,
              "{\"timestamp\":\"1970-01-01T00:00:01.000000+0000\",\"flow_id\":7,\"event_type\":\"verdict\","
              "\"src_ip\":\"192.0.2.1\",\"src_port\":1000,\"dest_ip\":\"198.51.100.2\",\"dest_port\":80,"
              "\"proto\":\"TCP\",\"ip_v\":4,\"verdict\":{\"event\":\"blocked\",\"scope\":\"flow\",\"gid\":1,"
              "\"signature_id\":9,\"expires\":\"1970-01-01T00:01:01.000000+0000\",\"enforced\":true}}\n");
    r.event = VERDICT_REFUSED;
    r.reason = "never-block";
    r.enforced = false;
    r.is_host = true;
    r.host = r.source;
    r.host_length = 32;
    record_is(
        &r, "{\"timestamp\":\"1970-01-01T00:00:01.000000+0000\",\"flow_id\":7,\"event_type\":\"verdict\","
            "\"src_ip\":\"192.0.2.1\",\"src_port\":1000,\"dest_ip\":\"198.51.100.2\",\"dest_port\":80,"
            "\"proto\":\"TCP\",\"ip_v\":4,\"verdict\":{\"event\":\"refused\",\"reason\":\"never-block\","
            "\"scope\":\"host\",\"host\":\"192.0.2.1\",\"gid\":1,\"signature_id\":9,\"enforced\":false}}\n");
    struct verdict_record expired = {.event = VERDICT_EXPIRED,
                                     .time_ns = 70000000000,
                                     .is_host = true,
                                     .host = r.host,
                                     .host_length = 24,
                                     .since_ns = 1000000000,
                                     .expires_ns = 61000000000,
                                     .packets = 3,
                                     .bytes = 180,
                                     .enforced = true};
    record_is(&expired,
              "{\"timestamp\":\"1970-01-01T00:01:10.000000+0000\",\"event_type\":\"verdict\","
              "\"verdict\":{\"event\":\"expired\",\"scope\":\"host\",\"host\":\"192.0.2.1/24\","
              "\"since\":\"1970-01-01T00:00:01.000000+0000\",\"expires\":\"1970-01-01T00:01:01.000000+0000\","
              "\"packets\":3,\"bytes\":180,\"enforced\":true}}\n");
}

struct thread {
    pthread_t id;
    struct live_verdict *verdict;
    unsigned number, ended;
    struct buf text;
};

/* A thread's alerts are of flows of its own; every tenth is of a host that is blocked, the same for all. */
static void *judge_many(void *ctx)
{
    struct thread *t = ctx;
    struct rule drop = {.gid = 1, .sid = 5, .priority = 3, .class_name = (char *)""}, host = drop;
    host.sid = 6;
    for (unsigned i = 0; i < ALERTS; i++) {
        struct packet packet = {
            .source_port = (uint16_t)(1000 + i), .destination_port = 80, .ip = {.protocol = 6}};
        char address[16];
        snprintf(address, sizeof address, "192.0.2.%u", i % 10 ? 10 + t->number : 1);
        assert_true(address_parse(address, &packet.source_address));
        assert_true(address_parse("198.51.100.2", &packet.destination_address));
        struct flow flow = {.protocol = 6, .id = i};
        struct alert alert = {.rule = i % 10 ? &drop : &host, .action = i % 10 ? ACTION_DROP : ACTION_ALERT};
        struct alert_record record = {.alert = &alert, .packet = &packet, .flow = &flow};
        t->ended += live_verdict_judge(t->verdict, &record, &t->text).ends;
    }
    return NULL;
}

static unsigned lines(const struct buf *text, const char *word)
{
    unsigned n = 0;
    struct buf copy = {0};
    assert_int_equal(buf_append(&copy, buf_slice(text)), 0);
    assert_int_equal(buf_append_byte(&copy, 0), 0);
    for (const char *at = (const char *)copy.p; (at = strstr(at, word)); at++)
        n++;
    buf_fini(&copy);
    return n;
}

/* Returns how many records tell of blocks that gave way. */
static unsigned run_threads(struct live_verdict *verdict, unsigned *ended, unsigned *flows, unsigned *hosts)
{
    struct thread threads[THREADS] = {{0}};
    struct buf expired = {0};
    unsigned evicted = 0;
    *ended = *flows = *hosts = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i].verdict = verdict;
        threads[i].number = i;
        assert_int_equal(pthread_create(&threads[i].id, NULL, judge_many, &threads[i]), 0);
    }
    if (verdict->blocks)
        live_verdict_advance(verdict, &expired);
    live_verdict_counters(verdict);
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i].id, NULL);
        *ended += threads[i].ended;
        *flows += lines(&threads[i].text, "\"event\":\"blocked\",\"scope\":\"flow\"");
        *hosts += lines(&threads[i].text, "\"event\":\"blocked\",\"scope\":\"host\"");
        evicted += lines(&threads[i].text, "\"event\":\"evicted\",\"scope\":\"flow\"");
        buf_fini(&threads[i].text);
    }
    buf_fini(&expired);
    return evicted;
}

static struct settings *settings_of_test(void)
{
    struct settings *s = settings_new();
    struct err err = {0};
    assert_non_null(s);
    assert_int_equal(settings_put(s, "verdict.host-block.0.sids", "6", &err), 0);
    assert_int_equal(settings_put(s, "verdict.host-block.0.seconds", "60", &err), 0);
    s->output.records = RECORD_VERDICT;
    s->live.most_blocks = 0;
    return s;
}

static void dry_run_from_threads(void **state)
{
    (void)state;
    struct settings *settings = settings_of_test();
    struct live_verdict verdict;
    struct err err = {0};
    unsigned ended, flows, hosts;
    settings->live.dry_run = true;
    assert_int_equal(live_verdict_init(&verdict, settings, NULL, &err), 0);
    run_threads(&verdict, &ended, &flows, &hosts);
    struct live_verdict_counters counters = live_verdict_counters(&verdict);
    assert_int_equal(ended, 0);
    assert_int_equal(flows, THREADS * ALERTS * 9 / 10);
    assert_int_equal(hosts, THREADS * ALERTS / 10);
    assert_int_equal(counters.blocked_flows, flows);
    assert_int_equal(counters.blocked_hosts, hosts);
    live_verdict_fini(&verdict);
    settings_free(settings);
}

/* 64 flows fit into the map of the test, an eighth of them of one host: others give way, and are told. */
static void blocks_from_threads(void **state)
{
    (void)state;
    struct xdp_run run;
    if (xdp_run_open(&run, XDP_FORM_PLAIN))
        skip();
    struct settings *settings = settings_of_test();
    struct live_verdict verdict;
    struct err err = {0};
    unsigned ended, flows, hosts;
    assert_int_equal(live_verdict_init(&verdict, settings, NULL, &err), 0);
    assert_int_equal(live_verdict_open(&verdict, xdp_object_map(run.object, "flow_blocks"),
                                       xdp_object_map(run.object, "host_blocks"), &err),
                     0);
    unsigned evicted = run_threads(&verdict, &ended, &flows, &hosts);
    struct live_verdict_counters counters = live_verdict_counters(&verdict);
    assert_int_equal(ended, THREADS * ALERTS);
    assert_int_equal(counters.evicted, evicted);
    assert_int_equal(flows, THREADS * ALERTS * 9 / 10);
    assert_int_equal(hosts, 1); /* put once, then only prolonged */
    assert_int_equal(counters.refreshed, THREADS * ALERTS / 10 - 1);
    assert_true(counters.evicted >= flows - 64);
    live_verdict_fini(&verdict);
    settings_free(settings);
    xdp_run_close(&run);
}

static enum policy_refusal refused(struct settings *s, const char *source, bool *wanted)
{
    struct policy_alert alert = {.gid = 1, .sid = 6, .class_name = ""};
    struct policy_decision decision;
    assert_true(address_parse(source, &alert.source));
    assert_true(address_parse("198.51.100.2", &alert.destination));
    policy_decide(s->live.policy, &alert, &decision);
    *wanted = decision.host.wanted;
    return decision.host.refused;
}

/* All that `verdict:` says changes hands, and nothing else. */
static void policies_are_exchanged(void **state)
{
    (void)state;
    struct settings *in_use = settings_of_test(), *fresh = settings_new();
    struct err err = {0};
    bool wanted;
    assert_non_null(fresh);
    assert_int_equal(settings_put(fresh, "verdict.block-seconds", "7", &err), 0);
    assert_int_equal(settings_put(fresh, "verdict.max-blocks-per-second", "8", &err), 0);
    assert_int_equal(settings_put(fresh, "verdict.block-alerts", "yes", &err), 0);
    assert_int_equal(settings_put(fresh, "verdict.dry-run", "yes", &err), 0);
    assert_int_equal(settings_put(fresh, "run.workers", "3", &err), 0);
    assert_int_equal(live_policy_prepare(in_use, &err), 0);
    assert_int_equal(live_policy_prepare(fresh, &err), 0);
    assert_int_equal(refused(in_use, "192.0.2.1", &wanted), POLICY_REFUSED_NOT);
    assert_true(wanted);
    assert_int_equal(refused(in_use, "127.0.0.1", &wanted), POLICY_NEVER_BLOCK); /* of this machine */
    live_policy_exchange(in_use, fresh);
    refused(in_use, "192.0.2.1", &wanted);
    assert_false(wanted);
    refused(fresh, "192.0.2.1", &wanted);
    assert_true(wanted);
    assert_int_equal(in_use->live.block_seconds, 7);
    assert_int_equal(in_use->live.most_blocks, 8);
    assert_true(in_use->live.block_alerts && in_use->live.dry_run);
    assert_int_equal(in_use->live.workers, 1);
    assert_false(fresh->live.block_alerts || fresh->live.dry_run);
    settings_free(in_use);
    settings_free(fresh);
}

/* An entry that says too little is refused with its key, which leads to its line. */
static void policies_are_checked(void **state)
{
    (void)state;
    struct settings *s = settings_of_test();
    struct err err = {0};
    assert_int_equal(settings_put(s, "verdict.host-block.1.sids", "7", &err), 0);
    assert_int_equal(live_policy_prepare(s, &err), -EINVAL);
    assert_non_null(strstr(err.message, "verdict.host-block.1: "));
    settings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records),
        cmocka_unit_test(dry_run_from_threads),
        cmocka_unit_test(blocks_from_threads),
        cmocka_unit_test(policies_are_exchanged),
        cmocka_unit_test(policies_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
