/*
 * The http.* buffers: as they came, or put together once and kept with the transaction. Their form is that of
 * Suricata 8.
 */
#include "app/http/http.h"
#include "app/http/http_body.h"
#include "app/http/http_target.h"
#include "app/http/http_frame.h"
#include "app/http/http_session.h"

#include <errno.h>

static enum buffer_answer here(struct slice bytes, unsigned index, struct view_buffer *out)
{
    if (index || !bytes.p)
        return BUFFER_NONE;
    *out = (struct view_buffer){.bytes = bytes, .first = true, .last = true};
    return BUFFER_HERE;
}

struct slice http_header(const struct http_tx *tx, enum direction direction, enum http_field field)
{
    const struct http_head *head = &tx->sides[direction].head;
    const struct http_header *header = http_head_find(head, field);
    return header ? http_head_value(head, header) : slice_of(NULL, 0);
}

static enum http_field cookie_of(enum direction direction)
{
    return direction == TO_SERVER ? HTTP_FIELD_COOKIE : HTTP_FIELD_SET_COOKIE;
}

static int append(struct buf *out, const char *text)
{
    return buf_append(out, slice_str(text));
}

static int append_both(struct buf *out, struct slice first, struct slice second)
{
    size_t n = first.n + second.n;
    if (n > out->cap - out->n && buf_reserve(out, n))
        return -ENOMEM;
    if (first.n)
        memcpy(out->p + out->n, first.p, first.n);
    if (second.n)
        memcpy(out->p + out->n + first.n, second.p, second.n);
    out->n += n;
    return 0;
}

static int append_header(struct buf *out, const struct http_head *head, const struct http_header *header,
                         const char *end)
{
    int rc = append_both(out, http_head_name(head, header), slice_str(": "));
    return rc ? rc : append_both(out, http_head_value(head, header), slice_str(end));
}

/* Room for all fields and the line above them. */
static int reserve(const struct http_tx *tx, enum direction direction, size_t line, struct buf *out)
{
    enum { AROUND_FIELD = 4, LINE_ENDS = 6 };
    const struct http_head *head = &tx->sides[direction].head;
    return buf_reserve(out, line + LINE_ENDS + head->text + (size_t)AROUND_FIELD * head->count);
}

/* All fields but the cookies. */
static int make_header(struct http_tx *tx, enum direction direction, struct buf *out)
{
    const struct http_head *head = &tx->sides[direction].head;
    int rc = reserve(tx, direction, 0, out);
    for (unsigned i = 0; !rc && i < head->count; i++)
        if (head->headers[i].field != cookie_of(direction))
            rc = append_header(out, head, &head->headers[i], "\r\n");
    return rc;
}

static int make_header_names(struct http_tx *tx, enum direction direction, struct buf *out)
{
    const struct http_head *head = &tx->sides[direction].head;
    struct slice line_end = slice_str("\r\n");
    int rc = reserve(tx, direction, 0, out);
    if (!rc && head->count)
        rc = buf_append(out, line_end);
    for (unsigned i = 0; !rc && i < head->count; i++)
        rc = append_both(out, http_head_name(head, &head->headers[i]), line_end);
    return rc || !out->n ? rc : buf_append(out, line_end);
}

/* Suricata's has the line end in it. */
static int make_response_line(struct http_tx *tx, enum direction direction, struct buf *out)
{
    const struct http_side *side = &tx->sides[direction];
    struct slice line = http_head_part(&side->head, side->line);
    bool bare = line.n < side->head.fields_from && line.p[line.n] == '\n';
    int rc = buf_append(out, line);
    return rc || !out->n ? rc : append(out, bare ? "\n" : "\r\n");
}

/* First line, all fields and the empty line; of a response with a line end too many, as in Suricata. */
static int make_start(struct http_tx *tx, enum direction direction, struct buf *out)
{
    const struct http_side *side = &tx->sides[direction];
    const struct http_head *head = &side->head;
    struct slice line = http_head_part(head, side->line);
    if (!line.n)
        return 0;
    int rc = reserve(tx, direction, line.n, out);
    if (!rc)
        rc = direction == TO_SERVER ? buf_append(out, line) : make_response_line(tx, direction, out);
    if (!rc)
        rc = append(out, "\r\n");
    for (unsigned i = 0; !rc && i < head->count; i++)
        rc = append_header(out, head, &head->headers[i], "\r\n");
    return rc || !head->count ? rc : append(out, "\r\n");
}

