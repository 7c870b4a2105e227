/*
 * Transforms: what a sticky buffer's bytes are turned into before the keywords after them look. Those with
 * options of their own are in transform_option.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/hex_text.h"
#include "rule/keyword/transform_option.h"

/* The C locale's white space, whatever the process's locale is. */
static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static uint8_t lower(uint8_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static bool is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

static bool has_none(struct slice bytes, bool (*is)(uint8_t c))
{
    for (size_t i = 0; i < bytes.n; i++)
        if (is(bytes.p[i]))
            return false;
    return true;
}

static bool leaves_no_upper(struct slice bytes)
{
    return has_none(bytes, is_upper);
}

static bool leaves_no_lower(struct slice bytes)
{
    return has_none(bytes, is_lower);
}

static bool leaves_no_space(struct slice bytes)
{
    return has_none(bytes, is_space);
}

static bool leaves_single_spaces(struct slice bytes)
{
    for (size_t i = 1; i < bytes.n; i++)
        if (is_space(bytes.p[i - 1]) && is_space(bytes.p[i]))
            return false;
    return true;
}

/* Of each run of white space, the first byte stays. */
static int compress_whitespace(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    if (buf_reserve(out, in.n))
        return -ENOMEM;
    for (size_t i = 0; i < in.n; i++)
        if (!is_space(in.p[i]) || i == 0 || !is_space(in.p[i - 1]))
            out->p[out->n++] = in.p[i];
    return 0;
}

static int strip_whitespace(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    if (buf_reserve(out, in.n))
        return -ENOMEM;
    for (size_t i = 0; i < in.n; i++)
        if (!is_space(in.p[i]))
            out->p[out->n++] = in.p[i];
    return 0;
}

/* Length of the line at the start of `in`, its line feed included. */
static size_t line_length(struct slice in)
{
    const uint8_t *end = in.n ? memchr(in.p, '\n', in.n) : NULL;
    return end ? (size_t)(end - in.p) + 1 : in.n;
}

/* HTTP/2's pseudo header fields (RFC 9113, 8.3) start with a colon. */
static int strip_pseudo_headers(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    while (in.n) {
        size_t n = line_length(in);
        if (in.p[0] != ':' && buf_append(out, slice_first(in, n)))
            return -ENOMEM;
        in = slice_from(in, n);
    }
    return 0;
}

/* Lower case up to the first colon of each line. */
static int header_lowercase(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    bool name = true;
    if (buf_reserve(out, in.n))
        return -ENOMEM;
    for (size_t i = 0; i < in.n; i++) {
        if (in.p[i] == ':')
            name = false;
        out->p[out->n++] = name ? lower(in.p[i]) : in.p[i];
        if (in.p[i] == '\n')
            name = true;
    }
    return 0;
}

static int to_lowercase(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    if (buf_reserve(out, in.n))
        return -ENOMEM;
    for (size_t i = 0; i < in.n; i++)
        out->p[out->n++] = lower(in.p[i]);
    return 0;
}

static int to_uppercase(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    if (buf_reserve(out, in.n))
        return -ENOMEM;
    for (size_t i = 0; i < in.n; i++) {
        uint8_t c = in.p[i];
        out->p[out->n++] = (uint8_t)(c >= 'a' && c <= 'z' ? c & 0xdf : c);
    }
    return 0;
}

static int dotprefix(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    return buf_append_byte(out, '.') || buf_append(out, in) ? -ENOMEM : 0;
}

/* RFC 3986, 2.1, and '+' for a blank; what is no valid escape stays. */
static int url_decode(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    if (buf_reserve(out, in.n))
        return -ENOMEM;
    for (size_t i = 0; i < in.n; i++) {
        uint8_t c = in.p[i];
        if (c == '%' && in.n - i > 2 && hex_digit(in.p[i + 1]) >= 0 && hex_digit(in.p[i + 2]) >= 0) {
            c = (uint8_t)(hex_digit(in.p[i + 1]) << 4 | hex_digit(in.p[i + 2]));
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        out->p[out->n++] = c;
    }
    return 0;
}

static int digest(enum digest digest, struct slice in, struct buf *out)
{
    if (buf_reserve(out, DIGEST_MOST))
        return -ENOMEM;
    out->n = digest_of(digest, in, out->p);
    return out->n ? 0 : -ENOMEM;
}

static int to_md5(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    return digest(DIGEST_MD5, in, out);
}

static int to_sha1(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    return digest(DIGEST_SHA1, in, out);
}

static int to_sha256(const void *data, struct slice in, struct buf *out)
{
    (void)data;
    return digest(DIGEST_SHA256, in, out);
}

static const struct transform_ops plain[] = {
    {"compress_whitespace", compress_whitespace, NULL, leaves_single_spaces},
    {"strip_whitespace", strip_whitespace, NULL, leaves_no_space},
    {"strip_pseudo_headers", strip_pseudo_headers, NULL, NULL},
    {"to_md5", to_md5, NULL, NULL},
    {"to_sha1", to_sha1, NULL, NULL},
    {"to_sha256", to_sha256, NULL, NULL},
    {"dotprefix", dotprefix, NULL, NULL},
    {"url_decode", url_decode, NULL, NULL},
    {"to_lowercase", to_lowercase, NULL, leaves_no_upper},
    {"to_uppercase", to_uppercase, NULL, leaves_no_lower},
    {"header_lowercase", header_lowercase, NULL, NULL},
};

int transform_add(struct rule_builder *b, const struct transform_ops *ops, void *data, struct err *err)
{
    /* Only right after the name of a sticky buffer: what has been looked at cannot be changed any more. */
    if (!b->buffer_selected &&
        buffer_is_app(b->buffer)) { /* for what follows: as if it were selected again */
        b->last_chain = NULL;
        b->buffer_selected = true;
    }
    if (!b->buffer_selected || b->buffer == BUFFER_PAYLOAD || b->buffer == BUFFER_BASE64_DATA) {
        (ops->free ? ops->free : free)(data);
        return err_set(err, -EINVAL, "a transform directly follows a sticky buffer");
    }
    if (b->pending_count >= TRANSFORMS_MOST) {
        (ops->free ? ops->free : free)(data);
        return err_set(err, -EINVAL, "a buffer has at most %d transforms", TRANSFORMS_MOST);
    }
    return builder_transform(b, ops, data) ? err_set(err, -ENOMEM, "out of memory") : 0;
}

static int parse_plain(struct rule_builder *b, const struct option *option, struct err *err)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (slice_equal(option->name, slice_str(plain[i].keyword)))
            return transform_add(b, &plain[i], NULL, err);
    return err_set(err, -EINVAL, "not a transform");
}

const struct keyword keywords_transform[] = {
    {"compress_whitespace", NULL, VALUE_NONE, parse_plain},
    {"strip_whitespace", NULL, VALUE_NONE, parse_plain},
    {"strip_pseudo_headers", NULL, VALUE_NONE, parse_plain},
    {"to_md5", NULL, VALUE_NONE, parse_plain},
    {"to_sha1", NULL, VALUE_NONE, parse_plain},
    {"to_sha256", NULL, VALUE_NONE, parse_plain},
    {"dotprefix", NULL, VALUE_NONE, parse_plain},
    {"url_decode", NULL, VALUE_NONE, parse_plain},
    {"to_lowercase", NULL, VALUE_NONE, parse_plain},
    {"to_uppercase", NULL, VALUE_NONE, parse_plain},
    {"header_lowercase", NULL, VALUE_NONE, parse_plain},
    {"xor", NULL, VALUE_REQUIRED, parse_xor},
    {"from_base64", NULL, VALUE_OPTIONAL, parse_from_base64},
    {"pcrexform", NULL, VALUE_REQUIRED, parse_pcrexform},
    {"gunzip", NULL, VALUE_OPTIONAL, parse_inflate},
    {"zlib_deflate", NULL, VALUE_OPTIONAL, parse_inflate},
    {"domain", NULL, VALUE_NONE, parse_domain},
    {"tld", NULL, VALUE_NONE, parse_domain},
    {NULL, NULL, VALUE_NONE, NULL},
};
