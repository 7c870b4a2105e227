/*
 * byte_extract and byte_math: numbers of the packet kept under a name. Later options of the rule use the name
 * where they would take a number.
 */
#include "rule/keyword/byte_extract.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/byte_step.h"

/* What both do with their result; the variable gets its old value back if the rest does not match. */
static enum step_result keep(struct eval *eval, const struct step *step, int variable, uint64_t value,
                             size_t end)
{
    uint64_t *slot = &eval->variables[(unsigned)variable % RULE_VARIABLES], before = *slot;
    size_t cursor = eval->cursor;
    *slot = value;
    eval->cursor = end;
    enum step_result result = chain_next(eval, step);
    if (result != STEP_YES) {
        *slot = before;
        eval->cursor = cursor;
    }
    return result;
}

uint64_t byte_extract_value(const struct byte_extract *extract, uint64_t value)
{
    value *= extract->multiplier;
    return (value + extract->align - 1) & ~(uint64_t)(extract->align - 1);
}

static enum step_result run_extract(struct eval *eval, const struct step *step)
{
    const struct byte_extract *extract = step->data;
    uint64_t value;
    size_t end;
    if (!byte_value_read(eval, &extract->source, &value, &end))
        return STEP_NO;
    return keep(eval, step, extract->variable, byte_extract_value(extract, value), end);
}

static const struct step_ops extract_ops = {.keyword = "byte_extract", .run = run_extract};

const struct byte_extract *step_byte_extract(const struct step *step)
{
    return step->ops == &extract_ops ? step->data : NULL;
}

static int unknown(const char *keyword, struct slice option, struct err *err)
{
    return err_set(err, -EINVAL, "'%.*s' is not an option of %s", (int)slice_first(option, 40).n,
                   (const char *)option.p, keyword);
}

static int extract_option(struct byte_extract *extract, struct slice option, struct err *err)
{
    struct slice rest;
    int32_t number = 1;
    int rc;
    if (byte_word(option, "multiplier", &rest)) {
        rc = byte_number(NULL, rest, 1, UINT16_MAX, &number, NULL, err);
        extract->multiplier = (uint32_t)number;
        return rc;
    }
    if (byte_word(option, "align", &rest)) {
        rc = byte_number(NULL, rest, 2, 4, &number, NULL, err);
        extract->align = (uint32_t)number;
        return rc || number != 3 ? rc : err_set(err, -EINVAL, "align is 2 or 4");
    }
    rc = byte_source_option(&extract->source, option, err);
    if (rc == 0 || extract->source.bitmask)
        return unknown("byte_extract", option, err);
    return rc > 0 ? 0 : rc;
}

static int parse_extract_options(struct rule_builder *b, struct slice rest, struct byte_extract *extract,
                                 struct err *err)
{
    struct slice count, offset, name, option;
    if (!text_field(&rest, ',', &count) || !text_field(&rest, ',', &offset) || !text_field(&rest, ',', &name))
        return err_set(err, -EINVAL, "expected bytes,offset,name[,options]");
    int rc = byte_number(b, count, 0, DIGITS_EXTRACT, &extract->source.count, NULL, err);
    if (!rc)
        rc = byte_number(b, offset, -UINT16_MAX, UINT16_MAX, &extract->source.offset, NULL, err);
    while (!rc && text_field(&rest, ',', &option))
        rc = extract_option(extract, option, err);
    if (!rc)
        rc = byte_source_check(&extract->source, DIGITS_EXTRACT, err);
    if (rc)
        return rc;
    extract->variable = byte_variable(b, name, err);
    return extract->variable < 0 ? extract->variable : 0;
}

int parse_byte_extract(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct byte_extract *extract = calloc(1, sizeof *extract);
    if (!extract)
        return err_set(err, -ENOMEM, "out of memory");
    extract->multiplier = extract->align = 1;
    int rc = parse_extract_options(b, option->value, extract, err);
    if (rc) {
        free(extract);
        return rc;
    }
    if (!extract->source.relative)
        builder_leave(b);
    return byte_step(b, &extract_ops, extract, extract->source.relative, err);
}

static bool compute(char operation, uint64_t a, uint64_t b, uint64_t *out)
{
    switch (operation) {
    case '+':
        *out = a + b;
        return true;
    case '-':
        *out = a - b;
        return true;
    case '*':
        *out = a * b;
        return true;
    case '/':
        *out = b ? a / b : 0;
        return b != 0;
    case 'l':
        *out = b < 64 ? a << b : 0;
        return true;
    default:
        *out = b < 64 ? a >> b : 0;
        return true;
    }
}

bool byte_math_value(const struct byte_math *math, uint64_t value, uint64_t right, uint64_t *out)
{
    return compute(math->operation, value, right, out);
}

