#include "run/settings/setting_value.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "base/grow.h"
#include "rule/keyword.h"
#include "rule/variables.h"
#include "run/settings/setting_records.h"
#include "run/settings/setting_words.h"
#include "run/settings/settings.h"

static bool parse_bool(const char *value, void *member)
{
    static const char *const yes[] = {"yes", "true", "on", "1", "enabled"};
    static const char *const no[] = {"no", "false", "off", "0", "disabled", ""};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (strcasecmp(value, yes[i]) == 0)
            return *(bool *)member = true;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (strcasecmp(value, no[i]) == 0) {
            *(bool *)member = false;
            return true;
        }
    return false;
}

static bool parse_auto(const char *value, void *member)
{
    return strcasecmp(value, "auto") == 0 || parse_bool(value, member);
}

static bool parse_off(const char *value, void *member)
{
    bool on;
    return parse_bool(value, &on) && (*(bool *)member = !on, true);
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

static bool parse_u16(const char *value, void *member)
{
    uint64_t n;
    return parse_uint(value, UINT16_MAX, &n) && (*(uint16_t *)member = (uint16_t)n, true);
}

static bool parse_u32(const char *value, void *member)
{
    uint64_t n;
    return parse_uint(value, UINT32_MAX, &n) && (*(uint32_t *)member = (uint32_t)n, true);
}

static bool parse_u64(const char *value, void *member)
{
    return parse_uint(value, UINT64_MAX, member);
}

static bool parse_long_size(const char *value, void *member)
{
    return parse_size(value, UINT64_MAX, member);
}

static bool parse_depth(const char *value, void *member)
{
    uint64_t n;
    return parse_size(value, UINT64_MAX, &n) && (*(uint64_t *)member = n ? n : UINT64_MAX, true);
}

static bool parse_chunk(const char *value, void *member)
{
    uint64_t n;
    return parse_size(value, UINT32_MAX, &n) && (*(uint32_t *)member = (uint32_t)n, true);
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

static bool parse_checksums(const char *value, void *member)
{
    enum checksum_mode *out = member;
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

static bool parse_urgent(const char *value, void *member)
{
    static const char *const words[] = {[TCP_URGENT_OUT_OF_BAND] = "oob",
                                        [TCP_URGENT_INLINE] = "inline",
                                        [TCP_URGENT_DROP] = "drop",
                                        [TCP_URGENT_GAP] = "gap"};
    int index;
    if (!parse_word(value, words, 4, &index))
        return false;
    *(enum tcp_urgent *)member = (enum tcp_urgent)index;
    return true;
}

static bool parse_source(const char *value, void *member)
{
    static const char *const words[] = {
        [SOURCE_AUTO] = "auto", [SOURCE_AFXDP] = "afxdp", [SOURCE_PCAP] = "pcap"};
    int index;
    if (!parse_word(value, words, 3, &index))
        return false;
    *(enum live_source_kind *)member = (enum live_source_kind)index;
    return true;
}

/* "md5,sha256"; given again, others come to these. */
static bool parse_hashes(const char *value, void *member)
{
    bool *hashes = member;
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

static bool parse_records(const char *value, void *member)
{
    return setting_records_parse(value, member);
}

static bool parse_tunnels(const char *value, void *member)
{
    return tunnels_parse(value, member);
}

static bool parse_protocol(const char *value, void *member)
{
    bool on = false, detected = strcasecmp(value, "detection-only") == 0;
    if (!detected && !parse_bool(value, &on))
        return false;
    *(uint8_t *)member = detected ? APP_DETECTED : on ? APP_ON : APP_OFF;
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

/* But for words, and those that need more than their member. */
static const struct {
    bool (*parse)(const char *value, void *member);
    const char *expected;
} kinds[] = {
    [KIND_BOOL] = {parse_bool, "yes or no"},
    [KIND_AUTO] = {parse_auto, "auto, yes or no"},
    [KIND_OFF] = {parse_off, "yes or no"},
    [KIND_U16] = {parse_u16, "a number"},
    [KIND_U32] = {parse_u32, "a number"},
    [KIND_U64] = {parse_u64, "a number"},
    [KIND_SIZE] = {parse_long_size, "a size such as 32 MiB"},
    [KIND_DEPTH] = {parse_depth, "a size such as 32 MiB"},
    [KIND_CHUNK] = {parse_chunk, "a size such as 32 MiB"},
    [KIND_PORT] = {NULL, "a port"},
    [KIND_CHECKSUMS] = {parse_checksums, "auto, on or off"},
    [KIND_RECORDS] = {parse_records, "a list of"
#define RECORD(kind, name) " " name
#include "output/record_list.h"
#undef RECORD
    },
    [KIND_URGENT] = {parse_urgent, "oob, inline, drop or gap"},
    [KIND_HASHES] = {parse_hashes, "a list of md5, sha1, sha256"},
    [KIND_PROTOCOL] = {parse_protocol, "yes, no or detection-only"},
    [KIND_TUNNELS] = {parse_tunnels, "a list of gre, vxlan, geneve, or none"},
    [KIND_SOURCE] = {parse_source, "auto, afxdp or pcap"},
};

static bool is_word(enum setting_kind kind)
{
    return kind >= KIND_MODE && kind <= KIND_EXCEPTION;
}

static enum word_setting word_of(enum setting_kind kind)
{
    return (enum word_setting)(kind - KIND_MODE);
}

const char *setting_value_expected(enum setting_kind kind)
{
    return is_word(kind) ? word_expected(word_of(kind)) : kinds[kind].expected;
}

int setting_value_put(struct settings *s, enum setting_kind kind, void *member, const char *value)
{
    if (kind == KIND_TEXT)
        return put_text(member, value);
    if (kind == KIND_LIST)
        return put_reputation_file(s, value);
    bool ok = kind == KIND_PORT ? parse_port(s, value, member)
              : is_word(kind)   ? word_parse(word_of(kind), value, member)
                                : kinds[kind].parse(value, member);
    return ok ? 0 : -EINVAL;
}
