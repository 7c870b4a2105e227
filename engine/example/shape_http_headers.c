/* The headers of an HTTP message: those with a buffer of their own, http.header, and the order of their
 * names. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "example/shape_http.h"

#define VALUE "^[!-~\\x80-\\xff](?:[ -~\\t\\x80-\\xff]*[!-~\\x80-\\xff])?$"
#define NAMES "(?:[A-Za-z][A-Za-z0-9_-]*\\r\\n)*"

static const struct single {
    enum buffer_id ids[2];
    unsigned id_count;
    const char *name, *answer_name; /* in a request, in a response; NULL: not there */
    const char *grammar;
} singles[] = {
    {{BUFFER_HTTP_HOST, BUFFER_HTTP_HOST_RAW}, 2, "Host", NULL, "^[!-~]+$"},
    {{BUFFER_HTTP_CONNECTION}, 1, "Connection", "Connection", VALUE},
    {{BUFFER_HTTP_USER_AGENT}, 1, "User-Agent", NULL, VALUE},
    {{BUFFER_HTTP_ACCEPT}, 1, "Accept", NULL, VALUE},
    {{BUFFER_HTTP_ACCEPT_LANG}, 1, "Accept-Language", NULL, VALUE},
    {{BUFFER_HTTP_ACCEPT_ENC}, 1, "Accept-Encoding", NULL, VALUE},
    {{BUFFER_HTTP_REFERER}, 1, "Referer", NULL, VALUE},
    {{BUFFER_HTTP_COOKIE}, 1, "Cookie", "Set-Cookie", VALUE},
    {{BUFFER_HTTP_SERVER}, 1, NULL, "Server", VALUE},
    {{BUFFER_HTTP_LOCATION}, 1, NULL, "Location", VALUE},
    {{BUFFER_HTTP_CONTENT_TYPE}, 1, "Content-Type", "Content-Type", VALUE},
    {{BUFFER_HTTP_CONTENT_LEN}, 1, "Content-Length", "Content-Length", "^[1-9]?[0-9]+$"},
};

static const struct {
    const char *name, *value;
} usual[] = {
    {"Content-Length", "0"},
    {"Host", "www.example.com"},
    {"User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"},
    {"Accept", "*/*"},
    {"Connection", "Keep-Alive"},
    {"Accept-Encoding", "identity"},
    {"Accept-Language", "en"},
    {"Cache-Control", "no-cache"},
    {"Content-Type", "application/x-www-form-urlencoded"},
    {"Referer", "http://example.com/"},
    {"Pragma", "no-cache"},
    {"Date", "Mon, 23 Nov 2026 00:00:00 GMT"},
    {"Server", "Apache"},
};

static struct slice usual_value(struct slice name)
{
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strlen(usual[i].name) == name.n && strncasecmp(usual[i].name, (const char *)name.p, name.n) == 0)
            return slice_str(usual[i].value);
    return slice_str("1");
}

static int too_many(int rc, struct err *err)
{
    return rc == -ENOMEM ? err_set(err, rc, "out of memory")
                         : err_set(err, -EINVAL, "the headers cannot be made");
}

static int add_single(struct shape *shape, struct http_message *m, const struct single *single,
                      struct err *err)
{
    const char *name = m->response ? single->answer_name : single->name;
    if (!name)
        return 0;
    struct buf value = {0};
    enum direction side = m->response ? TO_CLIENT : TO_SERVER;
    int rc = shape_solve(shape, single->ids, single->id_count, side, single->grammar, &value, err);
    if (rc == 1) {
        rc = http_message_add(m, slice_str(name), buf_slice(&value));
        rc = rc ? too_many(rc, err) : 0;
    }
    buf_fini(&value);
    return rc;
}

static int take_line(void *ctx, struct slice line, struct err *err)
{
    int rc = http_message_take_headers(ctx, line, true);
    return rc ? too_many(rc, err) : 0;
}

/* Each condition on http.request_header is a header of its own. */
static int add_instances(struct shape *shape, struct http_message *m, struct err *err)
{
    enum buffer_id id = m->response ? BUFFER_HTTP_RESPONSE_HEADER : BUFFER_HTTP_REQUEST_HEADER;
    return shape_solve_each(shape, id, m->response ? TO_CLIENT : TO_SERVER,
                            "^[A-Za-z][A-Za-z0-9_-]*: [!-~](?:[ -~]*[!-~])?$", take_line, m, err);
}