/* With escapes resolved. */
static int make_uri(struct http_tx *tx, enum direction direction, struct buf *out)
{
    (void)direction;
    struct http_uri uri = http_target(tx);
    struct slice path = http_path(tx);
    if (!path.p)
        return 0;
    int rc = buf_append(out, uri.query.p || uri.fragment.p ? path : http_trimmed(path));
    if (!rc && uri.query.p) {
        rc = append(out, "?");
        rc = rc ? rc : http_append_unescaped(out, uri.query);
    }
    if (!rc && uri.fragment.p) {
        rc = append(out, "#");
        rc = rc ? rc : http_append_unescaped(out, uri.fragment);
    }
    return rc;
}

static int (*const makers[HTTP_MADE])(struct http_tx *tx, enum direction direction, struct buf *out) = {
    [HTTP_MADE_URI] = make_uri,
    [HTTP_MADE_HEADER] = make_header,
    [HTTP_MADE_HEADER_AGAIN] = make_header,
    [HTTP_MADE_HEADER_NAMES] = make_header_names,
    [HTTP_MADE_START] = make_start,
    [HTTP_MADE_RESPONSE_LINE] = make_response_line,
};

/* Made at the first question. When memory is short it stays empty. */
static struct slice made(struct http_tx *tx, enum direction direction, enum http_made which)
{
    struct http_side *side = &tx->sides[direction];
    struct buf *out = &side->made[which];
    if (!(side->made_already & 1u << which)) {
        side->made_already |= 1u << which;
        if (makers[which](tx, direction, out))
            buf_clear(out);
    }
    return out->n ? buf_slice(out) : slice_of(NULL, 0);
}

/*
 * The same in the head as it came, where that is written as it is shown: nothing is made. A trailer that came
 * later is no part of it.
 */
static struct slice header(struct http_tx *tx, enum direction direction)
{
    struct http_side *side = &tx->sides[direction];
    const struct http_head *head = &side->head;
    if (side->made_already & 1u << HTTP_MADE_HEADER)
        return made(tx, direction, HTTP_MADE_HEADER);
    bool whole = head->trailer_from && (!head->odd || side->header_plain);
    if (!whole || (head->count != head->trailer_first && !side->header_plain) ||
        http_head_find(head, cookie_of(direction)))
        return made(tx, direction, HTTP_MADE_HEADER);
    side->header_plain = true;
    struct slice plain = slice_of(head->bytes.p + head->fields_from, head->fields_end - head->fields_from);
    return plain.n ? plain : slice_of(NULL, 0);
}

/* One instance a header: "name: value". */
static enum buffer_answer one_header(struct http_tx *tx, enum direction direction, unsigned index,
                                     struct view_buffer *out)
{
    const struct http_head *head = &tx->sides[direction].head;
    if (index >= head->count)
        return BUFFER_NONE;
    struct buf *text = &tx->sides[direction].made[HTTP_MADE_ONE_HEADER];
    buf_clear(text);
    if (append_header(text, head, &head->headers[index], ""))
        return BUFFER_NONE;
    *out = (struct view_buffer){.bytes = buf_slice(text), .first = true, .last = true};
    return BUFFER_HERE;
}

/* Where a buffer's bytes come from. */
enum part { PART_HEADER, PART_LINE, PART_WHOLE_HEADER, PART_BODY, PART_FILE_DATA };

static const uint8_t part_of[BUFFER_COUNT] = {
    [BUFFER_HTTP_METHOD] = PART_LINE,
    [BUFFER_HTTP_URI] = PART_LINE,
    [BUFFER_HTTP_URI_RAW] = PART_LINE,
    [BUFFER_HTTP_REQUEST_LINE] = PART_LINE,
    [BUFFER_HTTP_PROTOCOL] = PART_LINE,
    [BUFFER_HTTP_STAT_CODE] = PART_LINE,
    [BUFFER_HTTP_STAT_MSG] = PART_LINE,
    [BUFFER_HTTP_RESPONSE_LINE] = PART_LINE,
    [BUFFER_HTTP_HEADER] = PART_WHOLE_HEADER,
    [BUFFER_HTTP_HEADER_RAW] = PART_WHOLE_HEADER,
    [BUFFER_HTTP_HEADER_NAMES] = PART_WHOLE_HEADER,
    [BUFFER_HTTP_START] = PART_WHOLE_HEADER,
    [BUFFER_HTTP_REQUEST_BODY] = PART_BODY,
    [BUFFER_HTTP_RESPONSE_BODY] = PART_BODY,
    [BUFFER_FILE_DATA] = PART_FILE_DATA,
};

