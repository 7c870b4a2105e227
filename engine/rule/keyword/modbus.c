/*
 * modbus: what a Modbus request asks for.
 *
 *   [unit COND, ] function NUMBER [, subfunction NUMBER] | function [!]CATEGORY
 *   [unit COND, ] access read|write [TABLE] [, address COND [, value COND]]
 *
 * COND is N, >N, <N or A<>B (the ends excluded). Addresses are counted from 1; a value is that of one
 * address.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/modbus_facts.h"
#include "rule/keyword/sticky.h"

struct wanted {
    bool has_unit, has_function, has_subfunction, has_categories, negated, has_address, has_value;
    uint8_t function, categories, access;
    uint16_t subfunction;
    struct uint_condition unit, address, value;
};

static const struct sticky_name categories[] = {
    {"assigned", MODBUS_ASSIGNED},
    {"unassigned", MODBUS_UNASSIGNED},
    {"public", MODBUS_ASSIGNED | MODBUS_UNASSIGNED},
    {"user", MODBUS_USER},
    {"reserved", MODBUS_RESERVED},
    {"all", MODBUS_ASSIGNED | MODBUS_UNASSIGNED | MODBUS_USER | MODBUS_RESERVED},
    {NULL, 0},
};

static const struct sticky_name tables[] = {
    {"discretes", MODBUS_DISCRETES},
    {"coils", MODBUS_COILS},
    {"input", MODBUS_INPUT},
    {"holding", MODBUS_HOLDING},
    {NULL, 0},
};

/* ---- matching ---- */

/* Whether some address of the range fits. */
static bool range_fits(const struct uint_condition *want, struct modbus_range range)
{
    if (!range.count)
        return false;
    uint64_t least, most, last = (uint64_t)range.first + range.count - 1;
    uint_condition_span(want, &least, &most);
    return least <= last && most >= range.first && least <= most;
}

/* What is written at that address; false when it is not known. */
static bool value_at(const struct modbus_facts *facts, uint64_t address, uint64_t *value)
{
    struct modbus_range range = facts->write;
    if (address < range.first || address - range.first >= range.count)
        return false;
    size_t i = (size_t)(address - range.first);
    if (facts->access & MODBUS_COILS) {
        if (i / 8 >= facts->values.n)
            return false;
        *value = facts->values.p[i / 8] >> i % 8 & 1;
        return true;
    }
    if (2 * i + 1 >= facts->values.n)
        return false;
    *value = (uint64_t)facts->values.p[2 * i] << 8 | facts->values.p[2 * i + 1];
    return true;
}

static bool access_fits(const struct wanted *want, const struct modbus_facts *facts)
{
    if ((facts->access & want->access) != want->access)
        return false;
    bool writes = want->access & MODBUS_WRITE;
    if (want->has_address && !range_fits(&want->address, writes ? facts->write : facts->read))
        return false;
    uint64_t value;
    return !want->has_value ||
           (writes && value_at(facts, want->address.a, &value) && uint_condition_holds(&want->value, value));
}

static bool function_fits(const struct wanted *want, const struct modbus_facts *facts)
{
    bool in = facts->category & want->categories;
    if (want->has_categories && (!facts->category || in == want->negated))
        return false;
    if (want->has_function && facts->function != want->function)
        return false;
    return !want->has_subfunction || (facts->has_subfunction && facts->subfunction == want->subfunction);
}

static enum step_result run(struct eval *eval, const struct step *step)
{
    const struct wanted *want = step->data;
    struct modbus_facts facts;
    if (eval->buffer.bytes.n != sizeof facts)
        return STEP_NO;
    memcpy(&facts, eval->buffer.bytes.p, sizeof facts);
    if (want->has_unit && !uint_condition_holds(&want->unit, facts.unit))
        return STEP_NO;
    if (!function_fits(want, &facts) || !access_fits(want, &facts))
        return STEP_NO;
    return chain_next(eval, step);
}

static const struct step_ops ops = {.keyword = "modbus", .run = run};

/* ---- reading ---- */

static bool read_number(struct slice text, uint64_t most, uint64_t *out)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return text.n && text_uint(text, most, out);
}

