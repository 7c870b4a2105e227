/* What a rule says about itself: identity, message, class, references, and what becomes of its alerts. */
#include "rule/keyword.h"
#include "packet/packet.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/log.h"
#include "rule/classes.h"
#include "rule/requires.h"
#include "rule/state_op.h"

enum { METADATA_MOST = 4096, REFERENCES_MOST = 1024 };

static int shown(struct slice s)
{
    return s.n > 64 ? 64 : (int)s.n;
}

/* As Suricata: what stands behind the digits is passed over. */
static int parse_identity(const struct option *option, uint32_t *out, struct err *err)
{
    uint64_t value;
    if (!text_uint_begin(option->value, UINT32_MAX, &value) || !value)
        return err_set(err, -EINVAL, "expected a number from 1 to 4294967295");
    *out = (uint32_t)value;
    return 0;
}

static int parse_number(const struct option *option, uint32_t *out, struct err *err)
{
    uint64_t value;
    if (memchr(option->value.p, 'x', option->value.n) || !text_uint(option->value, UINT32_MAX, &value))
        return err_set(err, -EINVAL, "expected a number from 0 to 4294967295");
    *out = (uint32_t)value;
    return 0;
}

static int parse_sid(struct rule_builder *b, const struct option *option, struct err *err)
{
    if (b->rule->sid)
        return err_set(err, -EINVAL, "a second sid: a rule has one");
    return parse_identity(option, &b->rule->sid, err);
}

static int parse_rev(struct rule_builder *b, const struct option *option, struct err *err)
{
    if (b->rule->rev)
        return err_set(err, -EINVAL, "a second rev: a rule has one");
    return parse_identity(option, &b->rule->rev, err);
}

static int parse_gid(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_number(option, &b->rule->gid, err);
}

/* Text in quotes, a backslash before any character standing for that character. */
static int parse_msg(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice s = option->value;
    if (b->rule->message)
        return err_set(err, -EINVAL, "a second msg: a rule has one");
    if (!text_unquote(&s))
        return err_set(err, -EINVAL, "expected the message in quotes: msg:\"...\";");
    char *message = malloc(s.n + 1);
    if (!message)
        return -ENOMEM;
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n)
            i++;
        message[n++] = (char)s.p[i];
    }
    message[n] = '\0';
    b->rule->message = message;
    return 0;
}

static bool has_option(const struct rule *rule, const char *name)
{
    for (uint32_t i = 0; i < rule->option_count; i++)
        if (text_equal(slice_str(rule->options[i].name), name))
            return true;
    return false;
}

/* The most urgent of several classes holds; the keyword priority outdoes any class. */
static int parse_classtype(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct rule *rule = b->rule;
    for (size_t i = 0; i < option->value.n; i++)
        if (option->value.p[i] == ' ' || option->value.p[i] == ',' || option->value.p[i] == '\t')
            return err_set(err, -EINVAL, "expected one class name, such as trojan-activity");
    const struct rule_class *class = b->context ? class_find(b->context->classes, option->value) : NULL;
    int priority = class ? class->priority : 3;
    if (!class && b->context)
        log_warning(b->context->log, "classtype \"%.*s\" is not in classification.config: priority 3",
                    shown(option->value), (const char *)option->value.p);
    bool by_keyword = has_option(rule, "priority");
    if (rule->class_name && has_option(rule, "classtype")) {
        const struct rule_class *before =
            b->context ? class_find(b->context->classes, slice_str(rule->class_name)) : NULL;
        if (!class || (before && before->priority <= class->priority))
            return 0;
    }
    char *name = class ? text_dup(slice_str(class->name)) : calloc(1, 1);
    char *text = class ? text_dup(slice_str(class->text)) : calloc(1, 1);
    if (!name || !text) {
        free(name);
        free(text);
        return -ENOMEM;
    }
    free(rule->class_name);
    free(rule->class_text);
    rule->class_name = name;
    rule->class_text = text;
    if (!by_keyword)
        rule->priority = priority;
    return 0;
}

static int parse_priority(struct rule_builder *b, const struct option *option, struct err *err)
{
    uint64_t value;
    if (memchr(option->value.p, 'x', option->value.n) || !text_uint(option->value, INT32_MAX, &value))
        return err_set(err, -EINVAL, "expected a number from 0 (most urgent) to 2147483647");
    bool again = has_option(b->rule, "priority");
    if (!again || (int)value < b->rule->priority)
        b->rule->priority = (int)value;
    return 0;
}

