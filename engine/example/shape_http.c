/* A request and its response over HTTP/1, so that the buffers are what the rule asks for. */
#include "example/script.h"
#include "example/shape_http.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

struct piece { /* of the first line */
    enum buffer_id ids[2];
    unsigned id_count;
    const char *grammars[2]; /* the usual one first */
};

static const struct piece pieces[2][3] = {
    {{{BUFFER_HTTP_METHOD}, 1, {"^[A-Z]+$", "^[!-~]+$"}},
     {{BUFFER_HTTP_URI, BUFFER_HTTP_URI_RAW}, 2, {"^\\/[!-\"$-~]*$", "^[^\\x00\\r\\n]+$"}},
     {{BUFFER_HTTP_PROTOCOL}, 1, {"^HTTP\\/1\\.[01]$", "^[!-~]+$"}}},
    {{{BUFFER_HTTP_PROTOCOL}, 1, {"^HTTP\\/1\\.[01]$", "^[!-~]+$"}},
     {{BUFFER_HTTP_STAT_CODE}, 1, {"^[1-5][0-9]{2}$", "^[!-~]+$"}},
     {{BUFFER_HTTP_STAT_MSG}, 1, {"^[!-~][ -~]*$", "^[^\\r\\n]+$"}}},
};

static enum direction side_of(const struct http_message *m)
{
    return m->response ? TO_CLIENT : TO_SERVER;
}

static int no_memory(struct err *err)
{
    return err_set(err, -ENOMEM, "out of memory");
}

/* What a client would send so that it reads as this once it is normalised. */
static int encode_uri(struct buf *uri)
{
    struct buf out = {0};
    int rc = 0;
    for (size_t i = 0; i < uri->n && !rc; i++) {
        uint8_t c = uri->p[i];
        bool looks_encoded = c == '%' && i + 2 < uri->n && isxdigit(uri->p[i + 1]) && isxdigit(uri->p[i + 2]);
        rc =
            c <= ' ' || c >= 0x7f || looks_encoded ? buf_printf(&out, "%%%02x", c) : buf_append_byte(&out, c);
    }
    buf_fini(uri);
    *uri = out;
    return rc;
}

static int solve_line(struct shape *shape, struct http_message *m, struct err *err)
{
    int rc = 0;
    for (unsigned i = 0; i < 3 && rc >= 0; i++) {
        const struct piece *piece = &pieces[m->response][i];
        rc =
            shape_solve(shape, piece->ids, piece->id_count, side_of(m), piece->grammars[0], &m->line[i], err);
        if (rc == -EINVAL)
            rc = shape_solve(shape, piece->ids, piece->id_count, side_of(m), piece->grammars[1], &m->line[i],
                             err);
        m->known[i] = rc == 1;
        bool raw = shape_asks(shape, BUFFER_HTTP_URI_RAW, TO_SERVER, NULL);
        if (rc == 1 && !m->response && i == 1 && !raw && encode_uri(&m->line[i]))
            rc = no_memory(err);
    }
    return rc < 0 ? rc : 0;
}

static int solve_body(struct shape *shape, struct http_message *m, struct err *err)
{
    static const enum buffer_id request[] = {BUFFER_HTTP_REQUEST_BODY, BUFFER_FILE_DATA},
                                response[] = {BUFFER_HTTP_RESPONSE_BODY, BUFFER_FILE_DATA};
    int rc = shape_solve(shape, m->response ? response : request, 2, side_of(m), NULL, &m->body, err);
    if (rc == 1 && !m->response && !m->known[0]) {
        m->known[0] = true;
        rc = buf_append(&m->line[0], slice_str("POST")) ? no_memory(err) : 0;
    }
    return rc < 0 ? rc : 0;
}

/* What looks at several pieces at once: the pieces that are known stay, the others follow from it. */
static int solve_across(struct shape *shape, struct http_message *m, enum buffer_id id, enum http_scope scope,
                        struct err *err)
{
    struct buf now = {0}, pattern = {0}, bytes = {0};
    int rc = 0;
    if (!shape_asks(shape, id, side_of(m), NULL))
        return 0;
    if (http_message_compose(m, scope, &now) || http_message_pattern(m, scope, &pattern))
        rc = no_memory(err);
    if (!rc && !shape_holds(shape, &id, 1, side_of(m), buf_slice(&now))) {
        rc = id == BUFFER_PAYLOAD
                 ? shape_payload(shape, (const char *)pattern.p, &bytes, err)
                 : shape_solve(shape, &id, 1, side_of(m), (const char *)pattern.p, &bytes, err);
        if (rc == 1 && (rc = http_message_take(m, scope, buf_slice(&bytes))))
            rc = err_set(err, rc, "%s: no message has such bytes", buffer_name(id));
    }
    buf_fini(&now);
    buf_fini(&pattern);
    buf_fini(&bytes);
    return rc < 0 ? rc : 0;
}

