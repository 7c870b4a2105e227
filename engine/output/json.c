#include "output/json.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"

/* With leading zeros, and what comes behind. */
static char *put_digits(char *at, unsigned value, int digits, char behind)
{
    for (int i = digits - 1; i >= 0; i--, value /= 10)
        at[i] = (char)('0' + value % 10);
    at[digits] = behind;
    return at + digits + 1;
}

void json_time(uint64_t time_ns, char text[TIME_TEXT])
{
    time_t seconds = (time_t)(time_ns / 1000000000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    char *at = put_digits(text, (unsigned)tm.tm_year + 1900, 4, '-');
    at = put_digits(at, (unsigned)tm.tm_mon + 1, 2, '-');
    at = put_digits(at, (unsigned)tm.tm_mday, 2, 'T');
    at = put_digits(at, (unsigned)tm.tm_hour, 2, ':');
    at = put_digits(at, (unsigned)tm.tm_min, 2, ':');
    at = put_digits(at, (unsigned)tm.tm_sec, 2, '.');
    at = put_digits(at, (unsigned)(time_ns % 1000000000 / 1000), 6, '+');
    memcpy(at, "0000", sizeof "0000");
}

void json_put(struct json_writer *w, json_t *object, const char *key, json_t *value)
{
    if (!value || json_object_set_new(object, key, value))
        w->failed = true;
}

json_t *json_text(const char *text)
{
    json_t *plain = json_string(text);
    if (plain)
        return plain;
    struct buf clean = {0};
    int failed = 0;
    for (struct slice rest = slice_str(text); rest.n && !failed;) {
        size_t n = utf8_length(rest);
        failed = n ? buf_append(&clean, slice_first(rest, n)) : buf_printf(&clean, "\\x%02x", *rest.p);
        rest = slice_from(rest, n ? n : 1);
    }
    json_t *value = failed ? NULL : json_stringn((const char *)clean.p, clean.n);
    buf_fini(&clean);
    return value;
}

/* As in Suricata: text when all of it is UTF-8, else each byte that is not ASCII is written out. */
json_t *json_bytes(struct slice bytes)
{
    json_t *plain = json_stringn(bytes.p ? (const char *)bytes.p : "", bytes.n);
    if (plain)
        return plain;
    struct buf text = {0};
    int failed = 0;
    for (size_t i = 0; bytes.p && i < bytes.n && !failed; i++)
        failed =
            bytes.p[i] < 0x80 ? buf_append_byte(&text, bytes.p[i]) : buf_printf(&text, "\\x%02x", bytes.p[i]);
    json_t *value = failed ? NULL : json_stringn((const char *)text.p, text.n);
    buf_fini(&text);
    return value;
}

void json_put_bytes(struct json_writer *w, json_t *object, const char *key, struct slice bytes)
{
    json_put(w, object, key, json_bytes(bytes));
}

void json_append(struct json_writer *w, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value))
        w->failed = true;
}

void json_put_text(struct json_writer *w, json_t *object, const char *key, const char *text)
{
    json_put(w, object, key, json_text(text));
}

void json_put_uint(struct json_writer *w, json_t *object, const char *key, uint64_t value)
{
    json_put(w, object, key, json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value));
}

int json_finish(struct json_writer *w, json_t *object, struct buf *out)
{
    size_t before = out->n;
    if (!object || w->failed || json_write(object, out) || buf_append_byte(out, '\n')) {
        out->n = before;
        w->failed = true;
    }
    json_decref(object);
    return w->failed ? -ENOMEM : 0;
}