static bool read_condition(struct slice text, struct uint_condition *out)
{
    const uint8_t *range = text.n ? memmem(text.p, text.n, "<>", 2) : NULL;
    if (range) {
        size_t at = (size_t)(range - text.p);
        out->compare = UINT_RANGE;
        return read_number(slice_first(text, at), UINT16_MAX, &out->a) &&
               read_number(slice_from(text, at + 2), UINT16_MAX, &out->b);
    }
    out->compare = UINT_EQUAL;
    if (text.n && (text.p[0] == '<' || text.p[0] == '>')) {
        out->compare = text.p[0] == '<' ? UINT_LESS : UINT_GREATER;
        text = slice_from(text, 1);
    }
    return read_number(text, UINT16_MAX, &out->a);
}

/* "unit 10": the word and what follows it, which may be nothing. */
static struct slice split(struct slice field, struct slice *value)
{
    size_t n = 0;
    while (n < field.n && field.p[n] != ' ')
        n++;
    *value = text_trim(slice_from(field, n));
    return slice_first(field, n);
}

static bool is(struct slice word, const char *name)
{
    return slice_equal(word, slice_str(name));
}

static const struct sticky_name *find(const struct sticky_name *names, struct slice word)
{
    while (names->name && !is(word, names->name))
        names++;
    return names->name ? names : NULL;
}

static bool read_function(struct slice value, struct slice rest, struct wanted *out)
{
    uint64_t number;
    struct slice field, argument;
    if (read_number(value, UINT8_MAX, &number) && number) {
        out->has_function = true;
        out->function = (uint8_t)number;
    } else {
        out->negated = value.n && value.p[0] == '!';
        const struct sticky_name *category = find(categories, slice_from(value, out->negated));
        if (!category)
            return false;
        out->has_categories = true;
        out->categories = (uint8_t)category->value;
    }
    if (!text_field(&rest, ',', &field))
        return true;
    if (!is(split(field, &argument), "subfunction") || !read_number(argument, UINT16_MAX, &number))
        return false;
    out->has_subfunction = true;
    out->subfunction = (uint16_t)number;
    return !text_field(&rest, ',', &field);
}

static bool read_access(struct slice value, struct slice rest, struct wanted *out)
{
    struct slice table, field, argument;
    struct slice kind = split(value, &table);
    if (!is(kind, "read") && !is(kind, "write"))
        return false;
    out->access = is(kind, "read") ? MODBUS_READ : MODBUS_WRITE;
    const struct sticky_name *known = find(tables, table);
    if (table.n &&
        (!known || (out->access == MODBUS_WRITE && known->value & (MODBUS_DISCRETES | MODBUS_INPUT))))
        return false;
    out->access |= known ? (uint8_t)known->value : 0;
    if (!text_field(&rest, ',', &field))
        return true;
    if (!is(split(field, &argument), "address") || !read_condition(argument, &out->address))
        return false;
    out->has_address = true;
    if (!text_field(&rest, ',', &field))
        return true;
    if (out->address.compare != UINT_EQUAL || !is(split(field, &argument), "value") ||
        !read_condition(argument, &out->value))
        return false;
    out->has_value = true;
    return !text_field(&rest, ',', &field);
}

static bool read_wanted(struct slice text, struct wanted *out)
{
    struct slice field, value;
    if (!text_field(&text, ',', &field))
        return false;
    struct slice word = split(field, &value);
    if (is(word, "unit")) {
        out->has_unit = true;
        if (!read_condition(value, &out->unit))
            return false;
        if (!text_field(&text, ',', &field))
            return true;
        word = split(field, &value);
    }
    if (is(word, "function"))
        return read_function(value, text, out);
    return is(word, "access") && read_access(value, text, out);
}

static int parse(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct wanted *want = calloc(1, sizeof *want);
    if (!want)
        return err_set(err, -ENOMEM, "out of memory");
    if (read_wanted(option->value, want))
        return sticky_test(b, BUFFER_MODBUS, &ops, want, err);
    free(want);
    err_set(err, -EINVAL,
            "expected [unit N,] function N|CATEGORY [, subfunction N], or access read|write [TABLE] "
            "[, address N [, value N]]");
    err_hint(err,
             "categories are assigned, unassigned, public, user, reserved, all; tables coils, discretes, "
             "input, holding; N, >N, <N or N<>N");
    return -EINVAL;
}

const struct keyword keywords_modbus[] = {
    {"modbus", NULL, VALUE_REQUIRED, parse},
    {NULL, NULL, VALUE_NONE, NULL},
};
