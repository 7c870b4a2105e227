/*
 * The fields of a head or a trailer (RFC 9112, 5), line by line. The last one is held back as long as the
 * next line may belong to it (obsolete line folding, 5.2): of a request until that line's first byte is
 * there. Of a response it is there at once, as in Suricata, and the next line may still add to it.
 *
 * In responses a CR alone ends a line, too, as in Suricata.
 */
#include "app/http/http_message.h"

static bool begins_fold(int c)
{
    return c == ' ' || c == '\t' || c == 0;
}

static bool is_token(struct slice s)
{
    static const uint32_t tokens[8] = {0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff}; /* RFC 9110, 5.6.2 */
    for (size_t i = 0; i < s.n; i++)
        if (!(tokens[s.p[i] >> 5] >> (s.p[i] & 31) & 1))
            return false;
    return true;
}

/* What a field is made of, as offsets in its text. */
struct field {
    struct http_part name, value;
    bool no_name, no_token;
};

static struct field read_field(struct slice text, bool request)
{
    struct field f = {0};
    const uint8_t *colon = text.n ? memchr(text.p, ':', text.n) : NULL;
    size_t name = colon ? (size_t)(colon - text.p) : 0, from = colon ? name + 1 : 0, to = text.n;
    while (name && http_is_blank(text.p[name - 1]))
        name--;
    f.no_name = !name;
    f.no_token = request && !is_token(slice_first(text, name));
    while (name && http_is_space(text.p[name - 1]))
        name--;
    while (from < to && http_is_blank(text.p[from]))
        from++;
    while (to > from && http_is_blank(text.p[to - 1]))
        to--;
    f.name.n = (uint32_t)name;
    f.value = (struct http_part){(uint32_t)from, (uint32_t)(to - from)};
    return f;
}

static void remark_on(struct app_session *s, enum direction direction, const struct field *f)
{
    bool request = direction == TO_SERVER;
    if (f->no_name)
        http_remark(s, request ? APP_EVENT_HTTP_REQUEST_FIELD_MISSING_COLON
                               : APP_EVENT_HTTP_RESPONSE_FIELD_MISSING_COLON);
    else if (f->no_token && request)
        http_remark(s, APP_EVENT_HTTP_REQUEST_HEADER_INVALID);
}

/* Whether the field is written as it is shown: "name: value", CR LF. */
static bool is_plain(const struct http_head *head, struct http_part text, const struct field *f)
{
    const uint8_t *end = head->bytes.p + text.at + text.n;
    return text.at + text.n + 2 <= head->bytes.n && f->value.at == f->name.n + 2 &&
           f->value.at + f->value.n == text.n && f->name.n && head->bytes.p[text.at + f->name.n] == ':' &&
           head->bytes.p[text.at + f->name.n + 1] == ' ' && end[0] == '\r' && end[1] == '\n';
}

static void look_at_lengths(struct app_session *s, enum direction direction, const struct http_head *head,
                            struct slice again)
{
    const struct http_header *first = http_head_find(head, HTTP_FIELD_CONTENT_LENGTH);
    if (first && http_length_read(http_head_value(head, first)) != http_length_read(again))
        http_remark(s, direction == TO_SERVER ? APP_EVENT_HTTP_DUPLICATE_CONTENT_LENGTH_FIELD_IN_REQUEST
                                              : APP_EVENT_HTTP_DUPLICATE_CONTENT_LENGTH_FIELD_IN_RESPONSE);
}

