/*
 *   PREAMBLE --delimiter--> PADDING --line end--> HEADER --empty line--> START --> CONTENT --delimiter-->
 * PADDING
 *                              `--two dashes--> OVER
 *
 * 1. `pending` begins where the state has not been decided; what is behind it is gone.
 * 2. The body is taken to begin with a line end, so that the first delimiter is like the others.
 */
#include "app/http/multipart.h"

#include <strings.h>

#include "app/header_value.h"

enum state { PREAMBLE, PADDING, HEADER, START, CONTENT, OVER };

static bool find(struct slice s, const void *what, size_t n, size_t *at)
{
    const uint8_t *p = s.n ? memmem(s.p, s.n, what, n) : NULL;
    if (p)
        *at = (size_t)(p - s.p);
    return p != NULL;
}

bool disposition_filename(struct slice rest, struct buf *filename)
{
    struct slice name, value, plain = {NULL, 0}, extended = {NULL, 0};
    while (header_parameter(&rest, false, &name, &value)) {
        if (header_is(name, "filename"))
            plain = value;
        else if (header_is(name, "filename*"))
            extended = value;
    }
    buf_clear(filename);
    int rc = plain.n ? header_append_unquoted(filename, plain) : header_append_extended(filename, extended);
    return !rc && filename->n;
}

bool multipart_boundary(struct slice rest, struct slice *boundary)
{
    static const char kind[] = "multipart/";
    struct slice name, value;
    if (rest.n < sizeof kind - 1 || strncasecmp((const char *)rest.p, kind, sizeof kind - 1) != 0)
        return false;
    while (header_parameter(&rest, false, &name, &value)) {
        if (!header_is(name, "boundary"))
            continue;
        if (value.n >= 2 && value.p[0] == '"')
            value = slice_of(value.p + 1, value.n - 1 - (value.p[value.n - 1] == '"'));
        *boundary = value;
        return value.n && value.n <= MULTIPART_BOUNDARY_MOST;
    }
    return false;
}

void multipart_init(struct multipart *m, struct slice boundary)
{
    memset(m, 0, sizeof *m);
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.p, boundary.n);
    m->delimiter_length = 4 + boundary.n;
    if (buf_append(&m->pending, slice_of("\r\n", 2)))
        m->state = OVER;
}

static void give(const struct multipart *m, struct slice bytes, const struct multipart_ops *ops)
{
    if (m->in_file && bytes.n)
        ops->data(ops->ctx, bytes);
}

static void end_part(struct multipart *m, const struct multipart_ops *ops)
{
    if (m->in_file)
        ops->end(ops->ctx);
    m->in_file = false;
}

/* How many bytes at the end of `s` may be the begin of a delimiter. */
static size_t begun_delimiter(const struct multipart *m, struct slice s)
{
    size_t n = s.n < m->delimiter_length ? s.n : m->delimiter_length - 1;
    while (n && memcmp(s.p + s.n - n, m->delimiter, n) != 0)
        n--;
    return n;
}

/* Each step takes some of `all`: *taken; false when it needs more to go on. */
static bool step_content(struct multipart *m, struct slice all, size_t *taken,
                         const struct multipart_ops *ops)
{
    size_t at;
    if (!find(all, m->delimiter, m->delimiter_length, &at)) {
        *taken = all.n - begun_delimiter(m, all);
        give(m, slice_first(all, *taken), ops);
        return false;
    }
    give(m, slice_first(all, at), ops);
    end_part(m, ops);
    *taken = at + m->delimiter_length;
    m->state = PADDING;
    return true;
}

/* What follows a delimiter on its line: two dashes end the body, blanks mean nothing. */
static bool step_padding(struct multipart *m, struct slice all, size_t *taken)
{
    size_t at;
    if (all.n >= 2 && all.p[0] == '-' && all.p[1] == '-') {
        m->state = OVER;
        return false;
    }
    if (!find(all, "\n", 1, &at)) {
        if (all.n > MULTIPART_HEADER_MOST)
            *taken = all.n;
        return false;
    }
    *taken = at; /* the line end may be the first half of the empty line */
    m->state = HEADER;
    m->searched = 0;
    return true;
}

static void read_header(struct multipart *m, struct slice header, const struct multipart_ops *ops)
{
    static const char name[] = "content-disposition";
    struct buf filename = {0};
    bool named = false;
    while (header.n) {
        size_t end, colon;
        struct slice line = slice_first(header, find(header, "\n", 1, &end) ? end : header.n);
        header = slice_from(header, line.n + 1);
        if (!header_trimmed(line).n)
            continue;
        if (!find(line, ":", 1, &colon))
            ops->invalid(ops->ctx);
        else if (header_is(slice_first(line, colon), name))
            named = disposition_filename(slice_from(line, colon + 1), &filename);
    }
    m->in_file = named;
    if (named)
        ops->begin(ops->ctx, buf_slice(&filename));
    buf_fini(&filename);
}

/* `all` begins with the line end before the first header line. */
static bool step_header(struct multipart *m, struct slice all, size_t *taken, const struct multipart_ops *ops)
{
    size_t at;
    struct slice ahead = slice_from(slice_first(all, MULTIPART_HEADER_MOST), m->searched);
    if (find(ahead, "\n\r\n", 3, &at)) {
        at += m->searched;
        read_header(m, slice_of(all.p + 1, at ? at - 1 : 0), ops);
        *taken = at + 1;
        m->state = START;
        return true;
    }
    m->searched = all.n > 2 ? all.n - 2 : 0;
    if (all.n < MULTIPART_HEADER_MOST)
        return false;
    ops->invalid(ops->ctx);
    m->state = CONTENT;
    return true;
}

/* The line end of the empty line belongs to a delimiter that follows at once: the part has no bytes then. */
static bool step_start(struct multipart *m, struct slice all, size_t *taken)
{
    size_t n = all.n < m->delimiter_length ? all.n : m->delimiter_length;
    bool same = n && memcmp(all.p, m->delimiter, n) == 0;
    if (n < m->delimiter_length && (same || !n))
        return false;
    *taken = same ? 0 : 2;
    m->state = CONTENT;
    return true;
}

static bool step(struct multipart *m, struct slice all, size_t *taken, const struct multipart_ops *ops)
{
    *taken = 0;
    switch ((enum state)m->state) {
    case PREAMBLE:
    case CONTENT:
        return step_content(m, all, taken, ops);
    case PADDING:
        return step_padding(m, all, taken);
    case HEADER:
        return step_header(m, all, taken, ops);
    case START:
        return step_start(m, all, taken);
    case OVER:
        break;
    }
    *taken = all.n;
    return false;
}

void multipart_feed(struct multipart *m, struct slice bytes, const struct multipart_ops *ops)
{
    if (m->state == OVER || buf_append(&m->pending, bytes))
        return;
    struct slice left = buf_slice(&m->pending);
    size_t taken;
    bool on = true;
    while (on) {
        on = step(m, left, &taken, ops);
        left = slice_from(left, taken);
    }
    if (m->state == OVER)
        left.n = 0;
    if (left.n)
        memmove(m->pending.p, left.p, left.n);
    m->pending.n = left.n;
}

void multipart_end(struct multipart *m, const struct multipart_ops *ops)
{
    end_part(m, ops);
    m->state = OVER;
}

void multipart_fini(struct multipart *m)
{
    buf_fini(&m->pending);
}
