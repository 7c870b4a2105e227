#include "app/http/http_reader.h"

/* The held line was looked at: it goes, unless it is to come again. */
static void let_go(struct http_reader *r)
{
    if (!r->is_held)
        return;
    r->is_held = false;
    buf_clear(&r->held);
}

static enum http_read keep(struct http_reader *r, struct slice piece)
{
    if (r->held.n + piece.n > HTTP_LINE_MOST)
        return HTTP_READ_TOO_LONG;
    return buf_append(&r->held, piece) ? HTTP_READ_NO_MEMORY : HTTP_READ_LATER;
}

/* So many of the bytes at hand, behind what is held, are a line. */
static enum http_read take(struct http_reader *r, size_t n, struct slice *line)
{
    struct slice piece = slice_of(r->in.p + r->at, n);
    if (r->held.n) {
        enum http_read kept = keep(r, piece);
        if (kept != HTTP_READ_LATER)
            return kept;
        r->is_held = true;
        piece = buf_slice(&r->held);
    } else if (n > HTTP_LINE_MOST) {
        return HTTP_READ_TOO_LONG;
    }
    r->at += n;
    *line = r->line = piece;
    return HTTP_READ;
}

/* The line that was unread; when CR ends lines perhaps in two. */
static enum http_read read_again(struct http_reader *r, bool cr_ends, struct slice *line)
{
    const uint8_t *cr = cr_ends && r->line.n > 1 ? memchr(r->line.p, '\r', r->line.n - 1) : NULL;
    size_t n = cr && cr[1] != '\n' ? (size_t)(cr - r->line.p) + 1 : r->line.n;
    *line = slice_first(r->line, n);
    r->line = slice_from(r->line, n);
    r->again = r->line.n > 0;
    return HTTP_READ;
}

static enum http_read read_line(struct http_reader *r, bool cr_ends, struct slice *line)
{
    if (r->again)
        return read_again(r, cr_ends, line);
    let_go(r);
    struct slice rest = slice_from(r->in, r->at);
    if (!rest.n)
        return HTTP_READ_LATER;
    if (cr_ends && r->held.n && r->held.p[r->held.n - 1] == '\r' && rest.p[0] != '\n')
        return take(r, 0, line);
    const uint8_t *lf = memchr(rest.p, '\n', rest.n);
    size_t n = lf ? (size_t)(lf - rest.p) + 1 : rest.n;
    const uint8_t *cr = cr_ends ? memchr(rest.p, '\r', n) : NULL;
    size_t before = cr ? (size_t)(cr - rest.p) + 1 : n; /* behind the CR */
    if (before < n && cr[1] != '\n')
        return take(r, before, line);
    if (lf)
        return take(r, n, line);
    enum http_read kept = keep(r, rest);
    if (kept == HTTP_READ_LATER)
        r->at += n;
    return kept;
}

enum http_read http_reader_line(struct http_reader *r, struct slice *line)
{
    return read_line(r, false, line);
}

enum http_read http_reader_line_or_cr(struct http_reader *r, struct slice *line)
{
    return read_line(r, true, line);
}

struct slice http_reader_rest(struct http_reader *r)
{
    let_go(r);
    r->is_held = true; /* until the next call */
    r->line = r->held.n ? buf_slice(&r->held) : slice_of(NULL, 0);
    return r->line;
}

void http_reader_unread(struct http_reader *r)
{
    r->again = r->line.n > 0;
}

struct slice http_reader_bytes(struct http_reader *r, uint64_t most)
{
    if (r->again) {
        struct slice piece = slice_first(r->line, most < r->line.n ? (size_t)most : r->line.n);
        r->line = slice_from(r->line, piece.n);
        r->again = r->line.n > 0;
        return piece;
    }
    let_go(r);
    struct slice rest = slice_from(r->in, r->at);
    struct slice piece = slice_first(rest, most < rest.n ? (size_t)most : rest.n);
    r->at += piece.n;
    return piece;
}

bool http_reader_skip_line(struct http_reader *r)
{
    let_go(r);
    struct slice rest = slice_from(r->in, r->at);
    const uint8_t *lf = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
    r->at += lf ? (size_t)(lf - rest.p) + 1 : rest.n;
    return lf;
}

int http_reader_peek(const struct http_reader *r)
{
    if (r->again)
        return r->line.n ? r->line.p[0] : -1;
    return r->at < r->in.n ? r->in.p[r->at] : -1;
}

void http_reader_fini(struct http_reader *r)
{
    buf_fini(&r->held);
}