/* The lines in their order, and behind them what was there (unless they have all of it). */
static int put_lines_first(struct http_message *m, struct slice lines, bool keeps_others)
{
    struct http_message whole = {.response = m->response};
    int rc = http_message_take_headers(&whole, lines, true);
    for (unsigned i = 0; keeps_others && i < m->header_count && !rc; i++)
        rc = http_message_add(&whole, buf_slice(&m->headers[i].name), buf_slice(&m->headers[i].value));
    http_message_clear_headers(m);
    memcpy(m->headers, whole.headers, sizeof m->headers);
    m->header_count = whole.header_count;
    return rc;
}

/* http.header: lines beside those that are known. */
static int add_lines(struct shape *shape, struct http_message *m, struct err *err)
{
    static const enum buffer_id ids[] = {BUFFER_HTTP_HEADER, BUFFER_HTTP_HEADER_RAW};
    enum direction side = m->response ? TO_CLIENT : TO_SERVER;
    struct buf pattern = {0}, lines = {0};
    int rc = http_message_pattern(m, HTTP_HEADERS, &pattern);
    if (rc)
        rc = too_many(rc, err);
    else
        rc = shape_solve(shape, ids, 2, side, (const char *)pattern.p, &lines, err);
    bool whole = rc == 1; /* with those that are known */
    if (rc == -EINVAL) {  /* by themselves; of a name that is known, too, the line counts */
        struct http_message none = {.response = m->response};
        buf_clear(&pattern);
        rc = http_message_pattern(&none, HTTP_HEADERS, &pattern);
        rc = rc ? too_many(rc, err) : shape_solve(shape, ids, 2, side, (const char *)pattern.p, &lines, err);
    }
    if (rc == 1) {
        rc = put_lines_first(m, buf_slice(&lines), !whole);
        rc = rc ? too_many(rc, err) : 0;
    }
    buf_fini(&pattern);
    buf_fini(&lines);
    return rc;
}

/* Brings the headers into the order of the names; those that are named and not there get a usual value. */
static int order_by(struct http_message *m, struct slice names)
{
    struct http_message ordered = {.response = m->response};
    int rc = 0;
    while (names.n && !rc) {
        const uint8_t *end = memmem(names.p, names.n, "\r\n", 2);
        struct slice name = slice_first(names, end ? (size_t)(end - names.p) : names.n);
        names = slice_from(names, name.n + 2);
        if (!name.n)
            continue;
        const struct http_header *known = http_message_find(m, name);
        rc = http_message_add(&ordered, name, known ? buf_slice(&known->value) : usual_value(name));
    }
    for (unsigned i = 0; i < m->header_count && !rc; i++)
        rc = http_message_add(&ordered, buf_slice(&m->headers[i].name), buf_slice(&m->headers[i].value));
    http_message_clear_headers(m);
    memcpy(m->headers, ordered.headers, sizeof m->headers);
    m->header_count = ordered.header_count;
    return rc;
}

static int names_pattern(const struct http_message *m, struct buf *out)
{
    int rc = buf_append(out, slice_str("^\\r\\n" NAMES));
    for (unsigned i = 0; i < m->header_count && !rc; i++) {
        rc = shape_quote(out, buf_slice(&m->headers[i].name));
        if (!rc)
            rc = buf_append(out, slice_str("\\r\\n" NAMES));
    }
    return rc ? rc : buf_append(out, slice_of("\\r\\n$", 6));
}

/* Whether the names are right as they are. */
static bool names_hold(struct shape *shape, const struct http_message *m, enum direction side)
{
    static const enum buffer_id id = BUFFER_HTTP_HEADER_NAMES;
    struct buf names = {0};
    int rc = buf_append(&names, slice_str("\r\n"));
    for (unsigned i = 0; i < m->header_count && !rc; i++) {
        rc = buf_append(&names, buf_slice(&m->headers[i].name));
        if (!rc)
            rc = buf_append(&names, slice_str("\r\n"));
    }
    if (!rc)
        rc = buf_append(&names, slice_str("\r\n"));
    bool hold = !rc && shape_holds(shape, &id, 1, side, buf_slice(&names));
    buf_fini(&names);
    return hold;
}

