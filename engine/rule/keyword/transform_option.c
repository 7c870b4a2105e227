#define PCRE2_CODE_UNIT_WIDTH 8
#include "rule/keyword/transform_option.h"

#include <errno.h>
#include <pcre2.h>
#include <stdlib.h>

#include "rule/keyword/base64_codec.h"
#include "rule/keyword/byte_source.h"

static int no_memory(struct err *err)
{
    return err_set(err, -ENOMEM, "out of memory");
}

/* xor: with a key that repeats. */

struct xor_key {
    size_t n; /* of the key as often as fits into KEY_SPAN: so many bytes are done at a time */
    uint8_t bytes[];
};

enum { KEY_SPAN = 256 };

static int apply_xor(const void *data, struct slice in, struct buf *out)
{
    const struct xor_key *key = data;
    if (buf_reserve(out, in.n))
        return -ENOMEM;
    if (!in.n)
        return 0;
    uint8_t *restrict to = out->p + out->n;
    for (size_t at = 0; at < in.n; at += key->n) {
        size_t n = in.n - at < key->n ? in.n - at : key->n;
        for (size_t i = 0; i < n; i++)
            to[at + i] = in.p[at + i] ^ key->bytes[i];
    }
    out->n += in.n;
    return 0;
}

static const struct transform_ops xor_ops = {"xor", apply_xor, NULL, NULL};

int parse_xor(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice text = option->value;
    if (!text_unquote(&text) || !text.n || text.n % 2)
        return err_set(err, -EINVAL, "expected a key of hexadecimal digits, two for each byte: xor:\"0a1b\"");
    size_t once = text.n / 2, times = once < KEY_SPAN ? KEY_SPAN / once : 1;
    struct xor_key *key = malloc(sizeof *key + once * times);
    if (!key)
        return no_memory(err);
    key->n = once * times;
    for (size_t i = 0; i < once; i++) {
        char digits[] = {'0', 'x', (char)text.p[2 * i], (char)text.p[2 * i + 1]};
        uint64_t value;
        if (!text_uint(slice_of(digits, sizeof digits), 255, &value)) {
            free(key);
            return err_set(err, -EINVAL, "a key consists of hexadecimal digits alone");
        }
        key->bytes[i] = (uint8_t)value;
    }
    for (size_t i = once; i < key->n; i++)
        key->bytes[i] = key->bytes[i - once];
    return transform_add(b, &xor_ops, key, err);
}

/* from_base64: what does not decode stays as it is. */

struct from_base64 {
    int32_t bytes, offset; /* 0 bytes: to the end */
    enum base64_mode mode;
};

static int apply_from_base64(const void *data, struct slice in, struct buf *out)
{
    const struct from_base64 *want = data;
    struct slice part = slice_from(in, (size_t)want->offset);
    if (want->bytes)
        part = slice_first(part, (size_t)want->bytes);
    int rc = base64_decode(want->mode, part, out);
    return rc ? (rc < 0 ? rc : 0) : buf_append(out, in);
}

static const struct transform_ops from_base64_ops = {"from_base64", apply_from_base64, NULL, NULL};

static int parse_base64_parts(struct slice rest, struct from_base64 *want, struct err *err)
{
    static const struct {
        const char *name;
        enum base64_mode mode;
    } modes[] = {{"rfc4648", BASE64_RFC4648}, {"rfc2045", BASE64_RFC2045}, {"strict", BASE64_STRICT}};
    struct slice field, text;
    int rc = 0;
    while (!rc && text_field(&rest, ',', &field)) {
        size_t mode = 0, count = sizeof modes / sizeof modes[0];
        if (byte_word(field, "bytes", &text)) {
            rc = byte_number(NULL, text, 0, UINT16_MAX, &want->bytes, NULL, err);
        } else if (byte_word(field, "offset", &text)) {
            rc = byte_number(NULL, text, 0, UINT16_MAX, &want->offset, NULL, err);
        } else if (byte_word(field, "mode", &text)) {
            while (mode < count && !slice_equal(text, slice_str(modes[mode].name)))
                mode++;
            if (mode == count)
                return err_set(err, -EINVAL, "mode is one of rfc4648, rfc2045, strict");
            want->mode = modes[mode].mode;
        } else {
            return err_set(err, -EINVAL, "expected from_base64:[bytes N,][offset N,][mode NAME]");
        }
    }
    return rc;
}

