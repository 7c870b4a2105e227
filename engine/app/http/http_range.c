#include "app/http/http_range.h"

static void skip_blanks(struct slice *s)
{
    while (s->n && (s->p[0] == ' ' || s->p[0] == '\t'))
        *s = slice_from(*s, 1);
}

static bool skip_byte(struct slice *s, uint8_t byte)
{
    if (!s->n || s->p[0] != byte)
        return false;
    *s = slice_from(*s, 1);
    return true;
}

static bool read_number(struct slice *s, uint64_t *number)
{
    size_t digits = 0;
    for (*number = 0; digits < s->n && s->p[digits] >= '0' && s->p[digits] <= '9'; digits++) {
        uint64_t digit = s->p[digits] - '0';
        if (*number > (INT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    *s = slice_from(*s, digits);
    return digits > 0;
}

bool http_range_read(struct slice field, struct http_range *range)
{
    struct slice s = field;
    *range = (struct http_range){0};
    size_t unit = 0;
    while (unit < s.n && s.p[unit] != ' ' && s.p[unit] != '\t')
        unit++;
    s = slice_from(s, unit);
    skip_blanks(&s);
    if (!skip_byte(&s, '*')) {
        if (!read_number(&s, &range->start) || !skip_byte(&s, '-') || !read_number(&s, &range->end))
            return false;
        range->has_range = true;
    }
    if (!skip_byte(&s, '/'))
        return false;
    if (skip_byte(&s, '*'))
        return true;
    range->has_size = read_number(&s, &range->size);
    return range->has_size;
}
