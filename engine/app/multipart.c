#include "app/multipart.h"

#include <strings.h>

enum state { PREAMBLE, HEADERS, DATA, OVER };

static bool find(struct slice s, const char *text, size_t n, size_t *at)
{
    const uint8_t *p = s.n ? memmem(s.p, s.n, text, n) : NULL;
    if (p)
        *at = (size_t)(p - s.p);
    return p != NULL;
}

/* Where `word`= stands in a header's value, at the start of a parameter, in any case. */
static bool parameter(struct slice value, const char *word, struct slice *out)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n < value.n; i++) {
        bool starts = i == 0 || value.p[i - 1] == ';' || value.p[i - 1] == ' ' || value.p[i - 1] == '\t';
        if (!starts || value.p[i + n] != '=' || strncasecmp((const char *)value.p + i, word, n) != 0)
            continue;
        struct slice rest = slice_from(value, i + n + 1);
        size_t length = 0;
        if (rest.n && rest.p[0] == '"') {
            rest = slice_from(rest, 1);
            while (length < rest.n && rest.p[length] != '"')
                length++;
        } else {
            while (length < rest.n && rest.p[length] != ';' && rest.p[length] != ' ' &&
                   rest.p[length] != '\r')
                length++;
        }
        *out = slice_first(rest, length);
        return length > 0;
    }
    return false;
}

bool multipart_boundary(struct slice type, struct slice *boundary)
{
    static const char kind[] = "multipart/form-data";
    size_t n = sizeof kind - 1;
    return type.n > n && strncasecmp((const char *)type.p, kind, n) == 0 &&
           parameter(type, "boundary", boundary) && boundary->n <= MULTIPART_BOUNDARY_MOST;
}

bool disposition_filename(struct slice value, struct slice *filename)
{
    return parameter(value, "filename", filename);
}

void multipart_init(struct multipart *m, struct slice boundary)
{
    memset(m, 0, sizeof *m);
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.p, boundary.n);
    m->delimiter_length = 4 + boundary.n;
}

static void drop(struct multipart *m, size_t n)
{
    memmove(m->pending.p, m->pending.p + n, m->pending.n - n);
    m->pending.n -= n;
}

/* The first delimiter has no line end before it. */
static bool step_preamble(struct multipart *m)
{
    size_t at, keep = m->delimiter_length + 2;
    struct slice all = buf_slice(&m->pending);
    if (find(all, m->delimiter + 2, m->delimiter_length - 2, &at) &&
        all.n >= at + m->delimiter_length) { /* and the two bytes behind it */
        drop(m, at + m->delimiter_length);
        m->state = HEADERS;
        return true;
    }
    if (all.n > keep)
        drop(m, all.n - keep);
    return false;
}

static bool header_filename(struct slice headers, struct slice *filename)
{
    static const char name[] = "content-disposition:";
    size_t n = sizeof name - 1;
    while (headers.n) {
        size_t end;
        struct slice line = find(headers, "\n", 1, &end) ? slice_first(headers, end) : headers;
        if (line.n > n && strncasecmp((const char *)line.p, name, n) == 0)
            return disposition_filename(slice_from(line, n), filename);
        headers = slice_from(headers, line.n + 1);
    }
    return false;
}

static bool step_headers(struct multipart *m, const struct multipart_ops *ops)
{
    size_t at, end;
    struct slice all = buf_slice(&m->pending), filename;
    if (find(all, "\r\n\r\n", 4, &at)) {
        end = at + 4;
    } else if (find(all, "\n\n", 2, &at)) {
        end = at + 2;
    } else {
        if (all.n > MULTIPART_HEADERS_MOST)
            m->state = OVER;
        return false;
    }
    m->in_file = header_filename(slice_first(all, at + 1), &filename);
    if (m->in_file)
        ops->begin(ops->ctx, filename);
    /* The line end of an empty part's headers belongs to the delimiter. */
    drop(m, end - 2);
    m->state = DATA;
    if (m->pending.n >= 2) {
        /* keep the CR LF only when a delimiter follows at once */
        struct slice rest = buf_slice(&m->pending);
        size_t n = rest.n < m->delimiter_length ? rest.n : m->delimiter_length;
        if (memcmp(rest.p, m->delimiter, n) != 0 || n < m->delimiter_length)
            drop(m, 2);
    }
    return true;
}

static void give(struct multipart *m, size_t n, const struct multipart_ops *ops)
{
    if (m->in_file && n)
        ops->data(ops->ctx, slice_of(m->pending.p, n));
    drop(m, n);
}

static bool step_data(struct multipart *m, const struct multipart_ops *ops)
{
    size_t at;
    struct slice all = buf_slice(&m->pending);
    if (find(all, m->delimiter, m->delimiter_length, &at)) {
        if (all.n < at + m->delimiter_length + 2) {
            give(m, at, ops);
            return false;
        }
        bool last = all.p[at + m->delimiter_length] == '-' && all.p[at + m->delimiter_length + 1] == '-';
        give(m, at, ops);
        if (m->in_file)
            ops->end(ops->ctx, true);
        m->in_file = false;
        drop(m, m->delimiter_length + 2);
        m->state = last ? OVER : HEADERS;
        return true;
    }
    if (all.n > m->delimiter_length)
        give(m, all.n - m->delimiter_length, ops);
    return false;
}

void multipart_feed(struct multipart *m, struct slice bytes, const struct multipart_ops *ops)
{
    if (m->state == OVER || buf_append(&m->pending, bytes))
        return;
    bool on = true;
    while (on) {
        switch ((enum state)m->state) {
        case PREAMBLE:
            on = step_preamble(m);
            break;
        case HEADERS:
            on = step_headers(m, ops);
            break;
        case DATA:
            on = step_data(m, ops);
            break;
        case OVER:
            buf_clear(&m->pending);
            on = false;
            break;
        }
    }
}

void multipart_end(struct multipart *m, const struct multipart_ops *ops)
{
    if (m->state == DATA && m->in_file) {
        give(m, m->pending.n, ops);
        ops->end(ops->ctx, false);
    }
    m->in_file = false;
    m->state = OVER;
}

void multipart_fini(struct multipart *m)
{
    buf_fini(&m->pending);
}
