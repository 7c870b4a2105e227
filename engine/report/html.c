#include "report/html.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "output/json.h"

void html_put(struct html *h, const char *markup)
{
    h->failed |= buf_append(&h->out, slice_str(markup)) != 0;
}

void html_format(struct html *h, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text)
        h->failed = true;
    else
        html_put(h, text);
}

/* The length of the character at the start, when it is UTF-8; else 0. */
static size_t character(struct slice text, uint32_t *code)
{
    uint8_t lead = text.p[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (n > text.n || !utf8_valid(slice_first(text, n)))
        return 0;
    *code = n == 1 ? lead : lead & (0x7fu >> n);
    for (size_t i = 1; i < n; i++)
        *code = *code << 6 | (text.p[i] & 0x3f);
    return n;
}

/* Unicode's controls, format characters, separators of lines, noncharacters and private use: what is there
 * and not seen, or changes how its neighbours are seen. */
static bool unseen(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x00, 0x1f},       {0x7f, 0xa0},        {0xad, 0xad},     {0x34f, 0x34f},     {0x600, 0x605},
        {0x61c, 0x61c},     {0x6dd, 0x6dd},      {0x70f, 0x70f},   {0x115f, 0x1160},   {0x17b4, 0x17b5},
        {0x180b, 0x180f},   {0x2000, 0x200f},    {0x2028, 0x202f}, {0x205f, 0x206f},   {0x2800, 0x2800},
        {0x3000, 0x3000},   {0x3164, 0x3164},    {0xe000, 0xf8ff}, {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},
        {0xfeff, 0xfeff},   {0xffa0, 0xffa0},    {0xfff0, 0xffff}, {0x110bd, 0x110cd}, {0x1bca0, 0x1bca3},
        {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

static int put_character(struct buf *out, struct slice bytes, uint32_t code)
{
    switch (code) {
    case '&':
        return buf_append(out, slice_str("&amp;"));
    case '<':
        return buf_append(out, slice_str("&lt;"));
    case '>':
        return buf_append(out, slice_str("&gt;"));
    case '"':
        return buf_append(out, slice_str("&quot;"));
    case '\'':
        return buf_append(out, slice_str("&#39;"));
    case '`':
        return buf_append(out, slice_str("&#96;"));
    default:
        break;
    }
    if (unseen(code))
        return code < 0x80 ? buf_printf(out, "\\x%02x", code) : buf_printf(out, "\\u{%x}", code);
    return buf_append(out, bytes);
}

/* Not inside a character of UTF-8. */
static struct slice first_part(struct slice text, size_t most)
{
    for (int i = 0; i < 3 && most && most < text.n && (text.p[most] & 0xc0) == 0x80; i++)
        most--;
    return slice_first(text, most);
}

void html_cut(struct html *h, struct slice text, size_t most)
{
    struct slice shown = first_part(text, most);
    for (size_t i = 0; i < shown.n && !h->failed;) {
        uint32_t code;
        size_t n = character(slice_from(shown, i), &code);
        h->failed = n ? put_character(&h->out, slice_of(text.p + i, n), code) != 0
                      : buf_printf(&h->out, "\\x%02x", text.p[i]) != 0;
        i += n ? n : 1;
    }
    if (shown.n < text.n)
        html_put(h, "...");
}

void html_text(struct html *h, const char *text)
{
    html_cut(h, slice_str(text), HTML_TEXT_MOST);
}

void html_number(struct html *h, uint64_t n)
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, n);
    for (int i = 0; i < count; i++) {
        if (i && (count - i) % 3 == 0)
            html_put(h, ",");
        html_format(h, "%c", digits[i]);
    }
}

void html_time_text(struct html *h, uint64_t time_ns)
{
    char text[TIME_TEXT];
    json_time(time_ns, text);
    text[10] = ' ';
    text[26] = 0; /* the zone, always UTC */
    html_put(h, text);
}

void html_time(struct html *h, uint64_t time_ns)
{
    char text[TIME_TEXT];
    json_time(time_ns, text);
    text[26] = 0;
    html_format(h, "<time datetime=\"%sZ\">", text);
    html_time_text(h, time_ns);
    html_put(h, "</time>");
}
