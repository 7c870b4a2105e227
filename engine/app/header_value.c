#include "app/header_value.h"

#include <strings.h>

#include "base/hex_text.h"

bool header_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice skip_blanks(struct slice s)
{
    while (s.n && header_blank(s.p[0]))
        s = slice_from(s, 1);
    return s;
}

static struct slice without_end(struct slice s)
{
    while (s.n && header_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct slice header_trimmed(struct slice s)
{
    return without_end(skip_blanks(s));
}

bool header_is(struct slice s, const char *word)
{
    return s.n == strlen(word) && strncasecmp((const char *)s.p, word, s.n) == 0;
}

static struct slice take_value(struct slice *rest, bool blanks)
{
    bool quoted = rest->n && rest->p[0] == '"';
    size_t n;
    for (n = quoted; n < rest->n; n++) {
        if (quoted && rest->p[n] == '\\')
            n++;
        else if (quoted ? rest->p[n] == '"' : rest->p[n] == ';' || (!blanks && header_blank(rest->p[n])))
            break;
    }
    if (n > rest->n)
        n = rest->n;
    if (quoted && n < rest->n)
        n++;
    struct slice value = slice_first(*rest, n);
    *rest = slice_from(*rest, n);
    return quoted ? value : without_end(value);
}

bool header_parameter(struct slice *rest, bool blanks, struct slice *name, struct slice *value)
{
    while (rest->n && (header_blank(rest->p[0]) || rest->p[0] == ';'))
        *rest = slice_from(*rest, 1);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != '=' && rest->p[n] != ';')
        n++;
    *name = without_end(slice_first(*rest, n));
    *value = slice_of(NULL, 0);
    *rest = slice_from(*rest, n);
    if (!rest->n || rest->p[0] == ';')
        return name->n > 0;
    *rest = skip_blanks(slice_from(*rest, 1));
    *value = take_value(rest, blanks);
    return true;
}

int header_append_unquoted(struct buf *out, struct slice value)
{
    if (!value.n || value.p[0] != '"')
        return buf_append(out, value);
    int rc = 0;
    for (size_t i = 1; i < value.n && value.p[i] != '"' && !rc; i++) {
        if (value.p[i] == '\\' && i + 1 < value.n)
            i++;
        rc = buf_append_byte(out, value.p[i]);
    }
    return rc;
}

int header_append_percent(struct buf *out, struct slice text)
{
    int rc = 0;
    for (size_t i = 0; i < text.n && !rc; i++) {
        int high = text.p[i] == '%' && i + 2 < text.n ? hex_digit(text.p[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text.p[i + 2]) : -1;
        uint8_t byte = text.p[i];
        if (low >= 0) {
            byte = (uint8_t)(high << 4 | low);
            i += 2;
        }
        rc = buf_append_byte(out, byte);
    }
    return rc;
}

int header_append_extended(struct buf *out, struct slice value)
{
    for (int quotes = 0; value.n && quotes < 2; value = slice_from(value, 1))
        quotes += value.p[0] == '\'';
    return header_append_percent(out, value);
}
