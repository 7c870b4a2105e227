/*
 * What rules remember from packet to packet: flowbits, flowint, flowvar, pktvar, xbits, hostbits. Parsed here
 * into struct state_op; the stores and the evaluation are in engine/match.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "rule/keyword/content_bytes.h"
#include "rule/keyword/number.h"
#include "rule/state_op.h"

enum { STATE_NAMES = 64 }; /* alternatives in one option */

static void op_fini(struct state_op *op)
{
    for (uint32_t i = 0; i < op->name_count; i++)
        free(op->names[i].text);
    free(op->names);
    free(op->variable.text);
    free(op->pattern);
}

static int name_set(struct state_name *name, struct slice text)
{
    name->key = hash_slice(text, 0);
    name->text = text_dup(text);
    return name->text ? 0 : -ENOMEM;
}

static int op_add_name(struct state_op *op, struct slice text)
{
    struct state_name name;
    int r = name_set(&name, text);
    if (r)
        return r;
    struct state_name *grown = realloc(op->names, (op->name_count + 1) * sizeof *grown);
    if (!grown) {
        free(name.text);
        return -ENOMEM;
    }
    op->names = grown;
    op->names[op->name_count++] = name;
    return 0;
}

static bool has_blank(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ' ' || s.p[i] == '\t')
            return true;
    return false;
}

static bool is_noalert(struct rule_builder *b, struct slice value)
{
    if (!slice_equal(text_trim(value), slice_str("noalert")))
        return false;
    b->rule->flags |= RULE_NOALERT;
    return true;
}

/* set, unset, toggle, isset, isnotset. */
static bool bit_verb(struct slice s, enum state_verb *verb)
{
    static const struct {
        const char *name;
        enum state_verb verb;
    } known[] = {
        {"set", VERB_SET},     {"unset", VERB_UNSET},       {"toggle", VERB_TOGGLE},
        {"isset", VERB_ISSET}, {"isnotset", VERB_ISNOTSET},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_equal(s, slice_str(known[i].name))) {
            *verb = known[i].verb;
            return true;
        }
    return false;
}

static int expected_verb(struct err *err, const char *keyword, const char *more)
{
    return err_set(err, -EINVAL, "expected %s:set, unset, toggle, isset or isnotset, a comma and a name%s",
                   keyword, more);
}

/* Alternatives of a test: a|b. Empty ones do not count. A change takes the name as it stands. */
static int flowbit_names(struct state_op *op, struct slice rest, struct err *err)
{
    struct slice name;
    while (text_field(&rest, state_verb_is_test(op->verb) ? '|' : '\0', &name)) {
        if (!name.n)
            continue;
        if (has_blank(name))
            return err_set(err, -EINVAL, "a flowbit's name has no blanks");
        if (op->name_count == STATE_NAMES)
            return err_set(err, -EINVAL, "more than %d flowbits in one option", STATE_NAMES);
        int r = op_add_name(op, name);
        if (r)
            return r;
    }
    return op->name_count ? 0 : err_set(err, -EINVAL, "no flowbit is named");
}

/* Hands the op to the rule, or frees it. */
static int op_finish(struct rule_builder *b, struct state_op *op, int r)
{
    if (!r)
        return builder_state(b, op);
    op_fini(op);
    return r;
}

static int parse_flowbits(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value;
    struct state_op op = {.store = STORE_FLOWBIT, .track = TRACK_FLOW};
    if (is_noalert(b, rest))
        return 0;
    const uint8_t *comma = rest.n ? memchr(rest.p, ',', rest.n) : NULL;
    if (!comma || !bit_verb(slice_first(rest, (size_t)(comma - rest.p)), &op.verb))
        return expected_verb(err, "flowbits", ", or noalert");
    rest = text_trim(slice_from(rest, (size_t)(comma - rest.p) + 1));
    if (!rest.n)
        return expected_verb(err, "flowbits", ", or noalert");
    return op_finish(b, &op, flowbit_names(&op, rest, err));
}

