#include "rule/keyword/content_bytes.h"

#include <errno.h>

static int hex(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static int wrong(struct err *err, const struct option *option, const uint8_t *at)
{
    err->column = option->column + (unsigned)(at - option->value.p);
    return -EINVAL;
}

/* The part between two bars; *at stands behind the first, and is left on the second. */
static int hex_part(const struct option *option, struct slice text, size_t *at, struct buf *out,
                    struct err *err)
{
    int high = -1;
    size_t i = *at;
    for (; i < text.n && text.p[i] != '|'; i++) {
        if (text.p[i] == ' ')
            continue;
        int digit = hex(text.p[i]);
        if (digit < 0) {
            err_set(err, -EINVAL, "expected hexadecimal digits between the bars, found '%c'", text.p[i]);
            return wrong(err, option, text.p + i);
        }
        if (high < 0) {
            high = digit;
            continue;
        }
        if (buf_append_byte(out, (uint8_t)(high << 4 | digit)))
            return -ENOMEM;
        high = -1;
    }
    if (i == text.n) {
        err_set(err, -EINVAL, "the hexadecimal part that begins here is not closed: expected another '|'");
        return wrong(err, option, text.p + *at - 1);
    }
    if (high >= 0) {
        err_set(err, -EINVAL, "expected two hexadecimal digits for each byte, found one");
        return wrong(err, option, text.p + i);
    }
    *at = i;
    return 0;
}

static int escaped(const struct option *option, struct slice text, size_t *at, struct buf *out,
                   struct err *err)
{
    const uint8_t *slash = text.p + *at;
    ++*at;
    if (*at < text.n &&
        (text.p[*at] == '"' || text.p[*at] == ';' || text.p[*at] == ':' || text.p[*at] == '\\'))
        return buf_append_byte(out, text.p[*at]) ? -ENOMEM : 0;
    err_set(err, -EINVAL, "a backslash stands before one of \" ; : or another backslash");
    err_hint(err, "write a backslash as \\\\ or |5c|");
    return wrong(err, option, slash);
}

int content_bytes_parse(const struct option *option, struct slice text, struct buf *out, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < text.n && !rc; i++) {
        if (text.p[i] == '|') {
            i++;
            rc = hex_part(option, text, &i, out, err);
        } else if (text.p[i] == '\\') {
            rc = escaped(option, text, &i, out, err);
        } else {
            rc = buf_append_byte(out, text.p[i]) ? -ENOMEM : 0;
        }
    }
    if (rc == -ENOMEM)
        return err_set(err, rc, "out of memory");
    if (!rc && !out->n)
        return err_set(err, -EINVAL, "expected at least one byte between the quotes");
    if (!rc && out->n > UINT16_MAX)
        return err_set(err, -EINVAL, "a content has at most 65535 bytes");
    return rc;
}