static int parse_reference(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct rule *rule = b->rule;
    struct slice rest = option->value, system;
    text_field(&rest, ',', &system);
    rest = text_trim(rest);
    if (!system.n || !rest.n)
        return err_set(err, -EINVAL,
                       "expected a system and an id, such as cve,2021-44228 or url,example.org");
    const struct reference_system *known = b->context ? reference_find(b->context->classes, system) : NULL;
    if (!known) {
        if (b->context)
            log_warning(b->context->log, "reference system \"%.*s\" is not in reference.config",
                        shown(system), (const char *)system.p);
        return 0;
    }
    if (rule->reference_count == REFERENCES_MOST)
        return err_set(err, -EINVAL, "more than %d references", REFERENCES_MOST);
    char **grown = realloc(rule->references, (rule->reference_count + 1) * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    rule->references = grown;
    size_t prefix = strlen(known->prefix);
    char *text = malloc(prefix + rest.n + 1);
    if (!text)
        return -ENOMEM;
    memcpy(text, known->prefix, prefix);
    memcpy(text + prefix, rest.p, rest.n);
    text[prefix + rest.n] = '\0';
    rule->references[rule->reference_count++] = text;
    return 0;
}

static int add_metadata(struct rule *rule, struct slice pair)
{
    size_t n = 0;
    while (n < pair.n && pair.p[n] != ' ' && pair.p[n] != '\t')
        n++;
    struct slice value = text_trim(slice_from(pair, n));
    struct rule_option *grown = realloc(rule->metadata, (rule->metadata_count + 1) * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    rule->metadata = grown;
    struct rule_option item = {.name = text_dup(slice_first(pair, n)), .value = text_dup(value)};
    if (!item.name || !item.value) {
        free(item.name);
        free(item.value);
        return -ENOMEM;
    }
    rule->metadata[rule->metadata_count++] = item;
    return 0;
}

/* key value, key value: words without a value say nothing that an alert could show. */
static int parse_metadata(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, pair;
    while (text_field(&rest, ',', &pair)) {
        if (!pair.n || (!memchr(pair.p, ' ', pair.n) && !memchr(pair.p, '\t', pair.n)))
            continue;
        if (b->rule->metadata_count == METADATA_MOST)
            return err_set(err, -EINVAL, "more than %d pairs of metadata", METADATA_MOST);
        if (add_metadata(b->rule, pair))
            return -ENOMEM;
    }
    return 0;
}

static int parse_target(struct rule_builder *b, const struct option *option, struct err *err)
{
    uint32_t flag;
    if (slice_equal(option->value, slice_str("src_ip")))
        flag = RULE_TARGET_SOURCE;
    else if (slice_equal(option->value, slice_str("dest_ip")))
        flag = RULE_TARGET_DESTINATION;
    else
        return err_set(err, -EINVAL, "expected src_ip or dest_ip");
    if (b->rule->flags & (RULE_TARGET_SOURCE | RULE_TARGET_DESTINATION) & ~flag)
        return err_set(err, -EINVAL, "the rule has named the other side as its target before");
    b->rule->flags |= flag;
    return 0;
}

static int parse_noalert(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option, (void)err;
    b->rule->flags = (b->rule->flags & ~(uint32_t)RULE_ALERT) | RULE_NOALERT;
    return 0;
}

static int parse_alert(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option, (void)err;
    b->rule->flags = (b->rule->flags & ~(uint32_t)RULE_NOALERT) | RULE_ALERT;
    return 0;
}

static int parse_bypass(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option, (void)err;
    b->rule->flags |= RULE_BYPASS;
    return 0;
}

static uint32_t later(uint32_t last, uint16_t option)
{
    return option != NO_OPTION && option + 1U > last ? option + 1U : last;
}

/* The option that made the last of the rule's conditions; NULL when it has none. */
static const char *last_condition(const struct rule *rule)
{
    uint32_t last = 0; /* one more than its index */
    for (uint32_t i = 0; i < rule->test_count; i++)
        last = later(last, rule->tests[i].option);
    for (uint32_t i = 0; i < rule->state_count; i++)
        last = later(last, rule->state[i].option);
    for (uint32_t c = 0; c < rule->chain_count; c++)
        for (uint32_t i = 0; i < rule->chains[c].step_count; i++)
            last = later(last, rule->chains[c].steps[i].option);
    return last ? rule->options[last - 1].name : NULL;
}

/* As in Suricata, which preselects by some keywords only and refuses a rule that names another. */
static int parse_prefilter(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const char *const by[] = {
        "content",      "app-layer-protocol",
        "decode-event", "stream-event",
        "stream_size",  "flow",
        "flowbits",     "flow.age",
        "flow.pkts",    "flow.pkts_toserver",
        "fileext",      "flow.pkts_toclient",
        "filename",     "dsize",
        "fragbits",     "fragoffset",
        "icmp_id",      "icmp_seq",
        "icmpv6.mtu",   "icode",
        "id",           "itype",
        "ack",          "tcp.ack",
        "seq",          "tcp.seq",
        "flags",        "tcp.flags",
        "tcp.mss",      "tcp.wscale",
        "ttl",          "vlan.id",
        "vlan.layers",  "file.name",
    };
    (void)option;
    const char *name = last_condition(b->rule);
    if (!name)
        return err_set(err, -EINVAL, "expected a keyword before it for which packets are preselected");
    b->rule->flags |= RULE_PREFILTER;
    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        if (text_equal(slice_str(name), by[i]))
            return 0;
    return err_set(err, -EINVAL, "packets cannot be preselected by %s, the keyword before it", name);
}

/* Was checked before the rule was built (parser.c): here all that it asks for is there. */
static int parse_requires(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)b;
    int rc = requires_check(option->value, err);
    return rc > 0 ? -ECANCELED : rc;
}

struct l3_protocol {
    uint32_t layer;
};

static bool match_l3(const void *data, const struct view *view)
{
    return view->packet->layers & ((const struct l3_protocol *)data)->layer;
}

static const struct test_ops l3_ops = {.keyword = "l3_proto", .match = match_l3};

static int parse_l3_proto(struct rule_builder *b, const struct option *option, struct err *err)
{
    uint32_t layer;
    if (text_equal(option->value, "ipv4") || text_equal(option->value, "ip4"))
        layer = LAYER_IPV4;
    else if (text_equal(option->value, "ipv6") || text_equal(option->value, "ip6"))
        layer = LAYER_IPV6;
    else
        return err_set(err, -EINVAL, "expected ipv4, ip4, ipv6 or ip6");
    struct l3_protocol *data = malloc(sizeof *data);
    if (!data)
        return -ENOMEM;
    data->layer = layer;
    return builder_test(b, &l3_ops, data);
}

/* MARK/MASK for netfilter, which we never hand packets back to: checked, and kept as text. */
static int parse_nfq_set_mark(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)b;
    struct slice rest = option->value, mark;
    uint64_t value;
    text_field(&rest, '/', &mark);
    rest = text_trim(rest);
    if (!text_uint(mark, UINT32_MAX, &value) || !rest.n || !text_uint(rest, UINT32_MAX, &value))
        return err_set(err, -EINVAL, "expected a mark and a mask, such as 0x8/0xff");
    return 0;
}