static bool is_variable_name(struct slice s)
{
    if (s.n < 2 || !isalpha(s.p[0]))
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!isalnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '.' && s.p[i] != '/')
            return false;
    return true;
}

static bool int_verb(struct slice s, enum state_verb *verb)
{
    static const struct {
        const char *name;
        enum state_verb verb;
    } known[] = {
        {"+", VERB_ADD},        {"-", VERB_SUBTRACT},      {"=", VERB_ASSIGN},
        {"<", VERB_LESS},       {"<=", VERB_LESS_EQUAL},   {"==", VERB_EQUAL},
        {"!=", VERB_NOT_EQUAL}, {">", VERB_GREATER},       {">=", VERB_GREATER_EQUAL},
        {"isset", VERB_ISSET},  {"notset", VERB_ISNOTSET}, {"isnotset", VERB_ISNOTSET},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_equal(s, slice_str(known[i].name))) {
            *verb = known[i].verb;
            return true;
        }
    return false;
}

static int int_value(struct state_op *op, struct slice s, struct err *err)
{
    uint64_t value;
    bool hex = s.n > 1 && (s.p[1] | 0x20) == 'x';
    if (!hex && text_uint(s, UINT32_MAX, &value)) {
        op->value = (uint32_t)value;
        return 0;
    }
    if (!is_variable_name(s))
        return err_set(err, -EINVAL, "expected a number up to 4294967295 or the name of a flowint");
    op->value_is_variable = true;
    return name_set(&op->variable, s);
}

static int parse_flowint(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, name, verb, value = slice_of(NULL, 0);
    struct state_op op = {.store = STORE_FLOWINT, .track = TRACK_FLOW};
    if (!text_field(&rest, ',', &name) || !is_variable_name(name)) {
        err_set(err, -EINVAL, "expected a name of a letter and at least one more letter, digit, _, . or /");
        err_hint(err, "flowint:NAME,+,1 or flowint:NAME,isset");
        return -EINVAL;
    }
    if (!text_field(&rest, ',', &verb) || !int_verb(verb, &op.verb))
        return err_set(err, -EINVAL,
                       "expected one of + - = < <= == != > >= isset notset isnotset after the name");
    text_field(&rest, ',', &value);
    int r = op_add_name(&op, name);
    if (!r && op.verb != VERB_ISSET && op.verb != VERB_ISNOTSET)
        r = rest.p ? err_set(err, -EINVAL, "nothing may follow the value") : int_value(&op, value, err);
    return op_finish(b, &op, r);
}

/* "track ip_src" or "expire 10". */
static int xbits_option(struct state_op *op, struct slice field, bool *tracked, struct err *err)
{
    static const struct {
        const char *name;
        enum state_track track;
    } tracks[] = {
        {"ip_src", TRACK_SOURCE}, {"ip_dst", TRACK_DESTINATION}, {"ip_pair", TRACK_BOTH}, {"tx", TRACK_TX}};
    struct slice word;
    text_field(&field, ' ', &word);
    field = text_trim(field);
    if (slice_equal(word, slice_str("expire"))) {
        uint64_t seconds;
        if (op->expire_s)
            return err_set(err, -EINVAL, "expire is given twice");
        if ((field.n > 1 && (field.p[1] | 0x20) == 'x') || !text_uint(field, UINT32_MAX, &seconds) ||
            !seconds)
            return err_set(err, -EINVAL, "expire takes a number of seconds above 0");
        op->expire_s = (uint32_t)seconds;
        return 0;
    }
    if (*tracked)
        return err_set(err, -EINVAL, "track is given twice");
    if (!slice_equal(word, slice_str("track")))
        return err_set(err, -EINVAL, "expected track ip_src, ip_dst, ip_pair or tx, or expire SECONDS");
    for (size_t i = 0; i < sizeof tracks / sizeof tracks[0]; i++)
        if (slice_equal(field, slice_str(tracks[i].name))) {
            op->track = tracks[i].track;
            *tracked = true;
            return 0;
        }
    return err_set(err, -EINVAL, "expected track ip_src, ip_dst, ip_pair or tx");
}