int parse_from_base64(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct from_base64 *want = calloc(1, sizeof *want);
    if (!want)
        return no_memory(err);
    int rc = option->value.n ? parse_base64_parts(option->value, want, err) : 0;
    if (rc) {
        free(want);
        return rc;
    }
    return transform_add(b, &from_base64_ops, want, err);
}

/* pcrexform: the one capture of an expression; without a match, or an empty one, the bytes stay. */

enum { MATCH_LIMIT = 3500, DEPTH_LIMIT = 1500, HEAP_LIMIT_KIB = 16 << 10, PATTERN_MOST = 8192 };

struct pcrexform {
    pcre2_code *code;
    pcre2_match_context *context;
};

static void free_pcrexform(void *data)
{
    struct pcrexform *xform = data;
    if (!xform)
        return;
    pcre2_code_free(xform->code);
    pcre2_match_context_free(xform->context);
    free(xform);
}

static int apply_pcrexform(const void *data, struct slice in, struct buf *out)
{
    const struct pcrexform *xform = data;
    /* Not shared between threads, unlike the rule: so made anew. */
    pcre2_match_data *match = pcre2_match_data_create(2, NULL);
    if (!match)
        return -ENOMEM;
    const uint8_t *p = in.p ? in.p : (const uint8_t *)"";
    int rc = pcre2_match(xform->code, p, in.n, 0, 0, match, xform->context);
    const PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(match);
    struct slice result = in;
    if (rc == 2 && ovector[2] < ovector[3] && ovector[3] <= in.n)
        result = slice_first(slice_from(in, ovector[2]), ovector[3] - ovector[2]);
    pcre2_match_data_free(match);
    return buf_append(out, result);
}

static const struct transform_ops pcrexform_ops = {"pcrexform", apply_pcrexform, free_pcrexform, NULL};

static int compile(struct slice text, struct pcrexform *xform, struct err *err)
{
    int code;
    PCRE2_SIZE at;
    uint32_t captures = 0;
    xform->code = pcre2_compile(text.p, text.n, PCRE2_NEVER_UTF, &code, &at, NULL);
    if (!xform->code) {
        PCRE2_UCHAR message[160] = "";
        pcre2_get_error_message(code, message, sizeof message);
        return err_set(err, -EINVAL, "the regular expression is not valid: %s", (const char *)message);
    }
    pcre2_pattern_info(xform->code, PCRE2_INFO_CAPTURECOUNT, &captures);
    if (captures != 1)
        return err_set(err, -EINVAL, "expected exactly one capture, in parentheses, found %u", captures);
    xform->context = pcre2_match_context_create(NULL);
    if (!xform->context)
        return no_memory(err);
    pcre2_set_match_limit(xform->context, MATCH_LIMIT);
    pcre2_set_depth_limit(xform->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(xform->context, HEAP_LIMIT_KIB);
    return 0;
}

int parse_pcrexform(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice text = option->value;
    if (!text_unquote(&text) || !text.n || text.n > PATTERN_MOST)
        return err_set(err, -EINVAL, "expected a regular expression in double quotes, without slashes");
    struct pcrexform *xform = calloc(1, sizeof *xform);
    if (!xform)
        return no_memory(err);
    int rc = compile(text, xform, err);
    if (rc) {
        free_pcrexform(xform);
        return rc;
    }
    return transform_add(b, &pcrexform_ops, xform, err);
}
