/* Kerberos: types and error codes, which are plain numbers as in Suricata, and what a ticket is encrypted
 * with. */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/number.h"
#include "rule/keyword/sticky.h"

enum { ENCRYPTIONS_MOST = 32 };

struct encryptions {
    bool weak; /* any that is weak, or when negated any that is not; else one of the list */
    bool negated;
    unsigned count;
    int64_t list[ENCRYPTIONS_MOST];
};

static const struct {
    const char *name;
    int64_t number;
} names[] = {
#define KRB5_ENCRYPTION(number, name) {name, number},
#include "base/krb5_encryption_list.h"
#undef KRB5_ENCRYPTION
};

/* AES and Camellia: what is left when the weak ones are taken away (RFC 6649, RFC 8429). */
static bool is_strong(int64_t encryption)
{
    return (encryption >= 17 && encryption <= 20) || encryption == 25 || encryption == 26;
}

static enum step_result run_encryption(struct eval *eval, const struct step *step)
{
    const struct encryptions *wanted = step->data;
    int64_t encryption = (int64_t)eval->buffer.number;
    bool holds = wanted->weak && is_strong(encryption) == wanted->negated;
    for (unsigned i = 0; i < wanted->count; i++)
        holds |= wanted->list[i] == encryption;
    return holds ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops encryption_ops = {.keyword = "krb5.ticket_encryption", .run = run_encryption};

static bool read_encryption(struct slice word, int64_t *out)
{
    uint64_t number;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (slice_equal(word, slice_str(names[i].name))) {
            *out = names[i].number;
            return true;
        }
    bool negative = word.n && word.p[0] == '-';
    if (!text_uint(slice_from(word, negative), INT32_MAX, &number))
        return false;
    *out = negative ? -(int64_t)number : (int64_t)number;
    return true;
}

static bool read_list(struct slice text, struct encryptions *out)
{
    for (;;) {
        const uint8_t *comma = text.n ? memchr(text.p, ',', text.n) : NULL;
        size_t n = comma ? (size_t)(comma - text.p) : text.n;
        if (out->count == ENCRYPTIONS_MOST ||
            !read_encryption(text_trim(slice_first(text, n)), &out->list[out->count++]))
            return false;
        if (!comma)
            return true;
        text = slice_from(text, n + 1);
    }
}

static int parse_encryption(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct encryptions *wanted = calloc(1, sizeof *wanted);
    struct slice text = text_trim(option->value);
    if (!wanted)
        return err_set(err, -ENOMEM, "out of memory");
    wanted->weak = text_equal(text, "weak") || text_equal(text, "!weak");
    wanted->negated = wanted->weak && text.p[0] == '!';
    if (!wanted->weak && !read_list(text, wanted)) {
        free(wanted);
        return err_set(err, -EINVAL, "expected weak, !weak, or a list of encryption types by name or number");
    }
    return sticky_test(b, BUFFER_KRB5_TICKET_ENCRYPTION, &encryption_ops, wanted, err);
}

static int parse_plain(struct rule_builder *b, enum buffer_id buffer, const struct option *option,
                       uint64_t most, struct err *err)
{
    struct option trimmed = *option;
    uint64_t value;
    trimmed.value = text_trim(option->value);
    int rc = number_plain(&trimmed, most, &value, err);
    return rc ? rc : sticky_number(b, buffer, &trimmed, most, err);
}

static int parse_type(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_plain(b, BUFFER_KRB5_MSG_TYPE, option, UINT8_MAX, err);
}

static int parse_error(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct uint_condition *code = calloc(1, sizeof *code); /* UINT_EQUAL */
    if (!code)
        return err_set(err, -ENOMEM, "out of memory");
    if (!text_uint_begin(text_trim(option->value), INT32_MAX, &code->a)) {
        free(code);
        return err_set(err, -EINVAL, "expected a decimal number from 0 to %d", INT32_MAX);
    }
    return sticky_test(b, BUFFER_KRB5_ERR_CODE, &sticky_number_ops, code, err);
}

const struct keyword keywords_krb5[] = {
    {"krb5_msg_type", NULL, VALUE_REQUIRED, parse_type},
    {"krb5_err_code", NULL, VALUE_REQUIRED, parse_error},
    {"krb5.ticket_encryption", NULL, VALUE_REQUIRED, parse_encryption},
    {NULL, NULL, VALUE_NONE, NULL},
};
