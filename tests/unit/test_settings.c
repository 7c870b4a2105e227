/* The configuration: YAML, single settings, variables, what is wrong with them; the list of capture files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rule/variables.h"
#include "run/settings/settings.h"
#include "verdict/policy.h"

static int load(struct settings *s, const char *yaml, struct err *err)
{
    char name[] = "/tmp/settings-XXXXXX";
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
    close(fd);
    int result = settings_load(s, name, err);
    unlink(name);
    return result;
}

static void test_yaml_of_suricatas_shape(void **state)
{
    (void)state;
    struct settings *s = settings_new();
    struct err err = {0};
    const char *yaml = "%YAML 1.1\n---\n"
                       "vars:\n  address-groups:\n    HOME_NET: \"[10.0.0.0/8]\"\n"
                       "  port-groups:\n    VXLAN_PORTS: 4790\n"
                       "stream:\n  midstream: yes\n  memcap: 64 MiB\n"
                       "  reassembly:\n    depth: 2mb\n    memcap: 1gb\n    toserver-chunk-size: 100\n"
                       "    urgent:\n      policy: inline\n"
                       "flow-timeouts:\n  tcp:\n    new: 7\n    emergency-new: 1\n"
                       "host-os-policy:\n  linux: [10.0.0.0/8, \"2001:db8::/32\"]\n  bsd: []\n"
                       "decoder:\n  teredo:\n    enabled: false\n  vxlan:\n    ports: $VXLAN_PORTS\n"
                       "outputs:\n  - eve-log:\n      enabled: yes\n  - fast:\n      enabled: no\n"
                       "vlan:\n  use-for-tracking: false\nreputation-files:\n - a.list\n - b.list\n";
    int result = load(s, yaml, &err);
    assert_string_equal(err.message, "");
    assert_int_equal(result, 0);
    assert_true(s->tcp.midstream);
    assert_int_equal(s->tcp.depth, 2 << 20);
    assert_int_equal(s->tcp.memory, 1ULL << 30);
    assert_int_equal(s->tcp.urgent, TCP_URGENT_INLINE);
    assert_int_equal(s->chunk_to_server, 100);
    assert_int_equal(s->flows.tcp.fresh, 7);
    assert_int_equal(s->flows.tcp.established, 600);
    assert_true(s->decode.teredo_off);
    assert_int_equal(s->decode.vxlan_port, 4790);
    assert_false(s->vlan_tracking);
    assert_int_equal(s->reputation_count, 2);
    assert_non_null(s->hosts);
    struct address host;
    assert_true(address_parse("10.1.2.3", &host));
    assert_int_equal(host_policies_find(s->hosts, &host), OS_LINUX);
    const struct variable *v = variables_find(s->variables, slice_str("HOME_NET"), VARIABLE_ADDRESSES);
    assert_string_equal(v->value, "[10.0.0.0/8]");
    assert_int_equal(s->ignored_count, 4); /* stream.memcap, flow-timeouts.tcp, outputs.0, outputs.1 */
    assert_string_equal(s->ignored[2], "outputs.0");
    settings_free(s);
}

static void test_what_is_missed_of_a_protocol_is_named_whole(void **state)
{
    (void)state;
    struct err err = {0};
    struct settings *s = settings_new();
    const char *yaml =
        "app-layer:\n  protocols:\n    tls:\n      detection-ports:\n        dp: 443, 8443\n"
        "    dns:\n      tcp:\n        enabled: yes\n        detection-ports:\n          dp: 53\n"
        "      udp:\n        enabled: no\n        detection-ports:\n          dp: [53, 5300]\n";
    assert_int_equal(load(s, yaml, &err), 0);
    assert_int_equal(s->ignored_count, 3);
    assert_string_equal(s->ignored[0], "app-layer.protocols");
    assert_string_equal(s->ignored[1], "app-layer.protocols.dns.udp.enabled");
    assert_string_equal(s->ignored[2], "app-layer.protocols.dns.udp.detection-ports.dp");
    settings_free(s);
}

static void refuses(const char *yaml, unsigned line, const char *word)
{
    struct settings *s = settings_new();
    struct err err = {0};
    assert_true(load(s, yaml, &err) < 0);
    assert_int_equal(err.line, line);
    assert_non_null(strstr(err.message, word));
    settings_free(s);
}

static void test_yaml_errors(void **state)
{
    (void)state;
    refuses("stream:\n  midstream: perhaps\n", 2, "yes or no");
    refuses("stream:\n  reassembly:\n    depth: many\n", 3, "size");
    refuses("verdict:\n  host-block:\n    - sids: 1\n      seconds: 5\n    - sids: 2\n", 5,
            "seconds is missing");
    refuses("verdict:\n  host-block:\n    - sids: [1, 2-]\n      seconds: 5\n", 3, "2-");
    refuses("verdict:\n  host-block:\n    - {sids: 1, secnods: 5}\n", 3, "secnods");
    refuses("verdict:\n  host-block: yes\n", 2, "mappings");
    refuses("verdict:\n  never-block:\n    - 10.0.0.0/8\n    - 10.0.0\n", 4, "10.0.0");
    refuses("verdict:\n  never-block:\n    - prefix: 10.0.0.0/8\n", 3, "addresses");
    struct settings *s = settings_new();
    struct err err = {0};
    assert_true(load(s, "a: [1, 2\nb: {", &err) < 0);
    assert_true(settings_load(s, "/no/such/file.yaml", &err) < 0);
    settings_free(s);
}

