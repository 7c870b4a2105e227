#include "run/settings/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "base/grow.h"
#include "rule/keyword.h"
#include "rule/variables.h"
#include "run/settings/setting_items.h"
#include "run/settings/setting_value.h"
#include "verdict/policy.h"

struct setting {
    const char *key;
    enum setting_kind kind;
    size_t offset;
};

static const struct setting setting_table[] = {
#define SETTING(key, kind, member) {key, KIND_##kind, offsetof(struct settings, member)},
#include "run/settings/setting_list.h"
#undef SETTING
};

enum { SETTINGS = sizeof setting_table / sizeof setting_table[0] };

struct settings *settings_new(void)
{
    struct settings *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->variables = variables_new();
    s->live.policy = policy_new();
    if (!s->variables || !s->live.policy) {
        settings_free(s);
        return NULL;
    }
    flow_timeouts_default(&s->flows);
    s->output.records = RECORD_ALERT;
    s->vlan_tracking = s->prefilter = s->cache = true;
    s->seed = 1;
    s->live.block_seconds = 600;
    s->live.ipv6_prefix = 64;
    s->live.host_ring = 16 << 20;
    s->live.heartbeat_ms = 1000;
    s->live.workers = 1;
    s->live.frame_size = s->live.frames = s->live.fill_ring = 4096;
    s->live.receive_ring = 2048;
    s->live.busy_poll_budget = 64;
    s->live.pcap_buffer = 16 << 20;
    s->live.most_blocks = 1000;
    s->live.stats_seconds = 8;
    s->live.bypass = true;
    return s;
}

void settings_free(struct settings *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < SETTINGS; i++)
        if (setting_table[i].kind == KIND_TEXT)
            free(*(char **)((char *)s + setting_table[i].offset));
    for (uint32_t i = 0; i < s->reputation_count; i++)
        free(s->reputation_files[i]);
    for (uint32_t i = 0; i < s->ignored_count; i++)
        free(s->ignored[i]);
    free(s->reputation_files);
    free(s->ignored);
    interfaces_fini(&s->live.interfaces);
    setting_notes_fini(&s->notes);
    interfaces_fini(&s->live.pairs);
    xdp_programs_fini(&s->live.programs);
    variables_free(s->variables);
    host_policies_free(s->hosts);
    policy_free(s->live.policy);
    free(s);
}

static int put(struct settings *s, const struct setting *setting, const char *value, struct err *err)
{
    int result = setting_value_put(s, setting->kind, (char *)s + setting->offset, value);
    if (result == -EINVAL)
        return err_set(err, result, "%s: expected %s, not \"%s\"", setting->key,
                       setting_value_expected(setting->kind), value);
    return result ? err_set(err, result, "out of memory") : 0;
}

static int put_host_policy(struct settings *s, const char *policy, const char *prefix, struct err *err)
{
    if (!s->hosts)
        s->hosts = host_policies_new();
    if (!s->hosts)
        return err_set(err, -ENOMEM, "out of memory");
    return host_policies_add(s->hosts, policy, prefix, err);
}

/* What follows `list` in a key that is it, or lies below it ("", ".2.name"); NULL when it does not. */
static const char *below(const char *key, const char *list)
{
    size_t n = strlen(list);
    return strncmp(key, list, n) == 0 && (!key[n] || key[n] == '.') ? key + n : NULL;
}

static int put_key(struct settings *s, const char *key, const char *value, struct err *err)
{
    const char *rest;
    if ((rest = below(key, "run.pairs")))
        return interfaces_put_paired(&s->live.pairs, rest, value, err);
    if ((rest = below(key, "run.interfaces")))
        return interfaces_put(&s->live.interfaces, rest, value, err);
    if ((rest = below(key, "xdp.programs")))
        return xdp_programs_put(&s->live.programs, rest, value, err);
    if ((rest = below(key, "host-os-policy")) && *rest)
        return put_host_policy(s, rest + 1, value, err);
    int item = settings_put_item(s, key, value, err);
    if (item <= 0)
        return item;
    for (size_t i = 0; i < SETTINGS; i++)
        if (strcmp(setting_table[i].key, key) == 0)
            return put(s, &setting_table[i], value, err);
    err_set(err, -ENOENT, "there is no setting \"%s\"", key);
    const char *closest = settings_closest(key);
    if (closest)
        err_hint(err, "did you mean \"%s\"?", closest);
    return -ENOENT;
}

int settings_put(struct settings *s, const char *key, const char *value, struct err *err)
{
    int result = put_key(s, key, value, err);
    if (!result && setting_notes_add(&s->notes, key, value))
        return err_set(err, -ENOMEM, "out of memory");
    return result;
}

int settings_assign(struct settings *s, const char *assignment, struct err *err)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment)
        return err_set(err, -EINVAL, "expected KEY=VALUE, not \"%s\"", assignment);
    size_t n = (size_t)(equals - assignment);
    char key[128];
    if (n >= sizeof key)
        return err_set(err, -EINVAL, "the key of \"%.40s...\" is too long", assignment);
    memcpy(key, assignment, n);
    key[n] = 0;
    /* Names of variables have no lower-case letters, dots or dashes; settings have. */
    bool variable = strncmp(key, "vars.", 5) == 0 || !strpbrk(key, ".-abcdefghijklmnopqrstuvwxyz");
    if (variable)
        return variables_set(s->variables, assignment, err);
    int result = settings_put(s, key, equals + 1, err);
    if (result == -ENOENT && !strpbrk(key, ".-"))
        return variables_set(s->variables, assignment, err);
    return result;
}

/* Letters that differ, by position from both ends: enough to tell a slip from another word. */
static unsigned distance(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b), least = na < nb ? na : nb, head = 0, tail = 0;
    while (head < least && a[head] == b[head])
        head++;
    while (tail < least - head && a[na - 1 - tail] == b[nb - 1 - tail])
        tail++;
    return (unsigned)((na > nb ? na : nb) - head - tail);
}

const char *settings_closest(const char *key)
{
    const char *best = NULL;
    unsigned least = 4;
    for (size_t i = 0; i < SETTINGS; i++) {
        unsigned d = distance(key, setting_table[i].key);
        if (d < least) {
            least = d;
            best = setting_table[i].key;
        }
    }
    return best;
}