/* Once as the rule would have it, to learn the order; then with the names of all that must be there. */
static int order_names(struct shape *shape, struct http_message *m, struct err *err)
{
    static const enum buffer_id id = BUFFER_HTTP_HEADER_NAMES;
    enum direction side = m->response ? TO_CLIENT : TO_SERVER;
    int rc = shape_asks(shape, id, side, NULL) && !names_hold(shape, m, side);
    for (unsigned round = 0; round < 2 && rc > 0; round++) {
        struct buf pattern = {0}, names = {0};
        struct http_message none = {.response = m->response};
        rc = names_pattern(round ? m : &none, &pattern);
        rc = rc ? too_many(rc, err) : shape_solve(shape, &id, 1, side, (const char *)pattern.p, &names, err);
        if (rc == -EINVAL && round)
            rc = 0; /* the replay says whether it was needed */
        if (rc == 1) {
            int made = order_by(m, buf_slice(&names));
            rc = made ? too_many(made, err) : 1;
        }
        buf_fini(&pattern);
        buf_fini(&names);
    }
    return rc < 0 ? rc : 0;
}

static int add_length(struct shape *shape, struct http_message *m, struct err *err)
{
    const struct http_header *length = http_message_find(m, slice_str("Content-Length"));
    enum { PADDING_MOST = 1 << 20 };
    if (length) {
        char text[24];
        snprintf(text, sizeof text, "%.*s", (int)slice_first(buf_slice(&length->value), 12).n,
                 (const char *)length->value.p);
        unsigned long n = strtoul(text, NULL, 10);
        if (n > PADDING_MOST)
            return 0; /* as far as it is sent */
        for (size_t i = m->body.n; i < n; i++)
            if (buf_append_byte(&m->body, 'a'))
                return err_set(err, -ENOMEM, "out of memory");
        if (n < m->body.n) { /* in as many digits */
            snprintf(text, sizeof text, "%0*zu", (int)slice_first(buf_slice(&length->value), 12).n,
                     m->body.n);
            int rc = http_message_set(m, slice_str("Content-Length"), slice_str(text));
            return rc ? too_many(rc, err) : 0;
        }
        return 0;
    }
    bool absent = false,
         asked = shape_asks(shape, BUFFER_HTTP_CONTENT_LEN, m->response ? TO_CLIENT : TO_SERVER, &absent);
    if (asked && absent)
        return 0;
    if (!m->body.n && !m->response)
        return 0;
    char text[24];
    snprintf(text, sizeof text, "%zu", m->body.n);
    int rc = http_message_add(m, slice_str("Content-Length"), slice_str(text));
    return rc ? too_many(rc, err) : 0;
}

static int add_host(struct shape *shape, struct http_message *m, struct err *err)
{
    bool absent = false;
    (void)shape_asks(shape, BUFFER_HTTP_HOST, TO_SERVER, &absent);
    if (m->response || absent || http_message_find(m, slice_str("Host")))
        return 0;
    enum buffer_id names = BUFFER_HTTP_HEADER_NAMES;
    if (shape_asks(shape, names, TO_SERVER, NULL) &&
        !shape_holds(shape, &names, 1, TO_SERVER, slice_str("\r\nHost\r\n\r\n")))
        return 0; /* its place is not the first, or it has none: order_names says */
    m->usual_host = true;
    int rc = http_message_add(m, slice_str("Host"), slice_str("www.example.com"));
    return rc ? too_many(rc, err) : 0;
}

int shape_http_headers(struct shape *shape, struct http_message *m, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < sizeof singles / sizeof *singles && rc >= 0; i++)
        rc = add_single(shape, m, &singles[i], err);
    if (rc >= 0)
        rc = add_instances(shape, m, err);
    if (rc >= 0)
        rc = add_length(shape, m, err);
    if (rc >= 0)
        rc = add_lines(shape, m, err);
    if (rc >= 0)
        rc = add_host(shape, m, err);
    if (rc >= 0)
        rc = add_length(shape, m, err);
    return rc < 0 ? rc : order_names(shape, m, err);
}