static int parse_xbits(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, field;
    /* Without track it is kept nowhere: Suricata accepts that, and never finds it set. */
    struct state_op op = {.store = STORE_XBIT, .track = TRACK_TX};
    bool tracked = false;
    if (is_noalert(b, rest))
        return 0;
    if (!text_field(&rest, ',', &field) || !bit_verb(field, &op.verb) || !text_field(&rest, ',', &field) ||
        !field.n || has_blank(field))
        return expected_verb(err, "xbits", " without blanks");
    int r = op_add_name(&op, field);
    while (!r && text_field(&rest, ',', &field))
        r = xbits_option(&op, field, &tracked, err);
    if (!r && tracked && op.track == TRACK_TX && state_verb_is_test(op.verb))
        r = err_set(err, -EINVAL, "xbits of a transaction need an explicit rule hook");
    return op_finish(b, &op, r);
}

static int parse_hostbits(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, verb, name, side;
    struct state_op op = {.store = STORE_HOSTBIT, .track = TRACK_SOURCE};
    if (is_noalert(b, rest))
        return 0;
    if (!text_field(&rest, ',', &verb) || !bit_verb(verb, &op.verb) || !text_field(&rest, ',', &name) ||
        !name.n || has_blank(name))
        return expected_verb(err, "hostbits", " without blanks");
    if (text_field(&rest, ',', &side)) {
        if (slice_equal(side, slice_str("dst")))
            op.track = TRACK_DESTINATION;
        else if (slice_equal(side, slice_str("both")))
            return err_set(err, -EINVAL, "hostbits of both sides are not implemented (nor in Suricata)");
        else if (!slice_equal(side, slice_str("src")))
            return err_set(err, -EINVAL, "expected src or dst");
        if (rest.p)
            return err_set(err, -EINVAL, "nothing may follow src or dst");
    }
    return op_finish(b, &op, op_add_name(&op, name));
}

/* NAME,"content": the variable's value has the content in it. As in Suricata no blank stands behind the
 * comma. */
static int parse_variable(struct rule_builder *b, const struct option *option, enum state_store store,
                          struct err *err)
{
    struct state_op op = {.store = store, .track = TRACK_FLOW, .verb = VERB_ISSET};
    const uint8_t *comma = option->value.n ? memchr(option->value.p, ',', option->value.n) : NULL;
    size_t at = comma ? (size_t)(comma - option->value.p) : 0;
    struct slice text = comma ? slice_from(option->value, at + 1) : slice_of(NULL, 0);
    bool negated = text.n > 1 && text.p[0] == '!' && text.p[1] == '"';
    if (!text.n || text.p[0] == ' ' || negated || option->value.p[0] == '"')
        return err_set(err, -EINVAL, "expected %.*s:NAME,\"content\"", (int)option->name.n,
                       (const char *)option->name.p);
    struct buf bytes = {0};
    text_unquote(&text);
    int rc = content_bytes_parse(option, text, &bytes, err);
    op.pattern = bytes.p;
    op.pattern_length = (uint32_t)bytes.n;
    return op_finish(b, &op, rc ? rc : op_add_name(&op, slice_first(option->value, at)));
}

static int parse_flowvar(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_variable(b, option, STORE_FLOWVAR, err);
}

static int parse_pktvar(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_variable(b, option, STORE_PKTVAR, err);
}

const struct keyword keywords_state[] = {
    {"flowbits", NULL, VALUE_REQUIRED, parse_flowbits},
    {"flowint", NULL, VALUE_REQUIRED, parse_flowint},
    {"flowvar", NULL, VALUE_REQUIRED, parse_flowvar},
    {"pktvar", NULL, VALUE_REQUIRED, parse_pktvar},
    {"xbits", NULL, VALUE_REQUIRED, parse_xbits},
    {"hostbits", NULL, VALUE_REQUIRED, parse_hostbits},
    {NULL, NULL, VALUE_NONE, NULL},
};
