#include "output/json_line.h"

#include <errno.h>
#include <openssl/evp.h>

#include "base/hex_text.h"
#include "base/utf8.h"

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Space for n bytes behind what is written, NULL when memory is short; who fills it counts them in. */
static uint8_t *space(struct json_line *l, size_t n)
{
    struct buf *out = l->out;
    if (l->failed || (out->cap - out->n < n && buf_reserve(out, n))) {
        l->failed = true;
        return NULL;
    }
    return out->p + out->n;
}

static void put(struct json_line *l, const void *bytes, size_t n)
{
    uint8_t *at = space(l, n);
    if (!at)
        return;
    memcpy(at, bytes, n);
    l->out->n += n;
}

static void put_byte(struct json_line *l, uint8_t byte)
{
    uint8_t *at = space(l, 1);
    if (!at)
        return;
    *at = byte;
    l->out->n++;
}

/* ASCII that stands in a string as it is (RFC 8259, 7). */
static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* How many bytes go by before one that is not plain. Eight at a time: what a borrow makes wrong lies above a
 * byte that was found. */
static size_t plain_length(struct slice text)
{
    size_t i = 0;
    for (uint64_t word; text.n - i >= sizeof word; i += sizeof word) {
        memcpy(&word, text.p + i, sizeof word);
        uint64_t found = word | (word - EACH_BYTE(0x20)) | ((word ^ EACH_BYTE('"')) - EACH_BYTE(1)) |
                         ((word ^ EACH_BYTE('\\')) - EACH_BYTE(1));
        if (found & EACH_BYTE(0x80))
            break;
    }
    while (i < text.n && is_plain(text.p[i]))
        i++;
    return i;
}

static void put_plain(struct json_line *l, struct slice text)
{
    uint8_t *at = space(l, text.n + 2);
    if (!at)
        return;
    at[0] = at[text.n + 1] = '"';
    if (text.n)
        memcpy(at + 1, text.p, text.n);
    l->out->n += text.n + 2;
}

static void put_escaped(struct json_line *l, uint8_t c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt", digits[] = "0123456789ABCDEF";
    const char *short_form = c ? strchr(from, c) : NULL;
    if (short_form)
        put(l, (const char[]){'\\', to[short_form - from]}, 2);
    else
        put(l, (const char[]){'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]}, 6);
}

/* Of valid UTF-8. */
static void put_string(struct json_line *l, struct slice text)
{
    put_byte(l, '"');
    while (text.n && !l->failed) {
        size_t plain = plain_length(text);
        put(l, text.p, plain);
        for (text = slice_from(text, plain); text.n && !is_plain(*text.p); text = slice_from(text, 1))
            if (*text.p < 0x80)
                put_escaped(l, *text.p);
            else
                put_byte(l, *text.p);
    }
    put_byte(l, '"');
}

/* What is not UTF-8, as `clean` makes it so. */
static void put_any(struct json_line *l, struct slice text, json_t *(*clean)(struct slice text))
{
    if (plain_length(text) == text.n) {
        put_plain(l, text);
    } else if (utf8_valid(text)) {
        put_string(l, text);
    } else {
        json_t *value = clean(text);
        if (value)
            put_string(l, slice_of(json_string_value(value), json_string_length(value)));
        else
            l->failed = true;
        json_decref(value);
    }
}

static json_t *clean_text(struct slice text)
{
    return json_text((const char *)text.p);
}

/* What stands before a value. */
static void put_key(struct json_line *l, const char *key)
{
    if (l->more)
        put_byte(l, ',');
    l->more = true;
    if (!key)
        return;
    put_any(l, slice_str(key), clean_text);
    put_byte(l, ':');
}

static void open_with(struct json_line *l, const char *key, uint8_t bracket)
{
    put_key(l, key);
    put_byte(l, bracket);
    l->more = false;
}

static void close_with(struct json_line *l, uint8_t bracket)
{
    put_byte(l, bracket);
    l->more = true;
}

void line_begin(struct json_line *l, struct buf *out)
{
    *l = (struct json_line){.out = out, .start = out->n};
    line_open(l, NULL);
}

int line_end(struct json_line *l)
{
    line_close(l);
    put_byte(l, '\n');
    return l->failed ? line_drop(l) : 0;
}

int line_drop(struct json_line *l)
{
    l->out->n = l->start;
    return l->failed ? -ENOMEM : 0;
}

void line_open(struct json_line *l, const char *key)
{
    open_with(l, key, '{');
}

void line_close(struct json_line *l)
{
    close_with(l, '}');
}

void line_open_list(struct json_line *l, const char *key)
{
    open_with(l, key, '[');
}

void line_close_list(struct json_line *l)
{
    close_with(l, ']');
}

void line_text(struct json_line *l, const char *key, const char *text)
{
    put_key(l, key);
    put_any(l, slice_str(text), clean_text);
}

void line_bytes(struct json_line *l, const char *key, struct slice bytes)
{
    put_key(l, key);
    put_any(l, bytes, json_bytes);
}

void line_hex(struct json_line *l, const char *key, struct slice bytes)
{
    struct buf text = {0};
    l->failed |= buf_reserve(&text, 2 * bytes.n) != 0;
    if (!l->failed && bytes.n)
        text.n = (size_t)(hex_put((char *)text.p, bytes) - (char *)text.p);
    line_bytes(l, key, buf_slice(&text));
    buf_fini(&text);
}

void line_literal(struct json_line *l, const char *key, const char *text)
{
    put_key(l, key);
    put(l, text, strlen(text));
}

void line_int(struct json_line *l, const char *key, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        digits[--at] = '-';
    put_key(l, key);
    put(l, digits + at, sizeof digits - at);
}

void line_uint(struct json_line *l, const char *key, uint64_t value)
{
    line_int(l, key, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void line_bool(struct json_line *l, const char *key, bool value)
{
    line_literal(l, key, value ? "true" : "false");
}

void line_time(struct json_line *l, const char *key, uint64_t time_ns)
{
    char text[TIME_TEXT];
    json_time(time_ns, text);
    line_text(l, key, text);
}

void line_base64(struct json_line *l, const char *key, struct slice bytes)
{
    size_t size = (bytes.n + 2) / 3 * 4;
    put_key(l, key);
    put_byte(l, '"');
    uint8_t *at = bytes.n < (1 << 30) ? space(l, size + 1) : NULL; /* openssl adds a NUL */
    if (!at) {
        l->failed = true;
        return;
    }
    EVP_EncodeBlock(at, bytes.p, (int)bytes.n);
    l->out->n += size;
    put_byte(l, '"');
}

void line_printable(struct json_line *l, const char *key, struct slice bytes)
{
    put_key(l, key);
    put_byte(l, '"');
    uint8_t *at = space(l, 2 * bytes.n);
    if (!at)
        return;
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t c = bytes.p[i];
        bool line_end = c == '\r' || c == '\n';
        if (line_end || c == '"' || c == '\\')
            *at++ = '\\';
        if (line_end)
            c = c == '\r' ? 'r' : 'n';
        *at++ = c >= 0x20 && c < 0x7f ? c : '.';
    }
    l->out->n = (size_t)(at - l->out->p);
    put_byte(l, '"');
}

struct line_mark line_mark(const struct json_line *l)
{
    return (struct line_mark){.at = l->out->n, .more = l->more};
}

void line_undo(struct json_line *l, struct line_mark mark)
{
    l->out->n = mark.at;
    l->more = mark.more;
}

void line_close_filled(struct json_line *l, struct line_mark mark)
{
    if (l->more)
        line_close_list(l);
    else
        line_undo(l, mark);
}
