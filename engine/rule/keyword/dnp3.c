/* DNP3: function codes and internal indications by name, objects by group and variation. (dnp3.data is a
 * sticky buffer.) */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/sticky.h"

static const struct sticky_name functions[] = {
#define DNP3_FUNCTION(code, name) {name, code},
#include "base/dnp3_name_list.h"
#undef DNP3_FUNCTION
    {NULL, 0},
};

static const struct sticky_name indications[] = {
#define DNP3_INDICATION(bit, name) {name, bit},
#include "base/dnp3_name_list.h"
#undef DNP3_INDICATION
    {NULL, 0},
};

static int parse_function(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_DNP3_FUNC, option, UINT8_MAX, functions, err);
}

struct wanted {
    uint16_t bits; /* any of them */
};

static enum step_result run_indications(struct eval *eval, const struct step *step)
{
    const struct wanted *want = step->data;
    return eval->buffer.number & want->bits ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops indication_ops = {.keyword = "dnp3_ind", .run = run_indications};

static bool read_indications(struct slice text, uint16_t *bits)
{
    struct slice field;
    uint64_t number;
    while (text_field(&text, ',', &field)) {
        const struct sticky_name *name = indications;
        field = text_trim(field);
        while (name->name && !text_equal(field, name->name))
            name++;
        if (!name->name && !text_uint(field, UINT16_MAX, &number))
            return false;
        *bits |= (uint16_t)(name->name ? name->value : number);
    }
    return *bits;
}

static int parse_indications(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct wanted *want = calloc(1, sizeof *want);
    if (!want)
        return err_set(err, -ENOMEM, "out of memory");
    if (read_indications(option->value, &want->bits))
        return sticky_test(b, BUFFER_DNP3_IND, &indication_ops, want, err);
    free(want);
    return err_set(err, -EINVAL,
                   "expected internal indications with commas between them: device_restart, ...");
}

/* GROUP,VARIATION */
static int parse_object(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice text = option->value, field;
    uint64_t group, variation;
    if (!text_field(&text, ',', &field) || !text_uint(text_trim(field), UINT8_MAX, &group) ||
        !text_field(&text, ',', &field) || !text_uint(text_trim(field), UINT8_MAX, &variation) ||
        text_field(&text, ',', &field))
        return err_set(err, -EINVAL, "expected GROUP,VARIATION, numbers from 0 to 255");
    struct uint_condition *condition = calloc(1, sizeof *condition);
    if (!condition)
        return err_set(err, -ENOMEM, "out of memory");
    *condition = (struct uint_condition){.compare = UINT_EQUAL, .a = group << 8 | variation};
    return sticky_test(b, BUFFER_DNP3_OBJ, &sticky_number_ops, condition, err);
}

const struct keyword keywords_dnp3[] = {
    {"dnp3_func", NULL, VALUE_REQUIRED, parse_function},
    {"dnp3_ind", NULL, VALUE_REQUIRED, parse_indications},
    {"dnp3_obj", NULL, VALUE_REQUIRED, parse_object},
    {NULL, NULL, VALUE_NONE, NULL},
};
