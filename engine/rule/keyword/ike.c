/* IKE: what the responder has chosen, NAME=NUMBER. The buffer's number has the attribute's above, its value
 * below. */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/sticky.h"

static const struct {
    const char *name;
    uint8_t number;
    bool matched;
} attributes[] = {
#define IKE_ATTRIBUTE(number, name, matched) {name, number, matched},
#include "base/ike_attribute_list.h"
#undef IKE_ATTRIBUTE
};

static bool read_name(struct slice text, uint64_t *number)
{
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
        if (attributes[i].matched && slice_equal(text, slice_str(attributes[i].name))) {
            *number = attributes[i].number;
            return true;
        }
    return false;
}

static int parse_chosen(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice text = text_trim(option->value);
    const uint8_t *equals = text.n ? memchr(text.p, '=', text.n) : NULL;
    size_t n = equals ? (size_t)(equals - text.p) : text.n;
    uint64_t name, value;
    if (!equals || !read_name(text_trim(slice_first(text, n)), &name) ||
        !text_uint(text_trim(slice_from(text, n + 1)), UINT32_MAX, &value))
        return err_set(err, -EINVAL,
                       "expected an attribute and its number: alg_hash=2; the attributes are alg_enc, "
                       "alg_hash, alg_auth, alg_dh, alg_prf, sa_group_type, sa_life_type, sa_life_duration, "
                       "sa_key_length and sa_field_size");
    struct uint_condition *condition = malloc(sizeof *condition);
    if (!condition)
        return err_set(err, -ENOMEM, "out of memory");
    *condition = (struct uint_condition){.compare = UINT_EQUAL, .a = name << 32 | value};
    return sticky_test(b, BUFFER_IKE_CHOSEN_SA_ATTRIBUTE, &sticky_number_ops, condition, err);
}

const struct keyword keywords_ike[] = {
    {"ike.chosen_sa_attribute", NULL, VALUE_REQUIRED, parse_chosen},
    {NULL, NULL, VALUE_NONE, NULL},
};
