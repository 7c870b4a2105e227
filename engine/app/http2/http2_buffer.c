/*
 * What the rules see of HTTP/2. Requests show their fields as soon as a block of them is there; answers when
 * the body begins or the stream ends, so that interim answers (RFC 9110, 15.2) and the final one are seen as
 * one. Both grow by trailers until their side has ended. All of it as Suricata 8 does.
 */
#include "app/dns/dns.h"
#include "app/http2/http2_frame_buffer.h"
#include "base/grow.h"

#include <stdlib.h>
#include <strings.h>

static enum buffer_answer give(struct slice bytes, struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = bytes, .first = true, .last = true};
    return BUFFER_HERE;
}

static bool is_name(struct slice name, const char *lower)
{
    return name.n == strlen(lower) && strncasecmp((const char *)name.p, lower, name.n) == 0;
}

static bool is_cookie(struct slice name)
{
    return is_name(name, "cookie") || is_name(name, "set-cookie");
}

static struct slice trim(struct slice s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = slice_from(s, 1);
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* The first field of that name, at or behind `from`. */
static const struct http2_field *find(const struct http2_side *side, const char *name, uint32_t *from)
{
    struct slice want = slice_str(name);
    for (uint32_t i = *from; i < side->visible; i++)
        if (!side->fields[i].is_table_size && slice_equal(http2_name(side, &side->fields[i]), want)) {
            *from = i + 1;
            return &side->fields[i];
        }
    return NULL;
}

static struct slice first_value(const struct http2_side *side, const char *name)
{
    uint32_t from = 0;
    const struct http2_field *field = find(side, name, &from);
    return field ? http2_value(side, field) : slice_of(NULL, 0);
}

/* The place of a composed buffer. `old`: it was made of as many fields as there are now. */
static struct http2_made *place_of(struct http2_side *side, enum buffer_id id, bool *old)
{
    *old = false;
    for (uint32_t i = 0; i < side->made_count; i++) {
        struct http2_made *made = &side->made[i];
        if (made->id != id)
            continue;
        *old = made->fields == side->visible;
        made->fields = side->visible;
        return made;
    }
    if (grow_array(&side->made, side->made_count, &side->made_capacity))
        return NULL;
    struct http2_made *made = &side->made[side->made_count++];
    *made = (struct http2_made){.id = (uint16_t)id, .fields = side->visible};
    return made;
}

/* "name: value\r\n"; as the rules like it without cookies, and trimmed. */
static int append_field(struct buf *b, struct slice name, struct slice value)
{
    return buf_append(b, name) || buf_append(b, slice_str(": ")) || buf_append(b, value);
}

static int make_header(const struct http2_side *side, bool raw, struct buf *b)
{
    for (uint32_t i = 0; i < side->visible; i++) {
        const struct http2_field *field = &side->fields[i];
        struct slice name = http2_name(side, field), value = http2_value(side, field);
        if (field->is_table_size || (!raw && is_cookie(name)))
            continue;
        if (append_field(b, name, raw ? value : trim(value)) || buf_append(b, slice_str("\r\n")))
            return -1;
    }
    return 0;
}

static int make_names(const struct http2_side *side, struct buf *b)
{
    int rc = buf_append(b, slice_str("\r\n"));
    for (uint32_t i = 0; i < side->visible && !rc; i++)
        if (!side->fields[i].is_table_size)
            rc = buf_append(b, http2_name(side, &side->fields[i])) || buf_append(b, slice_str("\r\n"));
    return rc || buf_append(b, slice_str("\r\n"));
}

static int make_request_line(const struct http2_side *side, struct buf *b)
{
    return buf_append(b, first_value(side, ":method")) || buf_append(b, slice_str(" ")) ||
           buf_append(b, first_value(side, ":path")) || buf_append(b, slice_str(" HTTP/2\r\n"));
}

static int make_response_line(const struct http2_side *side, struct buf *b)
{
    return buf_append(b, slice_str("HTTP/2 ")) || buf_append(b, first_value(side, ":status")) ||
           buf_append(b, slice_str("\r\n"));
}

/* Lower case, without user information before and port behind. */
static int make_host(struct slice raw, struct buf *b)
{
    const uint8_t *at = raw.n ? memchr(raw.p, '@', raw.n) : NULL;
    if (at)
        raw = slice_from(raw, (size_t)(at - raw.p) + 1);
    for (size_t i = raw.n; i-- > 0 && raw.p[i] != ']';) /* [2001:db8::1] has no port in it */
        if (raw.p[i] == ':') {
            raw.n = i;
            break;
        }
    for (size_t i = 0; i < raw.n; i++) {
        uint8_t c = raw.p[i];
        if (buf_append_byte(b, c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c))
            return -1;
    }
    return 0;
}

/* The values of the fields of one name. A single one is given as it is. */
static struct slice joined(struct http2_side *side, enum buffer_id id, const char *name)
{
    uint32_t from = 0;
    const struct http2_field *field = find(side, name, &from);
    if (!field)
        return slice_of(NULL, 0);
    const struct http2_field *next = find(side, name, &from);
    if (!next)
        return http2_value(side, field);
    bool old;
    struct http2_made *made = place_of(side, id, &old);
    if (!made || old)
        return made ? buf_slice(&made->bytes) : http2_value(side, field);
    buf_clear(&made->bytes);
    int rc = buf_append(&made->bytes, http2_value(side, field));
    for (; next && !rc; next = find(side, name, &from))
        rc = buf_append(&made->bytes, slice_str(", ")) || buf_append(&made->bytes, http2_value(side, next));
    return buf_slice(&made->bytes);
}

static struct slice raw_host(struct http2_side *side)
{
    struct slice host = joined(side, BUFFER_HTTP_HOST_RAW, ":authority");
    return host.p ? host : joined(side, BUFFER_HTTP_HOST_RAW, "host");
}

static int make(struct http2_side *side, enum buffer_id id, struct buf *b)
{
    switch (id) {
    case BUFFER_HTTP_HEADER:
        return make_header(side, false, b);
    case BUFFER_HTTP_HEADER_RAW:
        return make_header(side, true, b);
    case BUFFER_HTTP_HEADER_NAMES:
        return make_names(side, b);
    case BUFFER_HTTP_REQUEST_LINE:
        return make_request_line(side, b);
    case BUFFER_HTTP_RESPONSE_LINE:
        return make_response_line(side, b);
    default:
        return make_host(raw_host(side), b);
    }
}

static enum buffer_answer composed(struct http2_side *side, enum buffer_id id, struct view_buffer *out)
{
    bool old;
    struct http2_made *made = place_of(side, id, &old);
    if (!made)
        return BUFFER_NONE;
    if (!old) {
        buf_clear(&made->bytes);
        made->there = make(side, id, &made->bytes) == 0;
    }
    return made->there ? give(buf_slice(&made->bytes), out) : BUFFER_NONE;
}

static bool has_fields(const struct http2_side *side)
{
    for (uint32_t i = 0; i < side->visible; i++)
        if (!side->fields[i].is_table_size)
            return true;
    return false;
}

/* Buffers that are the value of one field; NULL for others. */
static const char *field_of(enum buffer_id id, enum direction direction)
{
    static const struct {
        enum buffer_id id;
        const char *name[DIRECTIONS];
    } fields[] = {
        {BUFFER_HTTP_USER_AGENT, {"user-agent", "user-agent"}},
        {BUFFER_HTTP_COOKIE, {"cookie", "set-cookie"}},
        {BUFFER_HTTP_ACCEPT, {"accept", "accept"}},
        {BUFFER_HTTP_ACCEPT_ENC, {"accept-encoding", "accept-encoding"}},
        {BUFFER_HTTP_ACCEPT_LANG, {"accept-language", "accept-language"}},
        {BUFFER_HTTP_CONNECTION, {"connection", "connection"}},
        {BUFFER_HTTP_CONTENT_LEN, {"content-length", "content-length"}},
        {BUFFER_HTTP_CONTENT_TYPE, {"content-type", "content-type"}},
        {BUFFER_HTTP_REFERER, {"referer", "referer"}},
        {BUFFER_HTTP_LOCATION, {"location", "location"}},
        {BUFFER_HTTP_SERVER, {"server", "server"}},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (fields[i].id == id)
            return fields[i].name[direction];
    return NULL;
}

static enum buffer_answer give_there(struct slice bytes, struct view_buffer *out)
{
    return bytes.p ? give(bytes, out) : BUFFER_NONE;
}

/* Buffers of which there is one at most. */
static enum buffer_answer single(struct http2_side *side, enum direction direction, enum buffer_id id,
                                 struct view_buffer *out)
{
    switch (id) {
    case BUFFER_HTTP_METHOD:
        return give_there(first_value(side, ":method"), out);
    case BUFFER_HTTP_URI:
    case BUFFER_HTTP_URI_RAW:
        return give_there(first_value(side, ":path"), out);
    case BUFFER_HTTP_STAT_CODE:
        return give_there(first_value(side, ":status"), out);
    case BUFFER_HTTP_STAT_MSG: /* there is none (RFC 9113, 8.3.2) */
        return give(slice_str(""), out);
    case BUFFER_HTTP_PROTOCOL:
        return give(slice_str("HTTP/2"), out);
    case BUFFER_HTTP_HEADER:
    case BUFFER_HTTP_HEADER_RAW:
    case BUFFER_HTTP_HEADER_NAMES:
        return has_fields(side) ? composed(side, id, out) : BUFFER_NONE;
    case BUFFER_HTTP_REQUEST_LINE:
    case BUFFER_HTTP_RESPONSE_LINE:
        return composed(side, id, out);
    case BUFFER_HTTP_HOST_RAW:
        return give_there(raw_host(side), out);
    case BUFFER_HTTP_HOST:
        return raw_host(side).p ? composed(side, id, out) : BUFFER_NONE;
    default: {
        const char *name = field_of(id, direction);
        return name ? give_there(joined(side, id, name), out) : BUFFER_NONE;
    }
    }
}

/* The index-th field, as a name or as "name: value". */
static enum buffer_answer one_field(struct http2_side *side, enum buffer_id id, unsigned index,
                                    struct view_buffer *out)
{
    uint32_t i = 0;
    for (; i < side->visible; i++)
        if (!side->fields[i].is_table_size && index-- == 0)
            break;
    if (i == side->visible)
        return BUFFER_NONE;
    const struct http2_field *field = &side->fields[i];
    if (id == BUFFER_HTTP2_HEADER_NAME)
        return give(http2_name(side, field), out);
    bool old;
    struct http2_made *made = place_of(side, id, &old);
    if (!made)
        return BUFFER_NONE;
    buf_clear(&made->bytes);
    if (append_field(&made->bytes, http2_name(side, field), http2_value(side, field)))
        return BUFFER_NONE;
    return give(buf_slice(&made->bytes), out);
}

static bool number_kind(enum buffer_id id, enum http2_number *kind)
{
    switch (id) {
    case BUFFER_HTTP2_FRAMETYPE:
        *kind = HTTP2_NUMBER_FRAMETYPE;
        return true;
    case BUFFER_HTTP2_ERRORCODE:
        *kind = HTTP2_NUMBER_ERRORCODE;
        return true;
    case BUFFER_HTTP2_PRIORITY:
        *kind = HTTP2_NUMBER_PRIORITY;
        return true;
    case BUFFER_HTTP2_WINDOW:
        *kind = HTTP2_NUMBER_WINDOW;
        return true;
    case BUFFER_HTTP2_SIZE_UPDATE:
        *kind = HTTP2_NUMBER_SIZE_UPDATE;
        return true;
    case BUFFER_HTTP2_SETTINGS:
        *kind = HTTP2_NUMBER_SETTING;
        return true;
    default:
        return false;
    }
}

/* Rules about nothing but numbers look at them once: what comes later is there for others. */
static enum buffer_answer number(const struct http2_tx *tx, enum direction direction, enum http2_number kind,
                                 unsigned index, struct view_buffer *out)
{
    const struct http2_side *side = &tx->sides[direction];
    const struct http2_numbers *numbers = &side->numbers[kind];
    if (index >= numbers->count)
        return tx->tx.complete[direction] ? BUFFER_NONE : BUFFER_LATER;
    bool late = side->numbers_shut && index >= numbers->shown;
    *out = (struct view_buffer){.number = numbers->list[index], .first = true, .last = true, .late = late};
    return BUFFER_HERE;
}

static enum buffer_answer body(struct http2_tx *tx, enum direction direction, unsigned index,
                               struct view_buffer *out)
{
    struct http2_side *side = &tx->sides[direction];
    if (tx->tx.complete[direction])
        side->body.complete = true;
    return app_body_view(&side->body, index, &http2_body_limits, out);
}

static enum buffer_answer dns(struct app_session *s, struct http2_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    struct dns_tx *message = tx->sides[direction].dns;
    if (message)
        return dns_buffer(s, &message->tx, direction, id, index, out);
    return tx->tx.complete[direction] ? BUFFER_NONE : BUFFER_LATER;
}

static bool fields_are_shown(const struct http2_tx *tx, enum direction direction)
{
    const struct http2_side *side = &tx->sides[direction];
    if (tx->tx.complete[direction])
        return true;
    return direction == TO_SERVER ? side->visible > 0 : side->body_begun;
}

enum buffer_answer http2_buffer(struct app_session *s, struct app_tx *app_tx, enum direction direction,
                                enum buffer_id id, unsigned index, struct view_buffer *out)
{
    struct http2_tx *tx = (struct http2_tx *)app_tx;
    struct http2_side *side = &tx->sides[direction];
    enum http2_number kind;
    if (http2_is_frame_buffer(id))
        return http2_frame_buffer(tx, id, index, out);
    if (tx->is_frame)
        return BUFFER_LATER; /* it is not absent: it is elsewhere */
    if (number_kind(id, &kind))
        return number(tx, direction, kind, index, out);
    if (id == BUFFER_FILE_DATA &&
        direction == TO_SERVER) /* as in Suricata, which has http.request_body for it */
        return BUFFER_NONE;
    if (id == BUFFER_HTTP_REQUEST_BODY || id == BUFFER_HTTP_RESPONSE_BODY || id == BUFFER_FILE_DATA)
        return body(tx, direction, index, out);
    if (id == BUFFER_FILE || id == BUFFER_FILE_MAGIC)
        return app_file_buffer(s, app_tx, direction, id, index, out);
    if (buffer_info(id)->protocols >> APP_DNS & 1)
        return dns(s, tx, direction, id, index, out);
    enum buffer_answer last = app_tx->complete[direction] ? BUFFER_NONE : BUFFER_LATER;
    if (!fields_are_shown(tx, direction))
        return last;
    enum buffer_answer answer = BUFFER_NONE;
    if (id == BUFFER_HTTP_REQUEST_HEADER || id == BUFFER_HTTP_RESPONSE_HEADER ||
        id == BUFFER_HTTP2_HEADER_NAME)
        answer = one_field(side, id, index, out);
    else if (!index)
        answer = single(side, direction, id, out);
    return answer == BUFFER_NONE ? last : answer;
}

static bool same_numbers(const struct http2_side *a, const struct http2_side *b)
{
    if (a->numbers_shut != b->numbers_shut)
        return false;
    for (int i = 0; i < HTTP2_NUMBER_KINDS; i++) {
        const struct http2_numbers *one = &a->numbers[i], *other = &b->numbers[i];
        uint32_t count = one->count;
        if (count != other->count || (a->numbers_shut && one->shown != other->shown) ||
            (count && memcmp(one->list, other->list, count * sizeof one->list[0]) != 0))
            return false;
    }
    return true;
}

static bool same_fields(const struct http2_side *a, const struct http2_side *b)
{
    if (a->visible != a->field_count || b->visible != b->field_count || a->visible != b->visible ||
        !slice_equal(buf_slice(&a->text), buf_slice(&b->text)))
        return false;
    for (uint32_t i = 0; i < a->visible; i++) {
        const struct http2_field *one = &a->fields[i], *other = &b->fields[i];
        if (one->name != other->name || one->name_n != other->name_n || one->value != other->value ||
            one->value_n != other->value_n || one->is_table_size != other->is_table_size)
            return false;
    }
    return true;
}

static bool has_body(const struct http2_tx *tx, const struct http2_side *side)
{
    return tx->tx.files || side->body_begun || side->dns || side->dns_body || side->body.total;
}

/* Only of whole messages that are nothing but fields and numbers. */
bool http2_alike(const struct app_tx *app_one, const struct app_tx *app_other, enum direction direction)
{
    const struct http2_tx *one = (const struct http2_tx *)app_one,
                          *other = (const struct http2_tx *)app_other;
    const struct http2_side *a = &one->sides[direction], *b = &other->sides[direction];
    return !one->is_frame && !other->is_frame && app_one->complete[direction] &&
           app_other->complete[direction] &&
           app_one->complete[!direction] == app_other->complete[!direction] &&
           app_one->event_count == app_other->event_count &&
           !memcmp(app_one->events, app_other->events, app_one->event_count * sizeof app_one->events[0]) &&
           !has_body(one, a) && !has_body(other, b) && same_numbers(a, b) && same_fields(a, b);
}

struct slice http2_header(const struct http2_tx *tx, enum direction direction, const char *name)
{
    return first_value(&tx->sides[direction], name);
}
