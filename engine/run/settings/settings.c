#include "run/settings/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "base/grow.h"
#include "rule/keyword.h"
#include "rule/variables.h"
#include "run/settings/setting_records.h"
#include "run/settings/setting_words.h"
#include "run/settings/setting_items.h"
#include "verdict/policy.h"

enum setting_kind {
    KIND_BOOL,
    KIND_AUTO, /* `auto` is left to the kind of run */
    KIND_OFF,  /* `enabled`, kept as its opposite */
    KIND_U16,
    KIND_U32,
    KIND_U64,
    KIND_SIZE,
    KIND_DEPTH, /* a size; 0 means no limit */
    KIND_CHUNK, /* a size, 32 bits */
    KIND_PORT,
    KIND_TEXT,
    KIND_LIST,
    KIND_CHECKSUMS,
    KIND_RECORDS,
    KIND_URGENT,
    KIND_HASHES,
    KIND_PROTOCOL, /* yes, no or detection-only */
    KIND_MODE,     /* this one to KIND_EXCEPTION: enum word_setting, in its order */
    KIND_FAIL,
    KIND_ODD,
    KIND_WRONG,
    KIND_SANDBOX,
    KIND_EXCEPTION,
    KIND_TUNNELS,
    KIND_SOURCE,
};

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

static bool parse_bool(const char *value, bool *out)
{
    static const char *const yes[] = {"yes", "true", "on", "1", "enabled"};
    static const char *const no[] = {"no", "false", "off", "0", "disabled", ""};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (strcasecmp(value, yes[i]) == 0)
            return *out = true;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (strcasecmp(value, no[i]) == 0) {
            *out = false;
            return true;
        }
    return false;
}

/* "262144", "256 KiB", "32mb": units of 1024, as suricata.yaml has them. */
static bool parse_size(const char *value, uint64_t most, uint64_t *out)
{
    char *end;
    if (*value < '0' || *value > '9')
        return false;
    errno = 0;
    uint64_t n = strtoull(value, &end, 10);
    if (errno)
        return false;
    while (*end == ' ')
        end++;
    static const struct {
        const char *name;
        unsigned shift;
    } units[] = {{"", 0},    {"b", 0},    {"k", 10}, {"kb", 10}, {"kib", 10}, {"m", 20},
                 {"mb", 20}, {"mib", 20}, {"g", 30}, {"gb", 30}, {"gib", 30}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcasecmp(end, units[i].name) == 0) {
            if (n > most >> units[i].shift)
                return false;
            *out = n << units[i].shift;
            return true;
        }
    return false;
}

static bool parse_uint(const char *value, uint64_t most, uint64_t *out)
{
    char *end;
    if (*value < '0' || *value > '9')
        return false;
    errno = 0;
    uint64_t n = strtoull(value, &end, 0);
    if (errno || *end || n > most)
        return false;
    *out = n;
    return true;
}

