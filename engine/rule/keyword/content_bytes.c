#include "rule/keyword/content_bytes.h"

#include <errno.h>

#include "base/hex_text.h"

static int wrong(struct err *err, const struct option *option, const uint8_t *at)
{
    err->column = option->column + (unsigned)(at - option->value.p);
    return -EINVAL;
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
            rc = hex_part(text, &i, out, err);
            if (rc == -EINVAL)
                return wrong(err, option, text.p + i);
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
