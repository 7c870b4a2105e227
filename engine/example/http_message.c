#include "example/http_message.h"

#include <errno.h>
#include <strings.h>

#include "example/shape.h"

#define TOKEN "[A-Za-z][A-Za-z0-9_-]*"
#define LINES "(?:" TOKEN ": [!-~](?:[ -~]*[!-~])?\\r\\n)*"

static const char *const usual[2][3] = {{"GET", "/", "HTTP/1.1"}, {"HTTP/1.1", "200", "OK"}};
static const char *const open_line[2][3] = {
    {"(?:GET|POST|PUT|HEAD|OPTIONS)", "(?:\\/[!-~]*|[!-~]+)", "HTTP\\/1\\.[01]"},
    {"HTTP\\/1\\.[01]", "[1-5][0-9]{2}", "[ -~]*"}};

static bool same_name(struct slice a, struct slice b)
{
    return a.n == b.n && strncasecmp((const char *)a.p, (const char *)b.p, a.n) == 0;
}

void http_message_clear_headers(struct http_message *m)
{
    for (unsigned i = 0; i < m->header_count; i++) {
        buf_fini(&m->headers[i].name);
        buf_fini(&m->headers[i].value);
    }
    m->header_count = 0;
}

void http_message_remove(struct http_message *m, struct slice name)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < m->header_count; i++) {
        if (same_name(buf_slice(&m->headers[i].name), name)) {
            buf_fini(&m->headers[i].name);
            buf_fini(&m->headers[i].value);
        } else {
            m->headers[kept++] = m->headers[i];
        }
    }
    m->header_count = kept;
}

void http_message_fini(struct http_message *m)
{
    for (unsigned i = 0; i < 3; i++)
        buf_fini(&m->line[i]);
    http_message_clear_headers(m);
    buf_fini(&m->body);
    *m = (struct http_message){.response = m->response};
}

int http_message_set(struct http_message *m, struct slice name, struct slice value)
{
    for (unsigned i = 0; i < m->header_count; i++) {
        if (!same_name(buf_slice(&m->headers[i].name), name))
            continue;
        buf_clear(&m->headers[i].value);
        return buf_append(&m->headers[i].value, value);
    }
    return http_message_add(m, name, value);
}

const struct http_header *http_message_find(const struct http_message *m, struct slice name)
{
    for (unsigned i = 0; i < m->header_count; i++)
        if (same_name(buf_slice(&m->headers[i].name), name))
            return &m->headers[i];
    return NULL;
}

static int append(struct http_message *m, struct slice name, struct slice value)
{
    if (m->header_count == HTTP_HEADERS_MOST)
        return -E2BIG;
    struct http_header *header = &m->headers[m->header_count++];
    *header = (struct http_header){0};
    int rc = buf_append(&header->name, name);
    return rc ? rc : buf_append(&header->value, value);
}

int http_message_add(struct http_message *m, struct slice name, struct slice value)
{
    return http_message_find(m, name) ? 0 : append(m, name, value);
}

static int compose_headers(const struct http_message *m, struct buf *out)
{
    int rc = 0;
    for (unsigned i = 0; i < m->header_count && !rc; i++) {
        rc = buf_append(out, buf_slice(&m->headers[i].name));
        if (!rc)
            rc = buf_append(out, slice_str(": "));
        if (!rc)
            rc = buf_append(out, buf_slice(&m->headers[i].value));
        if (!rc)
            rc = buf_append(out, slice_str("\r\n"));
    }
    return rc;
}

int http_message_compose(const struct http_message *m, enum http_scope scope, struct buf *out)
{
    int rc = 0;
    for (unsigned i = 0; i < 3 && scope != HTTP_HEADERS && !rc; i++) {
        rc = buf_append(out, m->known[i] ? buf_slice(&m->line[i]) : slice_str(usual[m->response][i]));
        if (!rc && (i < 2 || scope != HTTP_LINE))
            rc = buf_append(out, slice_str(i < 2 ? " " : "\r\n"));
    }
    if (!rc && scope != HTTP_LINE)
        rc = compose_headers(m, out);
    if (!rc && scope >= HTTP_HEAD)
        rc = buf_append(out, slice_str("\r\n"));
    if (!rc && scope == HTTP_WHOLE)
        rc = buf_append(out, buf_slice(&m->body));
    return rc;
}