static bool take_word(struct slice *field, const char *const *words, struct slice *word)
{
    struct slice s = *field;
    for (; *words; words++) {
        size_t n = strlen(*words);
        if (s.n < n || memcmp(s.p, *words, n) != 0 || (s.n > n && s.p[n] != ' '))
            continue;
        *word = slice_first(s, n);
        *field = text_trim(slice_from(s, n));
        return true;
    }
    return false;
}

/* config:logging disable, type tx, scope tx: what it would change is the logging of transactions. */
static int parse_config(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const char *const subjects[] = {"logging", "tracking", NULL}, *const verbs[] = {"disable", NULL},
                             *const types[] = {"type", NULL}, *const scopes[] = {"scope", NULL};
    static const char *const type_words[] = {"tx", "flow", NULL}, *const scope_words[] = {"tx", "flow",
                                                                                          "packet", NULL};
    struct slice rest = option->value, subject, field, word, scope;
    bool good = text_field(&rest, ',', &field) && take_word(&field, subjects, &subject) &&
                take_word(&field, verbs, &word) && !field.n;
    good = good && text_field(&rest, ',', &field) && take_word(&field, types, &word) &&
           take_word(&field, type_words, &word) && !field.n;
    good = good && text_field(&rest, ',', &field) && take_word(&field, scopes, &word) &&
           take_word(&field, scope_words, &scope) && !field.n && !rest.p;
    if (!good) {
        err_set(err, -EINVAL, "expected what is disabled, its type and its scope");
        err_hint(err, "such as config:logging disable, type tx, scope tx;");
        return -EINVAL;
    }
    if (slice_equal(subject, slice_str("tracking")) && slice_equal(scope, slice_str("packet")) &&
        b->rule->header.hook != HOOK_PRE_FLOW)
        return err_set(err, -EINVAL, "tracking can be disabled for a packet only in the hook pre_flow");
    return 0;
}

const struct keyword keywords_meta[] = {
    {"sid", NULL, VALUE_REQUIRED, parse_sid},
    {"rev", NULL, VALUE_REQUIRED, parse_rev},
    {"gid", NULL, VALUE_REQUIRED, parse_gid},
    {"msg", NULL, VALUE_REQUIRED, parse_msg},
    {"classtype", NULL, VALUE_REQUIRED, parse_classtype},
    {"priority", NULL, VALUE_REQUIRED, parse_priority},
    {"reference", NULL, VALUE_REQUIRED, parse_reference},
    {"metadata", NULL, VALUE_REQUIRED, parse_metadata},
    {"target", NULL, VALUE_REQUIRED, parse_target},
    {"noalert", NULL, VALUE_NONE, parse_noalert},
    {"alert", NULL, VALUE_NONE, parse_alert},
    {"bypass", NULL, VALUE_NONE, parse_bypass},
    {"prefilter", NULL, VALUE_NONE, parse_prefilter},
    {"requires", NULL, VALUE_REQUIRED, parse_requires},
    {"config", NULL, VALUE_REQUIRED, parse_config},
    {"nfq_set_mark", NULL, VALUE_REQUIRED, parse_nfq_set_mark},
    {"l3_proto", NULL, VALUE_REQUIRED, parse_l3_proto},
    {NULL, NULL, VALUE_NONE, NULL},
};
