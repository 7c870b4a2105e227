#include "app/dht/bencode.h"

enum { DEPTH_MOST = 8, SIZE_MOST = 1 << 24 };

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Digits without needless zeros, and what ends them. */
static bool take_digits(struct cursor *c, uint8_t end, struct slice *digits)
{
    size_t start = c->at;
    uint8_t byte;
    while (cursor_u8(c, &byte) && is_digit(byte))
        ;
    *digits = slice_of(c->p + start, c->at - start);
    if (!digits->n || digits->p[digits->n - 1] != end)
        return false;
    digits->n--;
    return digits->n && (digits->n == 1 || digits->p[0] != '0');
}

static bool take_number(struct cursor *c, struct slice *text)
{
    size_t start = c->at;
    struct slice digits;
    bool negative = c->at < c->n && c->p[c->at] == '-';
    c->at += negative;
    if (!take_digits(c, 'e', &digits) || (negative && digits.p[0] == '0'))
        return false;
    *text = slice_of(c->p + start, c->at - start - 1);
    return true;
}

static bool take_string(struct cursor *c, struct slice *text)
{
    struct slice digits;
    size_t n = 0;
    if (!take_digits(c, ':', &digits))
        return false;
    for (size_t i = 0; i < digits.n && n <= SIZE_MOST; i++)
        n = n * 10 + (size_t)(digits.p[i] - '0');
    return n <= SIZE_MOST && cursor_bytes(c, n, text);
}

static int compare(struct slice a, struct slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static bool at_end(struct cursor *c)
{
    if (c->at == c->n || c->p[c->at] != 'e')
        return false;
    c->at++;
    return true;
}

static bool take_inside(struct cursor *c, bool dictionary, unsigned depth, struct slice *inside)
{
    size_t start = c->at;
    struct slice key, last = {0};
    struct bencode_value ignored;
    while (!at_end(c)) {
        if (dictionary) {
            if (!take_string(c, &key) || (last.p && compare(key, last) <= 0))
                return false;
            last = key;
        }
        if (!bencode_next(c, depth, &ignored))
            return false;
    }
    *inside = slice_of(c->p + start, c->at - start - 1);
    return true;
}

bool bencode_next(struct cursor *c, unsigned depth, struct bencode_value *out)
{
    uint8_t first;
    *out = (struct bencode_value){0};
    if (!cursor_u8(c, &first))
        return false;
    switch (first) {
    case 'i':
        out->kind = BENCODE_NUMBER;
        return take_number(c, &out->bytes);
    case 'l':
    case 'd':
        out->kind = first == 'l' ? BENCODE_LIST : BENCODE_DICTIONARY;
        return depth && take_inside(c, first == 'd', depth - 1, &out->bytes);
    default:
        c->at--;
        out->kind = BENCODE_STRING;
        return take_string(c, &out->bytes);
    }
}

bool bencode_item(struct cursor *c, struct bencode_value *value)
{
    return cursor_left(c) && bencode_next(c, DEPTH_MOST, value);
}

bool bencode_entry(struct cursor *c, struct slice *key, struct bencode_value *value)
{
    return cursor_left(c) && take_string(c, key) && bencode_item(c, value);
}

bool bencode_uint(const struct bencode_value *value, uint32_t most, uint32_t *out)
{
    uint64_t number = 0;
    if (value->kind != BENCODE_NUMBER || value->bytes.p[0] == '-')
        return false;
    for (size_t i = 0; i < value->bytes.n && number <= most; i++)
        number = number * 10 + (uint64_t)(value->bytes.p[i] - '0');
    *out = (uint32_t)number;
    return number <= most;
}
