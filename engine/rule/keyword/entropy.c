/*
 * entropy: Shannon's entropy (bits a byte, 0 to 8) of a part of the buffer, compared with a number.
 */
#include "rule/keyword/entropy.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "rule/keyword/byte_source.h"

enum compare { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, RANGE };

struct entropy {
    int32_t bytes, offset; /* 0 bytes: to the end */
    enum compare compare;
    double a, b; /* RANGE: both ends excluded */
};

static double entropy_of(struct slice bytes)
{
    uint32_t counts[256] = {0};
    for (size_t i = 0; i < bytes.n; i++)
        counts[bytes.p[i]]++;
    double sum = 0, n = (double)bytes.n;
    for (int i = 0; i < 256; i++)
        if (counts[i])
            sum -= counts[i] / n * log2(counts[i] / n);
    return sum;
}

static bool holds(const struct entropy *want, double value)
{
    const double tolerance = 1e-9; /* the order of summation must not decide */
    switch (want->compare) {
    case EQUAL:
        return fabs(value - want->a) < tolerance;
    case NOT_EQUAL:
        return fabs(value - want->a) >= tolerance;
    case LESS:
        return value < want->a;
    case LESS_EQUAL:
        return value < want->a + tolerance;
    case GREATER:
        return value > want->a;
    case GREATER_EQUAL:
        return value > want->a - tolerance;
    case RANGE:
        return value > want->a && value < want->b;
    }
    return false;
}

static enum step_result run_entropy(struct eval *eval, const struct step *step)
{
    const struct entropy *want = step->data;
    struct slice bytes = eval->buffer.bytes;
    size_t offset = (size_t)want->offset, count = (size_t)want->bytes;
    if (offset > bytes.n || count > bytes.n - offset)
        return STEP_NO;
    bytes = slice_from(bytes, offset);
    if (count)
        bytes = slice_first(bytes, count);
    if (!bytes.n)
        return STEP_NO;
    return holds(want, entropy_of(bytes)) ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops entropy_ops = {.keyword = "entropy", .run = run_entropy};

/* The whole text as a finite decimal number. */
static bool parse_double(struct slice text, double *out)
{
    char copy[64], *end;
    text = text_trim(text);
    if (!text.n || text.n >= sizeof copy)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (!memchr("0123456789.-", text.p[i], 12))
            return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    *out = strtod(copy, &end);
    return !*end && isfinite(*out);
}

static bool parse_range(struct slice text, struct entropy *out)
{
    for (size_t i = 1; i + 1 < text.n; i++) {
        size_t n = text.p[i] == '-' ? 1 : text.p[i] == '<' && text.p[i + 1] == '>' ? 2 : 0;
        if (!n)
            continue;
        out->compare = RANGE;
        return parse_double(slice_first(text, i), &out->a) &&
               parse_double(slice_from(text, i + n), &out->b) && out->a < out->b;
    }
    return false;
}

static bool parse_condition(struct slice text, struct entropy *out)
{
    static const struct {
        const char *text;
        enum compare compare;
    } prefixes[] = {{"!=", NOT_EQUAL}, {"<=", LESS_EQUAL}, {">=", GREATER_EQUAL}, {"<", LESS}, {">", GREATER},
                    {"=", EQUAL},      {"", EQUAL}};
    if (parse_range(text, out))
        return true;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t n = strlen(prefixes[i].text);
        if (text.n < n || (n && memcmp(text.p, prefixes[i].text, n) != 0))
            continue;
        out->compare = prefixes[i].compare;
        return parse_double(slice_from(text, n), &out->a);
    }
    return false;
}

static int parse_parts(struct slice rest, struct entropy *want, struct err *err)
{
    enum { BYTES = 1, OFFSET = 2, VALUE = 4 };
    struct slice field, text;
    int rc = 0, part = 0, seen = 0;
    while (!rc && text_field(&rest, ',', &field)) {
        if (byte_word(field, "bytes", &text)) {
            part = BYTES;
            rc = byte_number(NULL, text, 0, INT32_MAX, &want->bytes, NULL, err);
        } else if (byte_word(field, "offset", &text)) {
            part = OFFSET;
            rc = byte_number(NULL, text, 0, INT32_MAX, &want->offset, NULL, err);
        } else if (byte_word(field, "value", &text)) {
            part = VALUE;
            if (!parse_condition(text, want))
                rc = err_set(err, -EINVAL,
                             "value: expected a number such as 7.5, or a condition such as >=7.5");
        } else {
            rc = err_set(err, -EINVAL, "expected entropy:[bytes N,][offset N,]value CONDITION");
        }
        if (!rc && seen & part)
            rc = err_set(err, -EINVAL, "a part of entropy is given twice");
        seen |= part;
    }
    return rc || seen & VALUE ? rc : err_set(err, -EINVAL, "entropy needs a value to compare with");
}

int parse_entropy(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct entropy *want = calloc(1, sizeof *want);
    if (!want)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = parse_parts(option->value, want, err);
    if (rc) {
        free(want);
        return rc;
    }
    return byte_step(b, &entropy_ops, want, false, err);
}