/* The field that was held back is whole. False: it cannot be kept. */
static bool end_field(struct app_session *s, enum direction direction)
{
    struct http_way *way = &((struct http *)s->state)->ways[direction];
    struct http_head *head = &way->tx->sides[direction].head;
    bool folded = way->field_folded, request = direction == TO_SERVER;
    if (!way->field_open)
        return true;
    way->field_open = way->field_folded = false;
    const uint8_t *block = folded ? head->joined.p : head->bytes.p;
    struct field f = read_field(slice_of(block + way->field.at, way->field.n), request);
    remark_on(s, direction, &f);
    if (!folded && !head->odd)
        head->odd = !is_plain(head, way->field, &f);
    f.name.at += way->field.at;
    f.value.at += way->field.at;
    way->field_shown = true;
    switch (http_head_add(s, head, f.name, f.value, folded)) {
    case HTTP_JOINED:
        http_remark(s, request ? APP_EVENT_HTTP_REQUEST_HEADER_REPETITION
                               : APP_EVENT_HTTP_RESPONSE_HEADER_REPETITION);
        block = folded ? head->joined.p : head->bytes.p;
        if (http_field_named(slice_of(block + f.name.at, f.name.n)) != HTTP_FIELD_CONTENT_LENGTH)
            return true;
        look_at_lengths(s, direction, head, slice_of(block + f.value.at, f.value.n));
        return true;
    case HTTP_TOO_MANY:
        http_remark(s, request ? APP_EVENT_HTTP_REQUEST_TOO_MANY_HEADERS
                               : APP_EVENT_HTTP_RESPONSE_TOO_MANY_HEADERS);
        return false;
    case HTTP_NO_MEMORY:
        return false;
    default:
        return true;
    }
}

/* Whether there is a name before a colon. */
static bool has_name(struct slice text)
{
    size_t at = 0;
    while (at < text.n && begins_fold(text.p[at]))
        at++;
    return at < text.n && text.p[at] != ':' && memchr(text.p + at, ':', text.n - at);
}

/* A line that goes on with the one before. Of a response one with a name is a field of its own. */
static bool goes_on(const struct http_way *way, const struct http_head *head, enum direction direction,
                    struct slice text)
{
    if (!way->field_open)
        return false;
    if (direction == TO_SERVER || !has_name(text))
        return true;
    const uint8_t *block = way->field_folded ? head->joined.p : head->bytes.p;
    return !memchr(block + way->field.at, ':', way->field.n);
}

static bool fold(struct app_session *s, struct http_way *way, struct http_head *head, struct http_part text)
{
    if (!way->field_folded) {
        size_t at = head->joined.n;
        if (!http_head_fold(s, head, way->field))
            return false;
        way->field.at = (uint32_t)at;
        way->field_folded = true;
    }
    way->field.n += text.n;
    return http_head_fold(s, head, text);
}

/* A line of the head, but for the empty one. */
static enum http_step take_line(struct app_session *s, enum direction direction, struct http_part line)
{
    struct http_way *way = &((struct http *)s->state)->ways[direction];
    struct http_head *head = &way->tx->sides[direction].head;
    struct slice text = http_without_line_end(http_head_part(head, line));
    struct http_part part = {line.at, (uint32_t)text.n};
    if (text.n && begins_fold(text.p[0])) {
        if (goes_on(way, head, direction, text)) {
            if (way->field.n + text.n > HTTP_LINE_MOST)
                return http_read_failed(s, direction, HTTP_READ_TOO_LONG);
            return fold(s, way, head, part) ? STEP_ON : STEP_ERROR;
        }
        if (!way->field_open && way->field_shown && (direction == TO_SERVER || !has_name(text)))
            return http_head_extend(s, head, part) ? STEP_ON : STEP_ERROR;
        if (!way->field_open)
            http_remark(s, direction == TO_SERVER ? APP_EVENT_HTTP_INVALID_REQUEST_FIELD_FOLDING
                                                  : APP_EVENT_HTTP_INVALID_RESPONSE_FIELD_FOLDING);
        for (; part.n && begins_fold(head->bytes.p[part.at]); part.at++)
            part.n--;
    }
    if (!end_field(s, direction))
        return STEP_ERROR;
    way->field = part;
    way->field_open = true;
    int next = http_reader_peek(&way->reader);
    bool waits = begins_fold(next) || (next < 0 && direction == TO_SERVER);
    return waits || end_field(s, direction) ? STEP_ON : STEP_ERROR;
}

