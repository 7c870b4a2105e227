/*
 * Keywords about how much there is: isdataat, bsize, dsize, absent; entropy is in entropy.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "rule/keyword/size.h"
#include "rule/keyword/byte_source.h"
#include "flow/flow.h"
#include "rule/keyword/entropy.h"

/*
 * As Suricata: from the start of the buffer the byte at index `count` must be there; from the last match,
 * `count` bytes must follow.
 */
static enum step_result run_isdataat(struct eval *eval, const struct step *step)
{
    const struct isdataat *want = step->data;
    uint64_t count = (uint32_t)byte_value(eval, want->count, want->count_is_variable);
    size_t n = eval->buffer.bytes.n;
    bool there = want->relative ? eval->cursor + count <= n : count < n;
    return there != want->negated ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops isdataat_ops = {.keyword = "isdataat", .run = run_isdataat};

static int parse_isdataat(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, count, word;
    struct isdataat want = {.negated = rest.n && rest.p[0] == '!'};
    if (want.negated)
        rest = slice_from(rest, 1);
    if ((rest.n && rest.p[0] == ' ') || !text_field(&rest, ',', &count))
        return err_set(err, -EINVAL, "expected a number of bytes");
    int rc = byte_number(b, count, 0, UINT16_MAX, &want.count, &want.count_is_variable, err);
    if (rc)
        return rc;
    if (text_field(&rest, ',', &word)) {
        want.relative = text_equal(word, "relative");
        if (!want.relative || (text_field(&rest, ',', &word) && !text_equal(word, "rawbytes")) || rest.p)
            return err_set(err, -EINVAL, "expected isdataat:[!]bytes[,relative[,rawbytes]]");
    }
    struct isdataat *data = malloc(sizeof *data);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    *data = want;
    if (!want.relative)
        builder_leave(b);
    return byte_step(b, &isdataat_ops, data, want.relative, err);
}

const struct isdataat *step_isdataat(const struct step *step)
{
    return step->ops == &isdataat_ops ? step->data : NULL;
}

uint64_t step_least(const struct step *step)
{
    const struct isdataat *want = step_isdataat(step);
    return want && !want->negated && !want->relative && !want->count_is_variable ? (uint64_t)want->count + 1
                                                                                 : 0;
}

static int copy_condition(struct slice text, uint64_t most, struct uint_condition **out, struct err *err)
{
    struct uint_condition condition;
    int rc = uint_condition_parse(text, most, &condition, err);
    if (rc)
        return rc;
    bool range = condition.compare == UINT_RANGE || condition.compare == UINT_NOT_RANGE;
    if (range && condition.b - condition.a < 2)
        return err_set(err, -EINVAL, "there is no number between %llu and %llu",
                       (unsigned long long)condition.a, (unsigned long long)condition.b);
    *out = malloc(sizeof **out);
    if (!*out)
        return err_set(err, -ENOMEM, "out of memory");
    **out = condition;
    return 0;
}

const struct uint_condition *step_size(const struct step *step, const char *keyword)
{
    return strcmp(step->ops->keyword, keyword) == 0 ? step->data : NULL;
}

static enum step_result run_bsize(struct eval *eval, const struct step *step)
{
    return uint_condition_holds(step->data, eval->buffer.bytes.n) ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops bsize_ops = {.keyword = "bsize", .run = run_bsize};

static int parse_bsize(struct rule_builder *b, const struct option *option, struct err *err)
{
    if (b->buffer == BUFFER_PAYLOAD && !b->stream_frame) {
        err_set(err, -EINVAL, "bsize is about a sticky buffer: expected one before it");
        err_hint(err, "dsize is about the payload of a packet");
        return -EINVAL;
    }
    struct uint_condition *condition;
    int rc = copy_condition(option->value, UINT64_MAX, &condition, err);
    return rc ? rc : byte_step(b, &bsize_ops, condition, false, err);
}

/* UDP that carries a packet of its own, which is inspected instead: its payload has no size. */
static bool is_tunnel(const struct packet *packet)
{
    enum { UDP_HEADER = 8, UDP_LENGTH = 4 };
    struct cursor header = cursor_of(packet->transport);
    uint16_t length;
    return packet->layers & LAYER_UDP && !packet->payload.n && cursor_skip(&header, UDP_LENGTH) &&
           cursor_be16(&header, &length) && length > UDP_HEADER;
}

static bool match_dsize(const void *data, const struct view *view)
{
    const struct uint_condition *condition = data;
    size_t n = view->packet->payload.n;
    if (view->packet->source == PACKET_FLOW_END || is_tunnel(view->packet))
        return false;
    /* Where payloads are not inspected any more, as in Suricata, a condition that none would fulfil still is.
     */
    if (view->flow && view->flow->flags & FLOW_NO_PAYLOAD)
        return condition->compare != UINT_NOT_EQUAL && uint_condition_holds(condition, 0) &&
               uint_condition_holds(condition, n);
    /*
     * As Suricata: "not this many" is about packets that have a payload; and one without, that makes a chunk
     * of its stream ready, is neither "none" nor empty.
     */
    if (!n && condition->compare == UINT_NOT_EQUAL)
        return view->empty_payload && condition->a != 0;
    if (!n && condition->compare == UINT_EQUAL)
        return condition->a == 0 && !view->empty_payload;
    return uint_condition_holds(condition, n);
}

static const struct test_ops dsize_ops = {.keyword = "dsize", .match = match_dsize};

static void dsize_hints(const struct uint_condition *condition, struct rule_hints *hints)
{
    uint64_t least, most;
    uint_condition_span(condition, &least, &most);
    if (least > hints->payload_min)
        hints->payload_min = (uint32_t)least;
    if (most < hints->payload_max)
        hints->payload_max = (uint32_t)most;
}

static int parse_dsize(struct rule_builder *b, const struct option *option, struct err *err)
{
    for (uint32_t i = 0; i < b->rule->test_count; i++)
        if (b->rule->tests[i].ops == &dsize_ops)
            return err_set(err, -EINVAL, "a rule has at most one dsize");
    struct uint_condition *condition;
    int rc = copy_condition(option->value, UINT16_MAX, &condition, err);
    if (rc)
        return rc;
    dsize_hints(condition, &b->rule->hints);
    b->rule->flags |= RULE_NEEDS_PACKET;
    return builder_test(b, &dsize_ops, condition) ? err_set(err, -ENOMEM, "out of memory") : 0;
}

/* Runs only where the buffer exists: chain_match sees to the case that it does not. */
static enum step_result run_absent(struct eval *eval, const struct step *step)
{
    const bool *or_else = step->data;
    return *or_else ? chain_next(eval, step) : STEP_STOP;
}

static const struct step_ops absent_ops = {.keyword = "absent", .run = run_absent};

static int parse_absent(struct rule_builder *b, const struct option *option, struct err *err)
{
    if (b->buffer == BUFFER_PAYLOAD || b->buffer == BUFFER_BASE64_DATA)
        return err_set(err, -EINVAL, "absent is about a sticky buffer: expected one before it");
    struct chain *chain = builder_chain(b);
    if (chain && chain->step_count)
        return err_set(err, -EINVAL, "absent comes first after its sticky buffer");
    bool or_else = text_equal(option->value, "or_else");
    if (option->value.n && !or_else)
        return err_set(err, -EINVAL, "expected absent or absent:or_else");
    bool *data = malloc(sizeof *data);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    *data = or_else;
    int rc = byte_step(b, &absent_ops, data, false, err);
    if (!rc) {
        builder_chain(b)->absent = true;
        builder_chain(b)->or_else = or_else;
    }
    return rc;
}

const struct keyword keywords_size[] = {
    {"isdataat", NULL, VALUE_REQUIRED, parse_isdataat}, {"bsize", NULL, VALUE_REQUIRED, parse_bsize},
    {"dsize", NULL, VALUE_REQUIRED, parse_dsize},       {"absent", NULL, VALUE_OPTIONAL, parse_absent},
    {"entropy", NULL, VALUE_REQUIRED, parse_entropy},   {NULL, NULL, VALUE_NONE, NULL},
};
