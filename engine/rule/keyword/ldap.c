/*
 * LDAP: operations and result codes by name or condition, of any response, all of them, or one by its place
 * (from the end when negative).
 */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/sticky.h"

static const struct sticky_name operations[] = {
#define LDAP_OPERATION(number, name) {name, number},
#include "base/ldap_name_list.h"
#undef LDAP_OPERATION
    {NULL, 0},
};

static const struct sticky_name results[] = {
#define LDAP_RESULT(number, name) {name, number},
#include "base/ldap_name_list.h"
#undef LDAP_RESULT
    {NULL, 0},
};

enum { NO_CODE = 0xffff }; /* as the parser has it (app/ldap/ldap.h) */

enum place { PLACE_ANY, PLACE_ALL, PLACE_ONE };

struct responses {
    struct uint_condition condition;
    uint8_t width; /* bytes of a number in the buffer */
    uint8_t place; /* enum place */
    int32_t index; /* of PLACE_ONE */
};

/* False: that response has none. */
static bool number_at(const struct responses *r, struct slice list, size_t index, uint64_t *out)
{
    uint16_t wide = list.p[index * r->width];
    if (r->width == sizeof wide)
        memcpy(&wide, list.p + index * sizeof wide, sizeof wide);
    *out = wide;
    return r->width == 1 || wide != NO_CODE;
}

static bool holds_at(const struct responses *r, struct slice list, size_t index, bool otherwise)
{
    uint64_t number;
    return number_at(r, list, index, &number) ? uint_condition_holds(&r->condition, number) : otherwise;
}

static bool holds(const struct responses *r, struct slice list)
{
    size_t count = list.n / r->width;
    if (r->place == PLACE_ONE) {
        int64_t index = r->index < 0 ? (int64_t)count + r->index : r->index;
        return index >= 0 && (size_t)index < count && holds_at(r, list, (size_t)index, false);
    }
    bool all = r->place == PLACE_ALL;
    for (size_t i = 0; i < count; i++)
        if (holds_at(r, list, i, all) != all)
            return !all;
    return all;
}

static enum step_result run_responses(struct eval *eval, const struct step *step)
{
    return holds(step->data, eval->buffer.bytes) ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops responses_ops = {.keyword = "ldap.responses", .run = run_responses};

static bool read_place(struct slice text, struct responses *out)
{
    uint64_t number;
    bool negative = text.n && text.p[0] == '-';
    out->place = text_equal(text, "all") ? PLACE_ALL : PLACE_ANY;
    if (out->place == PLACE_ALL || text_equal(text, "any"))
        return true;
    if (!text_uint(slice_from(text, negative), INT32_MAX, &number))
        return false;
    out->place = PLACE_ONE;
    out->index = negative ? -(int32_t)number : (int32_t)number;
    return true;
}

static int read_condition(struct slice text, uint64_t most, const struct sticky_name *names,
                          struct uint_condition *out, struct err *err)
{
    struct slice word = text;
    bool negated = text_negated(&word);
    for (; names->name; names++)
        if (text_equal(word, names->name)) {
            *out =
                (struct uint_condition){.compare = negated ? UINT_NOT_EQUAL : UINT_EQUAL, .a = names->value};
            return 0;
        }
    return uint_condition_parse(text, most, out, err);
}

static int parse_responses(struct rule_builder *b, enum buffer_id buffer, const struct option *option,
                           uint64_t most, const struct sticky_name *names, struct err *err)
{
    struct responses *r = calloc(1, sizeof *r);
    struct slice text = text_trim(option->value);
    const uint8_t *comma = text.n ? memchr(text.p, ',', text.n) : NULL;
    int rc = 0;
    if (!r)
        return err_set(err, -ENOMEM, "out of memory");
    r->width = most == UINT8_MAX ? 1 : sizeof(uint16_t);
    if (comma) {
        size_t n = (size_t)(comma - text.p);
        if (!read_place(text_trim(slice_from(text, n + 1)), r))
            rc = err_set(err, -EINVAL, "expected any, all or the place of a response behind the comma");
        text = text_trim(slice_first(text, n));
    }
    if (!rc)
        rc = read_condition(text, most, names, &r->condition, err);
    if (rc) {
        free(r);
        return rc;
    }
    return sticky_test(b, buffer, &responses_ops, r, err);
}

static int parse_request(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_LDAP_REQUEST_OPERATION, option, UINT8_MAX, operations, err);
}

static int parse_operation(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_responses(b, BUFFER_LDAP_RESPONSES_OPERATION, option, UINT8_MAX, operations, err);
}

static int parse_result(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_responses(b, BUFFER_LDAP_RESPONSES_RESULT_CODE, option, UINT32_MAX, results, err);
}

const struct keyword keywords_ldap[] = {
    {"ldap.request.operation", NULL, VALUE_REQUIRED, parse_request},
    {"ldap.responses.operation", NULL, VALUE_REQUIRED, parse_operation},
    {"ldap.responses.result_code", NULL, VALUE_REQUIRED, parse_result},
    {NULL, NULL, VALUE_NONE, NULL},
};
