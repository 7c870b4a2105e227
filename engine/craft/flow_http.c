/*
 * HTTP/1 exchanges: a request and its response with the headers that a browser and a server send, unless the
 * text says others. A list of headers is sent as it stands, with nothing added.
 */
#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include "craft/flow_reader.h"

enum { HEADERS_MOST = 64, CHUNK = 1024 };

struct message {
    struct flow_reader *r;
    const yaml_node_t *first_line, *headers, *body, *chunked;
    struct flow_sending sending;
    bool gzip, exact;
};

struct exchange {
    struct message request, response;
    const yaml_node_t *response_node;
};

struct defaults {
    const char *name, *value;
};

static const struct defaults of_request[] = {
    {"Host", "www.example.com"}, {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"}, {0}};
static const struct defaults of_response[] = {{"Server", "demo"}, {"Content-Type", "text/html"}, {0}};

static const struct {
    const char *code, *phrase;
} phrases[] = {
    {"100", "Continue"},
    {"101", "Switching Protocols"},
    {"200", "OK"},
    {"201", "Created"},
    {"204", "No Content"},
    {"206", "Partial Content"},
    {"301", "Moved Permanently"},
    {"302", "Found"},
    {"304", "Not Modified"},
    {"400", "Bad Request"},
    {"401", "Unauthorized"},
    {"403", "Forbidden"},
    {"404", "Not Found"},
    {"405", "Method Not Allowed"},
    {"500", "Internal Server Error"},
    {"502", "Bad Gateway"},
    {"503", "Service Unavailable"},
};

#define TAKE(name, member)                                      \
    static int take_##name(void *ctx, const yaml_node_t *value) \
    {                                                           \
        ((struct message *)ctx)->member = value;                \
        return 0;                                               \
    }
TAKE(first_line, first_line)
TAKE(headers, headers)
TAKE(body, body)
TAKE(chunked, chunked)
TAKE(segments, sending.segments)
TAKE(order, sending.order)
TAKE(lose, sending.lose)
TAKE(missing, sending.missing)
TAKE(duplicate, sending.duplicate)
TAKE(overlap, sending.overlap)
#undef TAKE

static int take_gzip(void *ctx, const yaml_node_t *value)
{
    struct message *m = ctx;
    return yaml_flag(m->r->tree, value, &m->gzip);
}

/* `request` is the first member of an exchange, so that its fields may stand in the mapping of both. */
static int take_response(void *ctx, const yaml_node_t *value)
{
    ((struct exchange *)ctx)->response_node = value;
    return 0;
}

#define SHARED_FIELDS                                                                                       \
    {"headers", take_headers}, {"body", take_body}, {"chunked", take_chunked}, {"gzip", take_gzip},         \
        {"segments", take_segments}, {"order", take_order}, {"lose", take_lose}, {"missing", take_missing}, \
        {"duplicate", take_duplicate},                                                                      \
    {                                                                                                       \
        "overlap", take_overlap                                                                             \
    }

static const struct yaml_field exchange_fields[] = {
    {"request", take_first_line}, {"response", take_response}, SHARED_FIELDS, {0}};
static const struct yaml_field response_fields[] = {{"status", take_first_line}, SHARED_FIELDS, {0}};

static int header_line(struct buf *out, struct slice name, struct slice value)
{
    int rc = buf_append(out, name);
    rc = rc ? rc : buf_append(out, slice_str(": "));
    rc = rc ? rc : buf_append(out, value);
    return rc ? rc : buf_append(out, slice_str("\r\n"));
}

static bool same_name(struct slice a, const char *b)
{
    return a.n == strlen(b) && strncasecmp((const char *)a.p, b, a.n) == 0;
}

/* The index of a header that the text gives; -1 without it. */
static int given(const struct message *m, const char *name)
{
    if (!m->headers || m->headers->type != YAML_MAPPING_NODE)
        return -1;
    for (size_t i = 0; i < yaml_count(m->headers); i++)
        if (same_name(yaml_scalar(yaml_key(m->r->tree, m->headers, i)), name))
            return (int)i;
    return -1;
}

static int given_header(struct message *m, size_t i, struct buf *out)
{
    const yaml_node_t *value = yaml_value(m->r->tree, m->headers, i);
    struct slice bytes;
    if (yaml_is_null(value)) /* left out */
        return 0;
    int rc = flow_bytes(m->r, value, &bytes);
    if (!rc && header_line(out, yaml_scalar(yaml_key(m->r->tree, m->headers, i)), bytes))
        rc = flow_reader_no_memory(m->r, value);
    return rc;
}

static int is_default(struct slice name, const struct defaults *defaults)
{
    for (; defaults->name; defaults++)
        if (same_name(name, defaults->name))
            return true;
    return false;
}

static int put_headers(struct message *m, const struct defaults *defaults, struct buf *out)
{
    int rc = 0;
    for (const struct defaults *d = defaults; d->name && !rc; d++) {
        int i = given(m, d->name);
        if (i >= 0)
            rc = given_header(m, (size_t)i, out);
        else if (header_line(out, slice_str(d->name), slice_str(d->value)))
            rc = -ENOMEM;
    }
    for (size_t i = 0; !rc && m->headers && i < yaml_count(m->headers); i++)
        if (!is_default(yaml_scalar(yaml_key(m->r->tree, m->headers, i)), defaults))
            rc = given_header(m, i, out);
    return rc;
}

/* Lines as they stand. */
static int put_exact_headers(struct message *m, struct buf *out)
{
    int rc = 0;
    for (size_t i = 0; i < yaml_count(m->headers) && !rc; i++) {
        struct slice line;
        rc = flow_bytes(m->r, yaml_item(m->r->tree, m->headers, i), &line);
        if (!rc && (buf_append(out, line) || buf_append(out, slice_str("\r\n"))))
            rc = -ENOMEM;
    }
    return rc;
}

/* In pieces of the sizes that are listed, the last of which holds for the rest; `true`: 1024 bytes. */
static int put_chunks(struct message *m, struct slice body, struct buf *out)
{
    int64_t size = CHUNK;
    bool sizes = m->chunked->type == YAML_SEQUENCE_NODE ||
                 (yaml_scalar(m->chunked).n && yaml_scalar(m->chunked).p[0] <= '9');
    int rc = 0;
    for (size_t at = 0, i = 0; at < body.n && !rc; i++) {
        const yaml_node_t *item = sizes ? yaml_item(m->r->tree, m->chunked, i) : NULL;
        rc = item ? yaml_number(m->r->tree, item, 1, FLOW_BYTES_MOST, &size) : 0;
        struct slice chunk = slice_first(slice_from(body, at), (size_t)size);
        if (!rc && (buf_printf(out, "%zx\r\n", chunk.n) || buf_append(out, chunk) ||
                    buf_append(out, slice_str("\r\n"))))
            rc = -ENOMEM;
        at += chunk.n;
    }
    return rc ? rc : buf_append(out, slice_str("0\r\n\r\n"));
}

static bool is_chunked(const struct message *m)
{
    return m->chunked && !same_name(yaml_scalar(m->chunked), "false");
}

static int put_body_headers(struct message *m, size_t length, bool always, struct buf *out)
{
    int rc = 0;
    if (m->gzip && given(m, "Content-Encoding") < 0)
        rc = buf_append(out, slice_str("Content-Encoding: gzip\r\n"));
    if (!rc && is_chunked(m) && given(m, "Transfer-Encoding") < 0)
        rc = buf_append(out, slice_str("Transfer-Encoding: chunked\r\n"));
    else if (!rc && !is_chunked(m) && (length || always) && given(m, "Content-Length") < 0)
        rc = buf_printf(out, "Content-Length: %zu\r\n", length);
    return rc;
}

static int put_message(struct message *m, const struct defaults *defaults, struct slice body, bool has_length,
                       struct buf *out)
{
    bool exact = m->headers && m->headers->type == YAML_SEQUENCE_NODE;
    int rc = exact ? put_exact_headers(m, out) : put_headers(m, defaults, out);
    if (!rc && !exact)
        rc = put_body_headers(m, body.n, has_length, out);
    rc = rc ? rc : buf_append(out, slice_str("\r\n"));
    if (rc)
        return rc;
    return is_chunked(m) ? put_chunks(m, body, out) : buf_append(out, body);
}

static int body_of(struct message *m, const char *otherwise, struct slice *body)
{
    *body = slice_str(otherwise);
    int rc = m->body ? flow_bytes(m->r, m->body, body) : 0;
    return !rc && m->gzip ? flow_gzip(m->r, m->body, *body, body) : rc;
}

static int add_message(struct message *m, const yaml_node_t *node, bool from_server, struct buf *text, int rc)
{
    struct craft_step step = {.from_server = from_server};
    if (rc && rc != -ENOMEM) {
        buf_fini(text);
        return rc;
    }
    rc = flow_bytes_keep(m->r, node, text, rc, &step.bytes);
    rc = rc ? rc : flow_pieces(m->r, &m->sending, &step);
    return rc ? rc : flow_step_add(m->r, node, &step);
}

static int put_request_line(struct message *m, struct buf *out)
{
    struct slice line = slice_str("GET / HTTP/1.1");
    int rc = m->first_line ? flow_bytes(m->r, m->first_line, &line) : 0;
    if (rc)
        return rc;
    bool has_version = line.n && memmem(line.p, line.n, " HTTP/", 6);
    rc = buf_append(out, line);
    return rc ? rc : buf_append(out, slice_str(has_version ? "\r\n" : " HTTP/1.1\r\n"));
}

static int put_status_line(struct message *m, struct buf *out, struct slice *code)
{
    struct slice line = slice_str("200");
    int rc = m->first_line ? flow_bytes(m->r, m->first_line, &line) : 0;
    if (rc)
        return rc;
    if (line.n > 5 && memcmp(line.p, "HTTP/", 5) == 0) {
        *code = slice_of(NULL, 0);
        rc = buf_append(out, line);
        return rc ? rc : buf_append(out, slice_str("\r\n"));
    }
    const char *phrase = line.n > 3 ? "" : " Unknown";
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (slice_equal(line, slice_str(phrases[i].code)))
            phrase = phrases[i].phrase;
    *code = line;
    bool blank = line.n == 3 && phrase[0] != ' ';
    return buf_printf(out, "HTTP/1.1 %.*s%s%s\r\n", (int)line.n, line.n ? (const char *)line.p : "",
                      blank ? " " : "", phrase);
}

static bool has_no_body(struct slice code)
{
    return code.n >= 3 &&
           (code.p[0] == '1' || memcmp(code.p, "204", 3) == 0 || memcmp(code.p, "304", 3) == 0);
}

static int add_request(struct exchange *x, const yaml_node_t *node)
{
    struct message *m = &x->request;
    struct buf text = {0};
    struct slice body;
    int rc = put_request_line(m, &text);
    rc = rc ? rc : body_of(m, "", &body);
    rc = rc ? rc : put_message(m, of_request, body, false, &text);
    return add_message(m, node, false, &text, rc);
}

static int add_response(struct exchange *x, const yaml_node_t *node)
{
    struct message *m = &x->response;
    struct buf text = {0};
    struct slice body, code;
    int rc = put_status_line(m, &text, &code);
    rc = rc ? rc : body_of(m, x->response_node ? "" : "<html>hello</html>\n", &body);
    rc = rc ? rc : put_message(m, of_response, body, !has_no_body(code), &text);
    return add_message(m, node, true, &text, rc);
}

static int read_exchange(struct flow_reader *r, const yaml_node_t *node)
{
    struct exchange x = {.request = {.r = r}, .response = {.r = r}};
    int rc = flow_reader_work(r, node);
    rc = rc ? rc : yaml_take_fields(r->tree, node, exchange_fields, &x);
    if (rc)
        return rc;
    const yaml_node_t *response = x.response_node;
    if (response && response->type == YAML_MAPPING_NODE)
        rc = yaml_take_fields(r->tree, response, response_fields, &x.response);
    else
        x.response.first_line = response;
    if (!rc && r->flow.protocol != CRAFT_TCP)
        rc = yaml_fail(r->tree, node, -EINVAL, "HTTP needs `proto: tcp`");
    rc = rc ? rc : add_request(&x, node);
    bool silent = response && same_name(yaml_scalar(response), "none");
    return rc || silent ? rc : add_response(&x, response ? response : node);
}

int flow_http(struct flow_reader *r, const yaml_node_t *node)
{
    int rc = 0;
    for (size_t i = 0; yaml_item(r->tree, node, i) && !rc; i++)
        rc = read_exchange(r, yaml_item(r->tree, node, i));
    return rc;
}
