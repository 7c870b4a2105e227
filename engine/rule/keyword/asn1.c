/* asn1: what is odd about BER in a packet's payload, from its start on or from where a match has ended. */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword.h"
#include "rule/keyword/asn1_walk.h"

struct asn1 {
    struct asn1_checks checks;
    bool relative; /* to the end of the last match, else to the start of the payload */
    int32_t offset;
};

static enum step_result run_asn1(struct eval *eval, const struct step *step)
{
    const struct asn1 *asn1 = step->data;
    struct slice payload = eval->buffer.bytes;
    if (eval->view->kind != VIEW_PACKET)
        return STEP_NO;
    int64_t from = asn1->offset + (asn1->relative ? (int64_t)eval->cursor : 0);
    if (from < 0 || (uint64_t)from >= payload.n)
        return STEP_NO;
    return asn1_walk(slice_from(payload, (size_t)from), &asn1->checks) ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops asn1_ops = {.keyword = "asn1", .run = run_asn1};

/* Words, with commas or blanks between them. */
static struct slice next_word(struct slice *rest)
{
    size_t from = 0, upto;
    while (from < rest->n && (rest->p[from] == ' ' || rest->p[from] == ','))
        from++;
    upto = from;
    while (upto < rest->n && rest->p[upto] != ' ' && rest->p[upto] != ',')
        upto++;
    struct slice word = slice_of(rest->p + from, upto - from);
    *rest = slice_from(*rest, upto);
    return word;
}

static bool read_number(struct slice *rest, uint32_t most, uint32_t *out)
{
    uint64_t value;
    struct slice word = next_word(rest);
    if (!word.n || (word.n > 1 && word.p[1] == 'x') || !text_uint(word, most, &value))
        return false;
    *out = (uint32_t)value;
    return true;
}

static bool read_relative(struct slice *rest, int32_t *out)
{
    uint32_t value;
    while (rest->n && rest->p[0] == ' ')
        *rest = slice_from(*rest, 1);
    bool negative = rest->n && rest->p[0] == '-';
    if (negative)
        *rest = slice_from(*rest, 1);
    if (!read_number(rest, UINT16_MAX, &value))
        return false;
    *out = negative ? -(int32_t)value : (int32_t)value;
    return true;
}

/* Beside an absolute offset a relative one says nothing. */
static bool read_word(struct asn1 *asn1, bool *absolute, struct slice word, struct slice *rest)
{
    uint32_t value = 0;
    int32_t relative;
    if (slice_equal(word, slice_str("bitstring_overflow"))) {
        asn1->checks.bit_string = true;
    } else if (slice_equal(word, slice_str("double_overflow"))) {
        asn1->checks.real_text = true;
    } else if (slice_equal(word, slice_str("oversize_length"))) {
        asn1->checks.oversize = true;
        return read_number(rest, UINT32_MAX, &asn1->checks.most);
    } else if (slice_equal(word, slice_str("absolute_offset"))) {
        if (!read_number(rest, UINT16_MAX, &value))
            return false;
        *absolute = true;
        asn1->relative = false;
        asn1->offset = (int32_t)value;
    } else if (slice_equal(word, slice_str("relative_offset"))) {
        if (!read_relative(rest, &relative))
            return false;
        if (!*absolute) {
            asn1->relative = true;
            asn1->offset = relative;
        }
    } else {
        return false;
    }
    return true;
}

static int parse_asn1(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct asn1 read = {0}, *asn1;
    struct slice rest = option->value, word;
    bool absolute = false;
    for (word = next_word(&rest); word.n; word = next_word(&rest))
        if (!read_word(&read, &absolute, word, &rest))
            return err_set(err, -EINVAL,
                           "expected bitstring_overflow, double_overflow, oversize_length N, "
                           "absolute_offset N or relative_offset N, with commas between them");
    asn1 = malloc(sizeof *asn1);
    if (!asn1)
        return err_set(err, -ENOMEM, "out of memory");
    *asn1 = read;
    b->rule->flags |= RULE_NEEDS_PACKET;
    if (builder_enter(b, BUFFER_PAYLOAD)) {
        free(asn1);
        return err_set(err, -ENOMEM, "out of memory");
    }
    return builder_step(b, &asn1_ops, asn1) ? err_set(err, -ENOMEM, "out of memory") : 0;
}

const struct keyword keywords_asn1[] = {
    {"asn1", NULL, VALUE_REQUIRED, parse_asn1},
    {NULL, NULL, VALUE_NONE, NULL},
};