/* The buffers that are what one field says. */
static const uint8_t field_of[BUFFER_COUNT] = {
    [BUFFER_HTTP_USER_AGENT] = HTTP_FIELD_USER_AGENT,
    [BUFFER_HTTP_ACCEPT] = HTTP_FIELD_ACCEPT,
    [BUFFER_HTTP_ACCEPT_ENC] = HTTP_FIELD_ACCEPT_ENCODING,
    [BUFFER_HTTP_ACCEPT_LANG] = HTTP_FIELD_ACCEPT_LANGUAGE,
    [BUFFER_HTTP_CONNECTION] = HTTP_FIELD_CONNECTION,
    [BUFFER_HTTP_CONTENT_LEN] = HTTP_FIELD_CONTENT_LENGTH,
    [BUFFER_HTTP_CONTENT_TYPE] = HTTP_FIELD_CONTENT_TYPE,
    [BUFFER_HTTP_REFERER] = HTTP_FIELD_REFERER,
    [BUFFER_HTTP_LOCATION] = HTTP_FIELD_LOCATION,
    [BUFFER_HTTP_SERVER] = HTTP_FIELD_SERVER,
};

/* As in Suricata a status without a reason has an empty one. */
static struct slice message(const struct http_tx *tx)
{
    return tx->has_message  ? http_line_part(tx, TO_CLIENT, tx->message)
           : tx->has_status ? slice_str("")
                            : slice_of(NULL, 0);
}

static struct slice part(const struct http_tx *tx, enum direction direction, bool there,
                         struct http_part part)
{
    return there ? http_line_part(tx, direction, part) : slice_of(NULL, 0);
}

/* What the first line says. */
static enum buffer_answer line_buffer(struct http_tx *tx, enum direction direction, enum buffer_id id,
                                      unsigned index, struct view_buffer *out)
{
    const struct http_side *side = &tx->sides[direction];
    switch (id) {
    case BUFFER_HTTP_METHOD:
        return here(part(tx, TO_SERVER, tx->asked, tx->method), index, out);
    case BUFFER_HTTP_URI:
        return here(made(tx, direction, HTTP_MADE_URI), index, out);
    case BUFFER_HTTP_URI_RAW:
        return here(http_trimmed(part(tx, TO_SERVER, tx->has_target, tx->target)), index, out);
    case BUFFER_HTTP_REQUEST_LINE:
        return here(part(tx, TO_SERVER, tx->asked, side->line), index, out);
    case BUFFER_HTTP_PROTOCOL:
        return here(http_trimmed(part(tx, direction, side->protocol.n, side->protocol)), index, out);
    case BUFFER_HTTP_STAT_CODE:
        return here(part(tx, TO_CLIENT, tx->has_status, tx->status), index, out);
    case BUFFER_HTTP_STAT_MSG:
        return here(message(tx), index, out);
    case BUFFER_HTTP_RESPONSE_LINE:
        return here(made(tx, direction, HTTP_MADE_RESPONSE_LINE), index, out);
    default:
        return BUFFER_NONE;
    }
}

/* Of an absolute URI, else the header's. */
static struct slice raw_host(struct http_tx *tx)
{
    struct slice host = http_target_host(tx);
    return host.p ? host : http_header(tx, TO_SERVER, HTTP_FIELD_HOST);
}

static enum buffer_answer header_buffer(struct http_tx *tx, enum direction direction, enum buffer_id id,
                                        unsigned index, struct view_buffer *out)
{
    switch (id) {
    case BUFFER_HTTP_HEADER:
        return here(header(tx, direction), index, out);
    case BUFFER_HTTP_HEADER_RAW: {
        struct slice raw = http_head_raw(&tx->sides[direction].head);
        return here(raw.n ? raw : slice_of(NULL, 0), index, out);
    }
    case BUFFER_HTTP_HEADER_NAMES:
        return here(made(tx, direction, HTTP_MADE_HEADER_NAMES), index, out);
    case BUFFER_HTTP_START:
        return here(made(tx, direction, HTTP_MADE_START), index, out);
    case BUFFER_HTTP_COOKIE:
        return here(http_header(tx, direction, cookie_of(direction)), index, out);
    case BUFFER_HTTP_HOST:
        return here(tx->host_known ? http_host(tx) : slice_of(NULL, 0), index, out);
    case BUFFER_HTTP_HOST_RAW:
        return here(raw_host(tx), index, out);
    case BUFFER_HTTP_REQUEST_HEADER:
    case BUFFER_HTTP_RESPONSE_HEADER:
        return one_header(tx, direction, index, out);
    default:
        return field_of[id] ? here(http_header(tx, direction, field_of[id]), index, out) : BUFFER_NONE;
    }
}

