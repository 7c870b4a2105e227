#include "app/sip/sdp.h"

#include "app/line.h"

static struct slice take_line(struct slice *rest)
{
    const uint8_t *end = memchr(rest->p, '\n', rest->n);
    struct slice line = slice_first(*rest, end ? (size_t)(end - rest->p) + 1 : rest->n);
    *rest = slice_from(*rest, line.n);
    return line_without_end(line);
}

bool sdp_is(struct slice body)
{
    return body.n && slice_equal(take_line(&body), slice_str("v=0"));
}

bool sdp_next(struct slice *rest, struct sdp_line *line)
{
    while (rest->n) {
        struct slice text = take_line(rest);
        if (text.n < 2 || text.p[0] < 'a' || text.p[0] > 'z' || text.p[1] != '=')
            continue;
        line->letter = (char)text.p[0];
        line->value = slice_from(text, 2);
        return true;
    }
    return false;
}