static int headers_pattern(const struct http_message *m, struct buf *out)
{
    int rc = buf_append(out, slice_str(LINES));
    for (unsigned i = 0; i < m->header_count && !rc; i++) {
        rc = shape_quote(out, buf_slice(&m->headers[i].name));
        if (!rc)
            rc = buf_append(out, slice_str(": "));
        if (!rc)
            rc = shape_quote(out, buf_slice(&m->headers[i].value));
        if (!rc)
            rc = buf_append(out, slice_str("\\r\\n" LINES));
    }
    return rc;
}

int http_message_pattern(const struct http_message *m, enum http_scope scope, struct buf *out)
{
    int rc = buf_append(out, slice_str("^"));
    for (unsigned i = 0; i < 3 && scope != HTTP_HEADERS && !rc; i++) {
        rc = m->known[i] ? shape_quote(out, buf_slice(&m->line[i]))
                         : buf_append(out, slice_str(open_line[m->response][i]));
        if (!rc && (i < 2 || scope != HTTP_LINE))
            rc = buf_append(out, slice_str(i < 2 ? " " : "\\r\\n"));
    }
    if (!rc && scope != HTTP_LINE)
        rc = headers_pattern(m, out);
    if (!rc && scope >= HTTP_HEAD)
        rc = buf_append(out, slice_str("\\r\\n"));
    if (!rc && scope == HTTP_WHOLE && m->body.n)
        rc = shape_quote(out, buf_slice(&m->body));
    else if (!rc && scope == HTTP_WHOLE)
        rc = buf_append(out, slice_str(".*"));
    return rc ? rc : buf_append(out, slice_of("$", 2));
}

/* The bytes up to the mark, which is taken too; all of them when there is none. */
static struct slice take_upto(struct slice *rest, const char *mark)
{
    const uint8_t *at = rest->n ? memmem(rest->p, rest->n, mark, strlen(mark)) : NULL;
    size_t n = at ? (size_t)(at - rest->p) : rest->n;
    struct slice part = slice_first(*rest, n);
    *rest = slice_from(*rest, n + (at ? strlen(mark) : 0));
    return part;
}

static int replace(struct buf *buf, struct slice bytes)
{
    buf_clear(buf);
    return buf_append(buf, bytes);
}

int http_message_take_headers(struct http_message *m, struct slice lines, bool twice)
{
    int rc = 0;
    while (lines.n && !rc) {
        struct slice line = take_upto(&lines, "\r\n");
        struct slice name = take_upto(&line, ":");
        while (line.n && line.p[0] == ' ')
            line = slice_from(line, 1);
        if (!name.n)
            return -EINVAL;
        rc = twice ? append(m, name, line) : http_message_add(m, name, line);
    }
    return rc;
}

int http_message_take(struct http_message *m, enum http_scope scope, struct slice bytes)
{
    struct slice line = take_upto(&bytes, "\r\n");
    int rc = 0;
    for (unsigned i = 0; i < 3 && !rc; i++) {
        rc = replace(&m->line[i], i < 2 ? take_upto(&line, " ") : line);
        m->known[i] = true;
    }
    if (rc || scope == HTTP_LINE)
        return rc;
    http_message_clear_headers(m);
    bool has_headers = !(bytes.n >= 2 && memcmp(bytes.p, "\r\n", 2) == 0);
    if (has_headers)
        rc = http_message_take_headers(m, take_upto(&bytes, "\r\n\r\n"), true);
    else
        bytes = slice_from(bytes, 2);
    return rc || scope != HTTP_WHOLE ? rc : replace(&m->body, bytes);
}
