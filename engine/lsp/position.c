#include "lsp/position.h"

#include "base/utf8.h"

const char *position_encoding_name(enum position_encoding encoding)
{
    static const char *const names[] = {"utf-16", "utf-8", "utf-32"};
    return names[encoding];
}

/* Bytes of the character that begins there, which is in the line. */
static size_t width(struct slice line, size_t at)
{
    uint8_t first = line.p[at];
    size_t n = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return n <= line.n - at && utf8_valid(slice_of(line.p + at, n)) ? n : 1;
}

static uint32_t units(size_t bytes, enum position_encoding encoding)
{
    return encoding == ENCODING_UTF16 && bytes == 4 ? 2 : 1;
}

/* How many of the first bytes are each a character: nearly always all of them. */
static size_t plain(struct slice line, size_t most)
{
    size_t n = most < line.n ? most : line.n, at = 0;
    while (at < n && line.p[at] < 0x80)
        at++;
    return at;
}

uint32_t position_byte(struct slice line, uint64_t character, enum position_encoding encoding)
{
    if (encoding == ENCODING_UTF8)
        return (uint32_t)(character < line.n ? character : line.n);
    size_t at = plain(line, character < line.n ? (size_t)character : line.n);
    uint64_t seen = at;
    while (at < line.n && seen < character) {
        size_t n = width(line, at);
        seen += units(n, encoding);
        if (seen > character)
            break; /* in the middle of a pair of surrogates: before it */
        at += n;
    }
    return (uint32_t)at;
}

uint32_t position_character(struct slice line, size_t byte, enum position_encoding encoding)
{
    if (byte > line.n)
        byte = line.n;
    if (encoding == ENCODING_UTF8)
        return (uint32_t)byte;
    size_t at = plain(line, byte);
    uint32_t seen = (uint32_t)at;
    while (at < byte) {
        size_t n = width(line, at);
        seen += units(n, encoding);
        at += n;
    }
    return seen;
}