/* As in Suricata those that are of one field are there with its line, before the others have come. */
static bool is_of_one_field(enum buffer_id id)
{
    return field_of[id] || id == BUFFER_HTTP_HOST_RAW || id == BUFFER_HTTP_COOKIE ||
           id == BUFFER_HTTP_REQUEST_HEADER || id == BUFFER_HTTP_RESPONSE_HEADER;
}

/*
 * The header as a whole, and behind a chunked body that was looked at before its end (RFC 9112, 7.1.2) once
 * more: with the trailer's fields; raw, the trailer alone. As in Suricata rules that are named by it then are
 * asked again.
 */
static enum buffer_answer renewed_header(struct http_tx *tx, enum direction direction, enum buffer_id id,
                                         unsigned index, struct view_buffer *out)
{
    struct http_side *side = &tx->sides[direction];
    bool came = side->came;
    bool twice = side->trailer && (came ? side->shown : !tx->tx.complete[direction]);
    if (!index) {
        enum buffer_answer answer = header_buffer(tx, direction, id, 0, out);
        out->last = !twice;
        out->scanned_to = twice && side->shown ? SIZE_MAX : 0;
        return answer;
    }
    if (index > 1 || !twice)
        return BUFFER_NONE;
    if (!came)
        return BUFFER_LATER;
    struct slice raw = slice_from(buf_slice(&side->head.bytes), side->head.trailer_from);
    return here(id == BUFFER_HTTP_HEADER ? made(tx, direction, HTTP_MADE_HEADER_AGAIN) : raw, 0, out);
}

struct app_body_limits http_body_limits(const struct app_session *s, enum direction direction)
{
    enum { KIB = 1024 };
    bool request = direction == TO_SERVER;
    uint32_t limit = request ? s->config->http.request_body_limit : s->config->http.response_body_limit;
    uint32_t least = request ? s->config->http.request_inspect_least : s->config->http.response_inspect_least;
    uint32_t window =
        request ? s->config->http.request_inspect_window : s->config->http.response_inspect_window;
    return (struct app_body_limits){
        .limit = limit ? limit : 100 * KIB,
        .least = least ? least : (request ? 32 * KIB : 40 * KIB),
        .window = window ? window : (request ? 4 * KIB : 16 * KIB),
    };
}

/* Of an interim answer: the final one's is to come. */
static enum buffer_answer interim_line(struct http_tx *tx, enum buffer_id id, unsigned index,
                                       struct view_buffer *out)
{
    if (index || line_buffer(tx, TO_CLIENT, id, 0, out) != BUFFER_HERE)
        return BUFFER_LATER;
    out->last = false;
    return BUFFER_HERE;
}

enum buffer_answer http_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out)
{
    struct http_tx *http = (struct http_tx *)tx;
    struct http_side *side = &http->sides[direction];
    bool broken = ((const struct http *)s->state)->broken, complete = tx->complete[direction];
    bool interim = direction == TO_CLIENT && http->interim;
    bool over = complete && !tx->cut && !interim; /* of what is cut nobody knows what would have come */
    enum part part = part_of[id];
    if (id == BUFFER_HTTP1_FRAME_REQUEST || id == BUFFER_HTTP1_FRAME_RESPONSE)
        return http_frame(s, http, direction, id, index, out);
    /* Of a request that was not seen there is what Suricata calls it. */
    if (direction == TO_SERVER && !http->asked && id != BUFFER_HTTP_URI_RAW)
        return BUFFER_NONE;
    if (direction == TO_CLIENT && !side->begun)
        return BUFFER_LATER;
    if (part == PART_LINE && interim)
        return interim_line(http, id, index, out);
    if (part == PART_LINE)
        return side->line_read || over ? line_buffer(http, direction, id, index, out) : BUFFER_LATER;
    if (part == PART_WHOLE_HEADER && (side->whole_hidden || (broken && !side->headers)))
        return over ? BUFFER_NONE : BUFFER_LATER;
    if (part == PART_FILE_DATA && direction == TO_SERVER)
        return app_file_buffer(s, tx, direction, id, index, out);
    if (part == PART_BODY || part == PART_FILE_DATA) {
        struct app_body_limits limits = http_body_limits(s, direction);
        if (complete)
            side->body.complete = true;
        return app_body_view(&side->body, index, &limits, out);
    }
    if ((side->headers || over) && (id == BUFFER_HTTP_HEADER || id == BUFFER_HTTP_HEADER_RAW))
        return renewed_header(http, direction, id, index, out);
    if (side->headers || over)
        return header_buffer(http, direction, id, index, out);
    if (!side->line_read || !is_of_one_field(id) ||
        header_buffer(http, direction, id, index, out) != BUFFER_HERE)
        return BUFFER_LATER;
    out->last = false; /* the same field may come again, and then adds to it */
    return BUFFER_HERE;
}