enum line_kind { LINE_FIELD, LINE_END, LINE_PASSED_OVER };

/*
 * A CR alone, in a response: behind a line that ended with LF it belongs to that one's end, as do several of
 * them, and a line end, behind CR LF. Else it ends the head.
 */
static enum line_kind kind_of_cr(struct http_way *way, bool first)
{
    int next = http_reader_peek(&way->reader);
    bool passed = way->line_end == LINE_END_LF ||
                  (way->line_end == LINE_END_CRLF && (next == '\r' || begins_fold(next)));
    if (way->line_end == LINE_END_CRS)
        return LINE_PASSED_OVER;
    if (!passed)
        return LINE_END;
    way->line_end = way->line_end == LINE_END_LF ? LINE_END_CR : LINE_END_CRS;
    return first ? LINE_FIELD : LINE_PASSED_OVER;
}

/* `first`: no line of the head came before. A blank and LF are no field either, unless a LF follows. */
static enum line_kind kind_of(struct http_way *way, enum direction direction, struct slice line, bool first)
{
    uint8_t last = line.p[line.n - 1];
    bool crlf = last == '\n' && line.n > 1 && line.p[line.n - 2] == '\r', empty = line.n == (crlf ? 2 : 1);
    if (direction == TO_CLIENT && empty && last == '\r')
        return kind_of_cr(way, first);
    bool passed = empty && way->line_end == LINE_END_CRS;
    if (way->line_end == LINE_END_LF && slice_equal(line, slice_str("\r\r\n")))
        return LINE_END; /* of it the first CR belongs to the line before */
    way->line_end = crlf ? LINE_END_CRLF : last == '\n' ? LINE_END_LF : LINE_END_CR;
    if (passed)
        return LINE_PASSED_OVER;
    bool blank = line.n == 2 && begins_fold(line.p[0]) && last == '\n';
    return empty || (blank && http_reader_peek(&way->reader) != '\n') ? LINE_END : LINE_FIELD;
}

static enum http_step over(struct app_session *s, enum direction direction, size_t fields_end)
{
    struct http_way *way = &((struct http *)s->state)->ways[direction];
    struct http_head *head = &way->tx->sides[direction].head;
    if (!end_field(s, direction))
        return STEP_ERROR;
    if (!way->trailer) {
        head->fields_end = (uint32_t)fields_end;
        head->trailer_from = (uint32_t)head->bytes.n;
        head->trailer_first = head->count;
    }
    return STEP_ON;
}

enum http_step http_read_fields(struct app_session *s, enum direction direction)
{
    struct http_way *way = &((struct http *)s->state)->ways[direction];
    struct http_side *side = &way->tx->sides[direction];
    struct http_head *head = &side->head;
    struct slice line;
    if (way->reader.closed) {
        struct slice rest = http_reader_rest(&way->reader);
        size_t end = head->bytes.n;
        return http_head_append(s, head, rest) ? over(s, direction, end) : STEP_ERROR;
    }
    if (http_reader_left(&way->reader) && side->line_read && !side->headers)
        app_tx_changed(s, &way->tx->tx, direction);
    for (;;) {
        enum http_read read = direction == TO_SERVER ? http_reader_line(&way->reader, &line)
                                                     : http_reader_line_or_cr(&way->reader, &line);
        if (read == HTTP_READ_LATER)
            return STEP_WAIT;
        if (read != HTTP_READ)
            return http_read_failed(s, direction, read);
        struct http_part part = {(uint32_t)head->bytes.n, (uint32_t)line.n};
        enum line_kind kind = kind_of(way, direction, line, part.at == head->fields_from);
        if (!http_head_append(s, head, line))
            return STEP_ERROR;
        if (kind == LINE_END)
            return over(s, direction, part.at);
        if (kind == LINE_FIELD && take_line(s, direction, part) != STEP_ON)
            return STEP_ERROR;
    }
}