static enum step_result run_math(struct eval *eval, const struct step *step)
{
    const struct byte_math *math = step->data;
    uint64_t value, right = math->value;
    size_t end;
    /* As Suricata: a variable that says "no bytes" leaves nothing to compute with. */
    if (!byte_value(eval, math->source.count, math->source.count_is_variable) ||
        !byte_value_read(eval, &math->source, &value, &end))
        return STEP_NO;
    if (math->value_is_variable)
        right = eval->variables[right % RULE_VARIABLES];
    if (!byte_math_value(math, value, right, &value))
        return STEP_NO;
    return keep(eval, step, math->variable, value, end);
}

static const struct step_ops math_ops = {.keyword = "byte_math", .run = run_math};

const struct byte_math *step_byte_math(const struct step *step)
{
    return step->ops == &math_ops ? step->data : NULL;
}

static int parse_operator(struct byte_math *math, struct slice text, struct err *err)
{
    if (text.n == 1 && memchr("+-*/", text.p[0], 4))
        math->operation = (char)text.p[0];
    else if (text_equal(text, "<<"))
        math->operation = 'l';
    else if (text_equal(text, ">>"))
        math->operation = 'r';
    else
        return err_set(err, -EINVAL, "expected one of + - * / << >> after oper");
    return 0;
}

static int parse_right(struct rule_builder *b, struct byte_math *math, struct slice text, struct err *err)
{
    math->has_value = true;
    if (text_uint(text, UINT32_MAX, &math->value))
        return 0;
    int variable = builder_variable(b, text);
    if (variable < 0)
        return err_set(err, -EINVAL, "rvalue: expected a number below 4294967296, or a name set before");
    math->value = (uint64_t)variable;
    math->value_is_variable = true;
    return 0;
}

/* "string hex" and "endian little"; byte_math has no bare forms of these. */
static int math_shared_option(struct byte_math *math, struct slice option, struct err *err)
{
    struct slice rest;
    int rc = 0;
    if (byte_word(option, "string", &rest)) {
        math->source.string = true;
        if (text_equal(rest, "hex") || text_equal(rest, "dec") || text_equal(rest, "oct"))
            rc = byte_source_option(&math->source, rest, err);
    } else if (byte_word(option, "endian", &rest)) {
        if (text_equal(rest, "big") || text_equal(rest, "little") || text_equal(rest, "dce"))
            rc = byte_source_option(&math->source, rest, err);
    } else if (text_equal(option, "relative") || text_equal(option, "dce") ||
               byte_word(option, "bitmask", &rest)) {
        rc = byte_source_option(&math->source, option, err);
    }
    if (rc == 0)
        return unknown("byte_math", option, err);
    return rc > 0 ? 0 : rc;
}

static int math_option(struct rule_builder *b, struct byte_math *math, struct slice option, struct err *err)
{
    struct slice rest;
    if (byte_word(option, "bytes", &rest)) {
        math->has_count = true;
        return byte_number(b, rest, 1, DIGITS_MATH, &math->source.count, &math->source.count_is_variable,
                           err);
    }
    if (byte_word(option, "offset", &rest)) {
        math->has_offset = true;
        return byte_number(b, rest, -UINT16_MAX, UINT16_MAX, &math->source.offset, NULL, err);
    }
    if (byte_word(option, "oper", &rest))
        return parse_operator(math, rest, err);
    if (byte_word(option, "rvalue", &rest))
        return parse_right(b, math, rest, err);
    if (byte_word(option, "result", &rest)) {
        math->result = rest;
        return 0;
    }
    return math_shared_option(math, option, err);
}

static int parse_math_options(struct rule_builder *b, struct slice rest, struct byte_math *math,
                              struct err *err)
{
    struct slice option;
    int rc = 0;
    while (!rc && text_field(&rest, ',', &option))
        rc = math_option(b, math, option, err);
    if (rc)
        return rc;
    if (!math->has_count || !math->has_offset || !math->operation || !math->has_value || !math->result.n)
        return err_set(err, -EINVAL, "byte_math needs all of: bytes, offset, oper, rvalue, result");
    if (math->source.dce) /* as Suricata: with it nothing else that is needed may stand */
        return err_set(err, -EINVAL, "byte_math cannot go by dce");
    rc = byte_source_check(&math->source, DIGITS_MATH, err);
    if (rc)
        return rc;
    math->variable = byte_variable(b, math->result, err);
    return math->variable < 0 ? math->variable : 0;
}

int parse_byte_math(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct byte_math *math = calloc(1, sizeof *math);
    if (!math)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = parse_math_options(b, option->value, math, err);
    if (rc) {
        free(math);
        return rc;
    }
    if (!math->source.relative)
        builder_leave(b);
    return byte_step(b, &math_ops, math, math->source.relative, err);
}
