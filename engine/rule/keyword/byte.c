/*
 * byte_test and byte_jump; byte_extract and byte_math are in byte_extract.c. Limits and arithmetic as
 * Suricata 8.0.8 shows them (tests/unit/test_byte.c).
 */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/byte_extract.h"
#include "rule/keyword/byte_step.h"

static bool holds(enum byte_compare compare, uint64_t a, uint64_t b)
{
    switch (compare) {
    case BYTE_EQUAL:
        return a == b;
    case BYTE_LESS:
        return a < b;
    case BYTE_GREATER:
        return a > b;
    case BYTE_LESS_EQUAL:
        return a <= b;
    case BYTE_GREATER_EQUAL:
        return a >= b;
    case BYTE_AND:
        return (a & b) != 0;
    case BYTE_XOR:
        return (a ^ b) != 0;
    }
    return false;
}

bool byte_test_holds(const struct byte_test *test, uint64_t value, uint64_t wanted)
{
    return holds(test->compare, value, wanted) != test->negated;
}

static enum step_result run_test(struct eval *eval, const struct step *step)
{
    const struct byte_test *test = step->data;
    uint64_t value, wanted = test->value;
    size_t end;
    if (!byte_value_read(eval, &test->source, &value, &end))
        return STEP_NO;
    if (test->value_is_variable)
        wanted = eval->variables[wanted % RULE_VARIABLES];
    return byte_test_holds(test, value, wanted) ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops test_ops = {.keyword = "byte_test", .run = run_test};

const struct byte_test *step_byte_test(const struct step *step)
{
    return step->ops == &test_ops ? step->data : NULL;
}

static int parse_compare(struct slice text, struct byte_test *test, struct err *err)
{
    static const struct {
        const char *text;
        enum byte_compare compare;
    } compares[] = {
        {"=", BYTE_EQUAL},          {"<", BYTE_LESS}, {">", BYTE_GREATER}, {"<=", BYTE_LESS_EQUAL},
        {">=", BYTE_GREATER_EQUAL}, {"&", BYTE_AND},  {"^", BYTE_XOR},     {"", BYTE_EQUAL}};
    test->negated = text_negated(&text);
    for (size_t i = 0; i < sizeof compares / sizeof compares[0]; i++) {
        if (!text_equal(text, compares[i].text) || (!text.n && !test->negated))
            continue;
        test->compare = compares[i].compare;
        return 0;
    }
    return err_set(err, -EINVAL, "expected one of = < > <= >= & ^, a '!' before it or alone");
}

static int parse_value(struct rule_builder *b, struct slice text, struct byte_test *test, struct err *err)
{
    bool negative = text.n && text.p[0] == '-';
    if (text_uint(negative ? slice_from(text, 1) : text, UINT64_MAX, &test->value)) {
        if (negative)
            test->value = -test->value;
        return 0;
    }
    int variable = builder_variable(b, text);
    if (variable < 0)
        return err_set(err, -EINVAL,
                       "expected a number to compare with, or a name that byte_extract or "
                       "byte_math has set before");
    test->value = (uint64_t)variable;
    test->value_is_variable = true;
    return 0;
}

static int parse_test_options(struct rule_builder *b, struct slice rest, struct byte_test *test,
                              struct err *err)
{
    struct slice count, compare, value, offset, option;
    if (!text_field(&rest, ',', &count) || !text_field(&rest, ',', &compare) ||
        !text_field(&rest, ',', &value) || !text_field(&rest, ',', &offset))
        return err_set(err, -EINVAL, "expected bytes,operator,value,offset[,options]");
    int rc = byte_number(b, count, 0, DIGITS_TEST, &test->source.count, &test->source.count_is_variable, err);
    if (!rc)
        rc = parse_compare(compare, test, err);
    if (!rc)
        rc = parse_value(b, value, test, err);
    if (!rc)
        rc = byte_number(b, offset, INT32_MIN, INT32_MAX, &test->source.offset,
                         &test->source.offset_is_variable, err);
    while (!rc && text_field(&rest, ',', &option)) {
        rc = byte_source_option(&test->source, option, err);
        if (!rc)
            return err_set(err, -EINVAL, "'%.*s' is not an option of byte_test",
                           (int)slice_first(option, 40).n, (const char *)option.p);
        rc = rc > 0 ? 0 : rc;
    }
    return rc ? rc : byte_source_check(&test->source, DIGITS_TEST, err);
}

static int parse_byte_test(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct byte_test *test = calloc(1, sizeof *test);
    if (!test)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = parse_test_options(b, option->value, test, err);
    if (rc) {
        free(test);
        return rc;
    }
    if (!test->source.relative)
        builder_leave(b);
    return byte_step(b, &test_ops, test, test->source.relative, err);
}

static enum step_result run_jump(struct eval *eval, const struct step *step)
{
    const struct byte_jump *jump = step->data;
    uint64_t value;
    size_t end;
    if (!byte_value_read(eval, &jump->source, &value, &end) || value > UINT32_MAX)
        return STEP_NO;
    int64_t distance = (int64_t)(value * jump->multiplier);
    if (jump->align)
        distance = (distance + 3) & ~(int64_t)3;
    int64_t n = (int64_t)eval->buffer.bytes.n;
    int64_t to = jump->from_beginning ? 0 : jump->from_end ? n : (int64_t)end;
    to += distance + jump->post_offset;
    if (to > n)
        return STEP_NO;
    size_t before = eval->cursor;
    eval->cursor = to > 0 ? (size_t)to : 0;
    enum step_result result = chain_next(eval, step);
    eval->cursor = before;
    return result;
}

static const struct step_ops jump_ops = {.keyword = "byte_jump", .run = run_jump};

const struct byte_jump *step_byte_jump(const struct step *step)
{
    return step->ops == &jump_ops ? step->data : NULL;
}

/* 1 when it was an option of byte_jump's own, 0 when not, or a negative errno. */
static int jump_option(struct byte_jump *jump, struct slice option, struct err *err)
{
    struct slice rest;
    int32_t multiplier;
    if (text_equal(option, "align")) {
        jump->align = true;
    } else if (text_equal(option, "from_beginning")) {
        jump->from_beginning = true;
    } else if (text_equal(option, "from_end")) {
        jump->from_end = true;
    } else if (byte_word(option, "multiplier", &rest)) {
        int rc = byte_number(NULL, rest, 1, UINT16_MAX, &multiplier, NULL, err);
        jump->multiplier = (uint32_t)multiplier;
        return rc ? rc : 1;
    } else if (byte_word(option, "post_offset", &rest)) {
        int rc = byte_number(NULL, rest, -UINT16_MAX, UINT16_MAX, &jump->post_offset, NULL, err);
        return rc ? rc : 1;
    } else {
        return 0;
    }
    if (jump->from_beginning && jump->from_end)
        return err_set(err, -EINVAL, "from_beginning and from_end exclude each other");
    return 1;
}

static int parse_jump_options(struct rule_builder *b, struct slice rest, struct byte_jump *jump,
                              struct err *err)
{
    struct slice count, offset, option;
    if (!text_field(&rest, ',', &count) || !text_field(&rest, ',', &offset))
        return err_set(err, -EINVAL, "expected bytes,offset[,options]");
    int rc = byte_number(b, count, 0, DIGITS_TEST, &jump->source.count, &jump->source.count_is_variable, err);
    if (!rc)
        rc = byte_number(b, offset, -UINT16_MAX, UINT16_MAX, &jump->source.offset,
                         &jump->source.offset_is_variable, err);
    while (!rc && text_field(&rest, ',', &option)) {
        rc = jump_option(jump, option, err);
        if (!rc)
            rc = byte_source_option(&jump->source, option, err);
        if (!rc || jump->source.bitmask)
            return err_set(err, -EINVAL, "'%.*s' is not an option of byte_jump",
                           (int)slice_first(option, 40).n, (const char *)option.p);
        rc = rc > 0 ? 0 : rc;
    }
    return rc ? rc : byte_source_check(&jump->source, DIGITS_TEST, err);
}

static int parse_byte_jump(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct byte_jump *jump = calloc(1, sizeof *jump);
    if (!jump)
        return err_set(err, -ENOMEM, "out of memory");
    jump->multiplier = 1;
    int rc = parse_jump_options(b, option->value, jump, err);
    if (rc) {
        free(jump);
        return rc;
    }
    if (!jump->source.relative)
        builder_leave(b);
    return byte_step(b, &jump_ops, jump, jump->source.relative, err);
}

const struct keyword keywords_byte[] = {
    {"byte_test", NULL, VALUE_REQUIRED, parse_byte_test},
    {"byte_jump", NULL, VALUE_REQUIRED, parse_byte_jump},
    {"byte_extract", NULL, VALUE_REQUIRED, parse_byte_extract},
    {"byte_math", NULL, VALUE_REQUIRED, parse_byte_math},
    {NULL, NULL, VALUE_NONE, NULL},
};
