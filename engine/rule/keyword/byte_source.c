#include "rule/keyword/byte_source.h"
#include "base/cursor.h"

#include <errno.h>
#include <stdlib.h>

enum { DIGITS_MOST = 23 }; /* octal digits of 2^64, with a sign or blank before them */

int64_t byte_value(const struct eval *eval, int32_t value, bool is_variable)
{
    if (!is_variable)
        return value;
    return (int32_t)(uint32_t)eval->variables[(uint32_t)value % RULE_VARIABLES];
}

/* The number that the text starts with (blanks and a sign may stand before it), as strtoull sees it. */
static bool read_digits(struct slice text, int base, uint64_t *value, size_t *used)
{
    char copy[DIGITS_MOST + 1], *end;
    text = slice_first(text, DIGITS_MOST);
    if (text.n)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    errno = 0;
    *value = strtoull(copy, &end, base);
    *used = (size_t)(end - copy);
    return end != copy && !errno;
}

static uint64_t read_little(struct slice bytes)
{
    uint64_t value = 0;
    for (size_t i = bytes.n; i-- > 0;)
        value = value << 8 | bytes.p[i];
    return value;
}

bool byte_value_read(const struct eval *eval, const struct byte_source *source, uint64_t *value, size_t *end)
{
    struct slice in = eval->buffer.bytes;
    int64_t at = byte_value(eval, source->offset, source->offset_is_variable);
    int64_t count = byte_value(eval, source->count, source->count_is_variable);
    if (source->relative)
        at += (int64_t)eval->cursor;
    if (at < 0 || count < 0 || at > (int64_t)in.n || count > (int64_t)in.n - at)
        return false;
    size_t used = (size_t)count;
    struct slice rest = slice_from(in, (size_t)at);
    struct cursor cursor = cursor_of(rest);
    if (source->string) {
        struct slice text = count ? slice_first(rest, used) : rest;
        if (!read_digits(text, source->base ? source->base : 10, value, &used))
            return false;
    } else if (count > 8) {
        return false;
    } else if (source->dce ? eval->buffer.little : source->little) {
        *value = read_little(slice_first(rest, used));
    } else if (!cursor_uint(&cursor, used, value)) {
        return false;
    }
    if (source->bitmask)
        *value = (*value & source->bitmask) >> __builtin_ctz(source->bitmask);
    *end = (size_t)at + used;
    return true;
}

bool byte_word(struct slice text, const char *word, struct slice *rest)
{
    size_t n = strlen(word);
    if (text.n <= n || memcmp(text.p, word, n) != 0 || (text.p[n] != ' ' && text.p[n] != '\t'))
        return false;
    *rest = text_trim(slice_from(text, n));
    return true;
}

static int parse_bitmask(struct byte_source *source, struct slice text, struct err *err)
{
    uint64_t mask;
    if (text.n > 2 && text.p[0] == '0' && (text.p[1] == 'x' || text.p[1] == 'X'))
        text = slice_from(text, 2);
    char digits[20] = "0x";
    if (text.n > sizeof digits - 3)
        return err_set(err, -EINVAL, "expected a bitmask of at most 32 bits, in hexadecimal");
    memcpy(digits + 2, text.p, text.n);
    if (!text_uint(slice_of(digits, text.n + 2), UINT32_MAX, &mask) || !mask)
        return err_set(err, -EINVAL, "expected a bitmask of at most 32 bits, in hexadecimal");
    source->bitmask = (uint32_t)mask;
    return 1;
}

int byte_source_option(struct byte_source *source, struct slice option, struct err *err)
{
    struct slice rest;
    if (text_equal(option, "relative"))
        source->relative = true;
    else if (text_equal(option, "big") || text_equal(option, "little"))
        source->endian = true, source->little = option.p[0] == 'l';
    else if (text_equal(option, "string"))
        source->string = true;
    else if (text_equal(option, "hex"))
        source->base = 16;
    else if (text_equal(option, "dec"))
        source->base = 10;
    else if (text_equal(option, "oct"))
        source->base = 8;
    else if (text_equal(option, "dce"))
        source->dce = true;
    else if (byte_word(option, "bitmask", &rest))
        return parse_bitmask(source, rest, err);
    else
        return 0;
    return 1;
}

int byte_source_check(const struct byte_source *source, int32_t most_string, struct err *err)
{
    if (source->dce && (source->endian || source->string))
        return err_set(err, -EINVAL, "dce says the order of binary bytes: no big, little or string with it");
    if (source->base && !source->string)
        return err_set(err, -EINVAL, "a base (hex, dec, oct) is for digits: expected \"string\" too");
    if (source->count_is_variable)
        return 0;
    int32_t most = source->string ? most_string : 8;
    if (source->count > most)
        return err_set(err, -EINVAL, "at most %d bytes %s", most,
                       source->string ? "of digits can be read" : "can be read without \"string\"");
    return 0;
}

int byte_number(struct rule_builder *b, struct slice text, int64_t least, int64_t most, int32_t *value,
                bool *is_variable, struct err *err)
{
    bool negative = text.n && text.p[0] == '-';
    uint64_t number;
    if (is_variable)
        *is_variable = false;
    if (text_uint(negative ? slice_from(text, 1) : text_skip_plus(text), UINT32_MAX, &number)) {
        int64_t n = negative ? -(int64_t)number : (int64_t)number;
        if (n >= least && n <= most) {
            *value = (int32_t)n;
            return 0;
        }
    } else if (is_variable && (*value = builder_variable(b, text)) >= 0) {
        *is_variable = true;
        return 0;
    }
    return err_set(err, -EINVAL, "'%.*s': expected a number from %lld to %lld%s",
                   (int)slice_first(text, 40).n, (const char *)text.p, (long long)least, (long long)most,
                   is_variable ? ", or a name that byte_extract or byte_math has set before" : "");
}

int byte_step(struct rule_builder *b, const struct step_ops *ops, void *data, bool relative, struct err *err)
{
    if (builder_step(b, ops, data))
        return err_set(err, -ENOMEM, "out of memory");
    struct chain *chain = builder_chain(b);
    uint32_t index = chain->step_count - 1;
    /* As Suricata: only what stands right before it, unlike distance, within and pcre's R. */
    if (relative && index && chain->steps[index - 1].ops->many)
        chain_mark_retried(chain, index);
    /* Steps after one that sets a variable may depend on where that one stood. */
    if (b->rule->variable_count)
        chain->variables = true;
    return 0;
}

int byte_variable(struct rule_builder *b, struct slice name, struct err *err)
{
    if (!name.n)
        return err_set(err, -EINVAL, "expected a name for the result");
    int index = builder_variable(b, name);
    if (index < 0)
        index = builder_new_variable(b, name);
    if (index == -ENOSPC)
        return err_set(err, -EINVAL, "a rule has at most %d variables", RULE_VARIABLES);
    if (index < 0)
        return err_set(err, index, "out of memory");
    return index;
}