static void test_yaml_lists_of_mappings(void **state)
{
    (void)state;
    struct settings *s = settings_new();
    struct err err = {0};
    const char *yaml =
        "verdict:\n  never-block: [192.0.2.1]\n  host-block:\n"
        "    - sids: [1, 5-7]\n      seconds: 60\n"
        "    - classtypes: trojan-activity, web-application-attack\n      who: target\n      seconds: 0\n";
    assert_int_equal(load(s, yaml, &err), 0);
    assert_int_equal(settings_assign(s, "verdict.never-block=192.0.2.2,192.0.2.3", &err), 0);
    assert_int_equal(policy_hosts(s->live.policy), 2);
    struct policy_alert alert = {.gid = 1, .sid = 6, .class_name = ""};
    struct policy_decision decision;
    for (int last = 1; last <= 4; last++) {
        char text[] = "192.0.2.0";
        text[8] = (char)('0' + last);
        assert_true(address_parse(text, &alert.source));
        policy_decide(s->live.policy, &alert, &decision);
        assert_true(decision.host.wanted);
        assert_int_equal(decision.host.refused, last < 4 ? POLICY_NEVER_BLOCK : POLICY_REFUSED_NOT);
    }
    settings_free(s);
}

static void test_single_settings(void **state)
{
    (void)state;
    struct settings *s = settings_new();
    struct err err = {0};
    assert_int_equal(settings_assign(s, "HOME_NET=10.0.0.0/8", &err), 0);
    assert_int_equal(settings_assign(s, "vars.port-groups.HTTP_PORTS=8080", &err), 0);
    assert_int_equal(settings_assign(s, "checksums=off", &err), 0);
    assert_int_equal(s->decode.checksums, CHECKSUM_OFF);
    assert_int_equal(settings_assign(s, "pcap-file.checksum-checks=yes", &err), 0);
    assert_int_equal(s->decode.checksums, CHECKSUM_ON);
    assert_int_equal(settings_assign(s, "stream.reassembly.depth=0", &err), 0);
    assert_true(s->tcp.depth == UINT64_MAX);
    assert_int_equal(settings_assign(s, "records=flow,stats", &err), 0);
    assert_int_equal(s->output.records, RECORD_FLOW | RECORD_STATS);
    assert_int_equal(settings_assign(s, "records=flow,nonsense", &err), -EINVAL);
    assert_int_equal(settings_assign(s, "records=", &err), -EINVAL);
    assert_int_equal(settings_assign(s, "seed=-1", &err), -EINVAL);
    assert_int_equal(settings_assign(s, "community-id-seed=65536", &err), -EINVAL);
    assert_int_equal(settings_assign(s, "defrag.memcap=99999999999999 gib", &err), -EINVAL);
    assert_int_equal(settings_assign(s, "decoder.vxlan.ports=70000", &err), -EINVAL);
    assert_int_equal(settings_assign(s, "nothing", &err), -EINVAL);
    assert_int_equal(settings_assign(s, "=x", &err), -EINVAL);
    assert_int_equal(settings_assign(s, "stream.midstrem=yes", &err), -ENOENT);
    assert_non_null(strstr(err.hint, "stream.midstream"));
    settings_free(s);
}

/* As Suricata's stock configuration has them, unless a setting says otherwise. */
static void test_protocols(void **state)
{
    (void)state;
    struct settings *s = settings_new();
    struct err err = {0};
    assert_int_equal(app_config_untold(&s->app), APP_PROTOS_OFF);
    assert_int_equal(app_config_unparsed(&s->app), APP_PROTOS_OFF);
    assert_int_equal(settings_assign(s, "app-layer.protocols.modbus.enabled=yes", &err), 0);
    assert_int_equal(settings_assign(s, "app-layer.protocols.http.enabled=detection-only", &err), 0);
    assert_int_equal(settings_assign(s, "app-layer.protocols.tls.enabled=no", &err), 0);
    assert_int_equal(settings_assign(s, "app-layer.protocols.dns.enabled=perhaps", &err), -EINVAL);
    uint64_t off = (APP_PROTOS_OFF & ~(UINT64_C(1) << APP_MODBUS)) | UINT64_C(1) << APP_TLS;
    assert_int_equal(app_config_untold(&s->app), off);
    assert_int_equal(app_config_unparsed(&s->app), off | UINT64_C(1) << APP_HTTP | UINT64_C(1) << APP_HTTP1);
    settings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_missed_of_a_protocol_is_named_whole),
        cmocka_unit_test(test_protocols),
        cmocka_unit_test(test_yaml_of_suricatas_shape),
        cmocka_unit_test(test_yaml_errors),
        cmocka_unit_test(test_yaml_lists_of_mappings),
        cmocka_unit_test(test_single_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