static bool parse_word(const char *value, const char *const *words, int count, int *out)
{
    for (int i = 0; i < count; i++)
        if (strcasecmp(value, words[i]) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static bool parse_checksums(const char *value, enum checksum_mode *out)
{
    static const char *const words[] = {
        [CHECKSUM_AUTO] = "auto", [CHECKSUM_ON] = "on", [CHECKSUM_OFF] = "off"};
    int index;
    bool on;
    if (parse_word(value, words, 3, &index))
        *out = (enum checksum_mode)index;
    else if (parse_bool(value, &on))
        *out = on ? CHECKSUM_ON : CHECKSUM_OFF;
    else
        return false;
    return true;
}

static bool parse_urgent(const char *value, enum tcp_urgent *out)
{
    static const char *const words[] = {[TCP_URGENT_OUT_OF_BAND] = "oob",
                                        [TCP_URGENT_INLINE] = "inline",
                                        [TCP_URGENT_DROP] = "drop",
                                        [TCP_URGENT_GAP] = "gap"};
    int index;
    if (!parse_word(value, words, 4, &index))
        return false;
    *out = (enum tcp_urgent)index;
    return true;
}

static bool parse_source(const char *value, enum live_source_kind *out)
{
    static const char *const words[] = {
        [SOURCE_AUTO] = "auto", [SOURCE_AFXDP] = "afxdp", [SOURCE_PCAP] = "pcap"};
    int index;
    if (!parse_word(value, words, 3, &index))
        return false;
    *out = (enum live_source_kind)index;
    return true;
}

/* "md5,sha256"; given again, others come to these. */
static bool parse_hashes(const char *value, bool hashes[FILE_HASHES])
{
    struct slice rest = slice_str(value), word;
    while (text_field(&rest, ',', &word)) {
        int h = 0;
        while (h < FILE_HASHES && !text_equal(word, file_hash_name((enum file_hash)h)))
            h++;
        if (h == FILE_HASHES)
            return false;
        hashes[h] = true;
    }
    return true;
}

/* "4789", "[4789]", "$VXLAN_PORTS", "any" (the default stays). Of several the first is taken. */
static bool parse_port(const struct settings *s, const char *value, uint16_t *out)
{
    for (int depth = 0; *value == '$' && depth < 8; depth++) {
        const struct variable *v = variables_find(s->variables, slice_str(value + 1), VARIABLE_PORTS);
        if (!v)
            return false;
        value = v->value;
    }
    if (strcasecmp(value, "any") == 0)
        return true;
    while (*value == '[' || *value == ' ')
        value++;
    char *end;
    unsigned long port = strtoul(value, &end, 10);
    if (end == value || port == 0 || port > 65535 || !strchr("], ", *end))
        return false;
    *out = (uint16_t)port;
    return true;
}

static int put_text(char **member, const char *value)
{
    char *copy = strdup(value);
    if (!copy)
        return -ENOMEM;
    free(*member);
    *member = copy;
    return 0;
}

static int put_reputation_file(struct settings *s, const char *value)
{
    char *copy = strdup(value);
    if (!copy || grow_array(&s->reputation_files, s->reputation_count, &s->reputation_capacity)) {
        free(copy);
        return -ENOMEM;
    }
    s->reputation_files[s->reputation_count++] = copy;
    return 0;
}

/* Numbers: false when the text is not one that fits. */
static bool put_number(enum setting_kind kind, void *member, const char *value)
{
    uint64_t n;
    switch (kind) {
    case KIND_U16:
        return parse_uint(value, UINT16_MAX, &n) && (*(uint16_t *)member = (uint16_t)n, true);
    case KIND_U32:
        return parse_uint(value, UINT32_MAX, &n) && (*(uint32_t *)member = (uint32_t)n, true);
    case KIND_U64:
        return parse_uint(value, UINT64_MAX, (uint64_t *)member);
    case KIND_SIZE:
        return parse_size(value, UINT64_MAX, (uint64_t *)member);
    case KIND_DEPTH:
        return parse_size(value, UINT64_MAX, &n) && (*(uint64_t *)member = n ? n : UINT64_MAX, true);
    default: /* KIND_CHUNK */
        return parse_size(value, UINT32_MAX, &n) && (*(uint32_t *)member = (uint32_t)n, true);
    }
}

static enum word_setting word_of(enum setting_kind kind)
{
    return (enum word_setting)(kind - KIND_MODE);
}

static const char *expected(enum setting_kind kind)
{
    switch (kind) {
    case KIND_BOOL:
    case KIND_OFF:
        return "yes or no";
    case KIND_AUTO:
        return "auto, yes or no";
    case KIND_SIZE:
    case KIND_DEPTH:
    case KIND_CHUNK:
        return "a size such as 32 MiB";
    case KIND_PORT:
        return "a port";
    case KIND_CHECKSUMS:
        return "auto, on or off";
    case KIND_RECORDS:
        return "a list of"
#define RECORD(kind, name) " " name
#include "output/record_list.h"
#undef RECORD
            ;
    case KIND_URGENT:
        return "oob, inline, drop or gap";
    case KIND_SOURCE:
        return "auto, afxdp or pcap";
    case KIND_HASHES:
        return "a list of md5, sha1, sha256";
    case KIND_PROTOCOL:
        return "yes, no or detection-only";
    case KIND_MODE:
    case KIND_FAIL:
    case KIND_ODD:
    case KIND_WRONG:
    case KIND_SANDBOX:
    case KIND_EXCEPTION:
        return word_expected(word_of(kind));
    case KIND_TUNNELS:
        return "a list of gre, vxlan, geneve, or none";
    default:
        return "a number";
    }
}

static int put(struct settings *s, const struct setting *setting, const char *value, struct err *err)
{
    void *member = (char *)s + setting->offset;
    bool ok = true, on = false;
    int result = 0;
    switch (setting->kind) {
    case KIND_BOOL:
        ok = parse_bool(value, member);
        break;
    case KIND_AUTO:
        ok = strcasecmp(value, "auto") == 0 || parse_bool(value, member);
        break;
    case KIND_OFF:
        ok = parse_bool(value, &on);
        if (ok)
            *(bool *)member = !on;
        break;
    case KIND_PORT:
        ok = parse_port(s, value, member);
        break;
    case KIND_TEXT:
        result = put_text(member, value);
        break;
    case KIND_LIST:
        result = put_reputation_file(s, value);
        break;
    case KIND_MODE:
    case KIND_FAIL:
    case KIND_ODD:
    case KIND_WRONG:
    case KIND_SANDBOX:
    case KIND_EXCEPTION:
        ok = word_parse(word_of(setting->kind), value, member);
        break;
    case KIND_TUNNELS:
        ok = tunnels_parse(value, member);
        break;
    case KIND_CHECKSUMS:
        ok = parse_checksums(value, member);
        break;
    case KIND_RECORDS:
        ok = setting_records_parse(value, member);
        break;
    case KIND_URGENT:
        ok = parse_urgent(value, member);
        break;
    case KIND_SOURCE:
        ok = parse_source(value, member);
        break;
    case KIND_HASHES:
        ok = parse_hashes(value, member);
        break;
    case KIND_PROTOCOL:
        ok = strcasecmp(value, "detection-only") == 0 || parse_bool(value, &on);
        if (ok) /* of these words it alone has a dash */
            *(uint8_t *)member = on ? APP_ON : strchr(value, '-') ? APP_DETECTED : APP_OFF;
        break;
    default:
        ok = put_number(setting->kind, member, value);
    }
    if (!ok)
        return err_set(err, -EINVAL, "%s: expected %s, not \"%s\"", setting->key, expected(setting->kind),
                       value);
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
