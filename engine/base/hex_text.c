#include "base/hex_text.h"

#include <errno.h>

int hex_part(struct slice text, size_t *at, struct buf *out, struct err *err)
{
    int high = -1;
    size_t begin = *at;
    for (; *at < text.n && text.p[*at] != '|'; ++*at) {
        if (text.p[*at] == ' ' || text.p[*at] == ',')
            continue;
        int digit = hex_digit(text.p[*at]);
        if (digit < 0)
            return err_set(err, -EINVAL, "expected hexadecimal digits between the bars, found '%c'",
                           text.p[*at]);
        if (high < 0) {
            high = digit;
            continue;
        }
        if (buf_append_byte(out, (uint8_t)(high << 4 | digit)))
            return err_set(err, -ENOMEM, "out of memory");
        high = -1;
    }
    if (*at == text.n) {
        *at = begin - 1;
        return err_set(err, -EINVAL,
                       "the hexadecimal part that begins here is not closed: expected another '|'");
    }
    if (high >= 0)
        return err_set(err, -EINVAL, "expected two hexadecimal digits for each byte, found one");
    return 0;
}

int hex_text(struct slice text, size_t *at, struct buf *out, struct err *err)
{
    int rc = 0;
    for (*at = 0; *at < text.n && !rc; ++*at) {
        if (text.p[*at] != '|') {
            rc = buf_append_byte(out, text.p[*at]) ? err_set(err, -ENOMEM, "out of memory") : 0;
            continue;
        }
        ++*at;
        rc = hex_part(text, at, out, err);
        if (rc)
            return rc;
    }
    return rc;
}
