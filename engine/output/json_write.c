/* Jansson's own writer checks all text once more and asks for memory for each piece: half of an alert's cost.
 */
#include "output/json.h"

#include <string.h>

static int put(struct buf *out, const char *bytes, size_t n)
{
    return buf_append(out, slice_of(bytes, n));
}

/* What has to be escaped in a string (RFC 8259, 7); the rest of UTF-8 stands as it is. */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static int put_escaped(struct buf *out, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt", digits[] = "0123456789ABCDEF";
    const char *short_form = c ? strchr(from, c) : NULL;
    if (short_form)
        return put(out, (const char[]){'\\', to[short_form - from]}, 2);
    return put(out, (const char[]){'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]}, 6);
}

static int put_string(struct buf *out, const char *text, size_t n)
{
    int failed = put(out, "\"", 1);
    for (size_t i = 0, plain; i < n && !failed; i += plain) {
        for (plain = 0; i + plain < n && is_plain((unsigned char)text[i + plain]); plain++)
            ;
        failed = put(out, text + i, plain);
        for (; i + plain < n && !failed && !is_plain((unsigned char)text[i + plain]); plain++)
            failed = put_escaped(out, (unsigned char)text[i + plain]);
    }
    return failed ? failed : put(out, "\"", 1);
}

static int put_integer(struct buf *out, json_int_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        digits[--at] = '-';
    return put(out, digits + at, sizeof digits - at);
}

static int put_members(struct buf *out, json_t *object)
{
    const char *before = "{";
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (put(out, before, 1) || put_string(out, key, strlen(key)) || put(out, ":", 1) ||
            json_write(value, out))
            return -1;
        before = ",";
    }
    return *before == '{' ? put(out, "{}", 2) : put(out, "}", 1);
}

static int put_items(struct buf *out, const json_t *array)
{
    if (put(out, "[", 1))
        return -1;
    for (size_t i = 0; i < json_array_size(array); i++)
        if ((i && put(out, ",", 1)) || json_write(json_array_get(array, i), out))
            return -1;
    return put(out, "]", 1);
}

static int append(const char *bytes, size_t n, void *out)
{
    return put(out, bytes, n);
}

int json_write(json_t *value, struct buf *out)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return put_members(out, value);
    case JSON_ARRAY:
        return put_items(out, value);
    case JSON_STRING:
        return put_string(out, json_string_value(value), json_string_length(value));
    case JSON_INTEGER:
        return put_integer(out, json_integer_value(value));
    case JSON_TRUE:
        return put(out, "true", 4);
    case JSON_FALSE:
        return put(out, "false", 5);
    case JSON_NULL:
        return put(out, "null", 4);
    case JSON_REAL:
        break;
    }
    return json_dump_callback(value, append, out, JSON_COMPACT | JSON_ENCODE_ANY);
}