/*
 * A target with conditions of its own that does not fit the line as it is: the line by itself, then the
 * target around what the line has of it.
 */
static int solve_line_first(struct shape *shape, struct http_message *m, struct err *err)
{
    static const enum buffer_id line_id = BUFFER_HTTP_REQUEST_LINE;
    const struct piece *piece = &pieces[0][1];
    int rc = -EINVAL;
    m->known[1] = false;
    for (unsigned way = 0; way < 2 && rc == -EINVAL; way++) {
        struct buf pattern = {0}, target = {0}, line = {0};
        rc = way ? 0 : solve_across(shape, m, line_id, HTTP_LINE, err);
        if (!rc &&
            (buf_printf(&pattern, way ? "^[!-~]*" : "^") || shape_quote(&pattern, buf_slice(&m->line[1])) ||
             buf_append(&pattern, slice_of(way ? "$" : "[!-~]*$", way ? 2 : 8))))
            rc = no_memory(err);
        if (!rc)
            rc = shape_solve(shape, piece->ids, piece->id_count, TO_SERVER, (const char *)pattern.p, &target,
                             err);
        struct buf before = m->line[1];
        m->line[1] = target;
        if (rc == 1)
            rc = http_message_compose(m, HTTP_LINE, &line) ? no_memory(err) : 0;
        bool holds = !rc && shape_holds(shape, &line_id, 1, TO_SERVER, buf_slice(&line));
        m->line[1] = holds ? target : before;
        buf_fini(holds ? &before : &target);
        buf_fini(&pattern);
        buf_fini(&line);
        if (!rc && !holds)
            rc = err_set(err, -EINVAL, "http.request_line: no target was found that fits http.uri as well");
    }
    return rc;
}

static int solve_first_line(struct shape *shape, struct http_message *m, struct err *err)
{
    int rc = solve_line(shape, m, err);
    if (rc)
        return rc;
    if (m->response)
        return solve_across(shape, m, BUFFER_HTTP_RESPONSE_LINE, HTTP_LINE, err);
    rc = solve_across(shape, m, BUFFER_HTTP_REQUEST_LINE, HTTP_LINE, err);
    return rc == -EINVAL && m->known[1] ? solve_line_first(shape, m, err) : rc;
}

/* The raw bytes: in the line and the headers of a request, or with a body; its length is said. */
static int solve_payload(struct shape *shape, struct http_message *m, struct err *err)
{
    bool had_body = m->body.n != 0;
    int rc = -EINVAL;
    if (!m->response && !had_body)
        rc = solve_across(shape, m, BUFFER_PAYLOAD, HTTP_HEAD, err);
    if (rc == -EINVAL)
        rc = solve_across(shape, m, BUFFER_PAYLOAD, HTTP_WHOLE, err);
    if (rc || had_body || !m->body.n)
        return rc;
    char text[24];
    snprintf(text, sizeof text, "%zu", m->body.n);
    return http_message_set(m, slice_str("Content-Length"), slice_str(text)) ? no_memory(err) : 0;
}

/* The line with the headers; a Host that nobody asked for gives way. */
static int solve_start(struct shape *shape, struct http_message *m, struct err *err)
{
    int rc = solve_across(shape, m, BUFFER_HTTP_START, HTTP_HEAD, err);
    if (rc != -EINVAL || !m->usual_host)
        return rc;
    http_message_remove(m, slice_str("Host"));
    return solve_across(shape, m, BUFFER_HTTP_START, HTTP_HEAD, err);
}

static int solve_message(struct shape *shape, struct http_message *m, struct err *err)
{
    int rc = solve_first_line(shape, m, err);
    if (!rc)
        rc = solve_body(shape, m, err);
    if (!rc)
        rc = shape_http_headers(shape, m, err);
    if (!rc)
        rc = solve_start(shape, m, err);
    if (!rc && side_of(m) == shape->side)
        rc = solve_payload(shape, m, err);
    return rc;
}

int shape_http(struct shape *shape, struct script *script, struct err *err)
{
    struct http_message request = {0}, response = {.response = true};
    struct buf bytes = {0};
    int rc = solve_message(shape, &request, err);
    if (!rc)
        rc = solve_message(shape, &response, err);
    for (unsigned i = 0; i < 2 && !rc; i++) {
        rc = http_message_compose(i ? &response : &request, HTTP_WHOLE, &bytes) ? no_memory(err) : 0;
        if (!rc)
            rc = script_say(script, i, &bytes, err);
    }
    buf_fini(&bytes);
    http_message_fini(&request);
    http_message_fini(&response);
    return rc;
}
