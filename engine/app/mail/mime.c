/*
 *   HEADER --empty line--> BODY --boundary--> HEADER of a part --empty line--> BODY ...
 *                            `-- of a message/rfc822: HEADER of that message
 *
 * 1. A field is told when the line after it is no continuation.
 * 2. Boundaries of all multiparts that are open are looked for, in headers too, those of the innermost first;
 * a multipart is left when the boundary of one around it comes, so that one which closes early hides nothing.
 * 3. The line end before a boundary belongs to the boundary: it waits for the next line.
 */
#include "app/mail/mime.h"

#include "app/header_value.h"
#include "app/line.h"

enum { MAIL_LINE_MOST = 998 /* RFC 5322, 2.1.1 */, ENCODED_LINE_MOST = 76 /* RFC 2045, 6.7 and 6.8 */ };

static void tell_file(struct mime *m, struct slice bytes, const struct mime_sink *sink)
{
    if (m->in_file && bytes.n)
        sink->file_data(sink->ctx, bytes);
}

/* Decoded text comes in pieces of any length; lines of it are told. */
static void add_text(struct mime *m, struct slice bytes, const struct mime_sink *sink)
{
    while (bytes.n) {
        const uint8_t *end = memchr(bytes.p, '\n', bytes.n);
        size_t n = end ? (size_t)(end - bytes.p) + 1 : bytes.n, room = MIME_TEXT_MOST - m->text.n;
        bool full = n >= room;
        struct slice piece = slice_first(bytes, full ? room : n);
        if (buf_append(&m->text, piece))
            return;
        bytes = slice_from(bytes, piece.n);
        if (!end && !full)
            return;
        sink->text(sink->ctx, buf_slice(&m->text));
        buf_clear(&m->text);
    }
}

static void give_decoded(struct mime *m, const struct mime_sink *sink)
{
    struct slice bytes = buf_slice(&m->decoded);
    tell_file(m, bytes, sink);
    if (m->part.is_text && m->part.encoding == MIME_BASE64)
        add_text(m, bytes, sink);
}

static void hold_line_end(struct mime *m, struct slice end)
{
    m->line_end_length = (uint8_t)end.n;
    if (end.n)
        memcpy(m->line_end, end.p, end.n);
}

/* As in Suricata the end of a line that holds something is part of it; that of an empty one belongs to a
 * boundary behind it. */
static enum decode_answer decode_printable(struct mime *m, struct slice bare, struct slice end)
{
    bool soft;
    if (buf_append(&m->decoded, slice_of(m->line_end, m->line_end_length)))
        return DECODE_NO_MEMORY;
    hold_line_end(m, bare.n ? slice_first(end, 0) : end);
    enum decode_answer answer = qp_decode_line(bare, &m->decoded, &soft);
    bool ends = bare.n && !soft && answer != DECODE_NO_MEMORY;
    return ends && buf_append(&m->decoded, end) ? DECODE_NO_MEMORY : answer;
}

static void decode(struct mime *m, struct slice line, const struct mime_sink *sink)
{
    enum decode_answer answer;
    bool base64 = m->part.encoding == MIME_BASE64;
    struct slice bare = line_without_end(line);
    buf_clear(&m->decoded);
    if (bare.n > ENCODED_LINE_MOST)
        sink->event(sink->ctx, APP_EVENT_SMTP_MIME_LONG_ENC_LINE);
    answer = base64 ? base64_decode_piece(&m->base64, bare, &m->decoded)
                    : decode_printable(m, bare, slice_from(line, bare.n));
    if (answer == DECODE_BROKEN)
        sink->event(sink->ctx, base64 ? APP_EVENT_SMTP_MIME_INVALID_BASE64 : APP_EVENT_SMTP_MIME_INVALID_QP);
    give_decoded(m, sink);
}

static void plain_data(struct mime *m, struct slice line, const struct mime_sink *sink)
{
    struct slice bare = line_without_end(line);
    tell_file(m, slice_of(m->line_end, m->line_end_length), sink);
    tell_file(m, bare, sink);
    hold_line_end(m,
                  line.n > bare.n ? slice_str("\r\n") : slice_first(line, 0)); /* as there, whatever it was */
}

static void body_line(struct mime *m, struct slice line, const struct mime_sink *sink)
{
    bool base64 = m->part.encoding == MIME_BASE64;
    if (m->part.is_text && !base64)
        sink->text(sink->ctx, line);
    if (m->part.encoding != MIME_PLAIN && (m->in_file || (base64 && m->part.is_text)))
        decode(m, line, sink);
    else if (m->in_file)
        plain_data(m, line, sink);
}

static void end_part(struct mime *m, bool whole, const struct mime_sink *sink)
{
    buf_clear(&m->decoded);
    if (m->part.encoding == MIME_BASE64 && base64_decode_rest(&m->base64, &m->decoded) == DECODE_FINE)
        give_decoded(m, sink);
    if (m->text.n)
        sink->text(sink->ctx, buf_slice(&m->text));
    buf_clear(&m->text);
    if (m->in_file)
        sink->file_end(sink->ctx, whole);
    m->in_file = false;
    m->line_end_length = 0;
}

static void begin_header(struct mime *m)
{
    struct buf name = m->part.name;
    buf_clear(&name);
    m->part = (struct mime_part){.name = name};
    m->in_body = false;
}

static void push_boundary(struct mime *m, struct slice boundary)
{
    boundary = slice_first(boundary, MIME_BOUNDARY_MOST);
    if (m->depth < MIME_DEPTH_MOST && !buf_append(&m->boundaries, boundary))
        m->boundary_lengths[m->depth++] = (uint16_t)boundary.n;
}

static void end_field(struct mime *m, const struct mime_sink *sink)
{
    struct slice field = buf_slice(&m->field), boundary = {NULL, 0};
    const uint8_t *colon = field.n ? memchr(field.p, ':', field.n) : NULL;
    if (colon) {
        struct slice name = slice_first(field, (size_t)(colon - field.p));
        struct slice value = slice_from(field, name.n + 1);
        while (value.n && (value.p[0] == ' ' || value.p[0] == '\t'))
            value = slice_from(value, 1);
        if (!value.p) /* there is one, of no bytes */
            value = slice_of(field.p + field.n, 0);
        if (!m->in_part)
            sink->field(sink->ctx, name, value);
        mime_part_field(&m->part, name, value, sink, &boundary);
        if (boundary.p)
            push_boundary(m, boundary);
    }
    buf_clear(&m->field);
}

static void end_header(struct mime *m, const struct mime_sink *sink)
{
    end_field(m, sink);
    if (!m->fields_told)
        sink->fields_end(sink->ctx);
    m->fields_told = m->in_part = true;
    if (m->part.is_message) { /* whatever its encoding: RFC 2046, 5.2.1 allows none */
        begin_header(m);
        return;
    }
    m->in_body = true;
    m->base64 = (struct base64_decoder){0};
    m->line_end_length = 0;
    if (!m->part.typed)
        m->part.is_text = true; /* RFC 2045, 5.2 */
    m->in_file = m->part.name.n > 0;
    if (m->in_file)
        sink->file_begin(sink->ctx, buf_slice(&m->part.name));
}

static void check_field(struct slice line, bool begins, const struct mime_sink *sink)
{
    enum { NAME_MOST = 75 };
    const uint8_t *colon = begins && line.n ? memchr(line.p, ':', line.n) : NULL;
    size_t name = colon ? (size_t)(colon - line.p) : 0;
    size_t value = line.n - name;
    if (name > NAME_MOST)
        sink->event(sink->ctx, APP_EVENT_SMTP_MIME_LONG_HEADER_NAME);
    if (value > MIME_VALUE_MOST + 2)
        sink->event(sink->ctx, APP_EVENT_SMTP_MIME_LONG_HEADER_VALUE);
}

static void add_to_field(struct mime *m, struct slice bytes)
{
    /* Short of memory the field is cut, as a long one is. */
    (void)!buf_append(&m->field, slice_first(bytes, MIME_FIELD_MOST - m->field.n));
}

/* RFC 5322, 2.2.3. As in Suricata a continuation loses its first blank. */
static void header_line(struct mime *m, struct slice line, bool begins, const struct mime_sink *sink)
{
    struct slice bare = line_without_end(line);
    bool folded = begins && m->field.n && bare.n && (bare.p[0] == ' ' || bare.p[0] == '\t');
    if (begins && !bare.n) {
        end_header(m, sink);
        return;
    }
    check_field(bare, begins && !folded, sink);
    if (folded)
        bare = slice_from(bare, 1);
    else if (begins)
        end_field(m, sink);
    add_to_field(m, bare);
}

/* The multipart whose boundary the line is, from 1 on; 0 for none. The longest boundary that fits counts. */
static unsigned find_boundary(const struct mime *m, struct slice line)
{
    unsigned found = 0;
    size_t end = m->boundaries.n, longest = 0;
    if (line.n < 2 || line.p[0] != '-' || line.p[1] != '-')
        return 0;
    line = slice_of(line.p + 2, line.n - 2);
    for (unsigned d = m->depth; d; d--) {
        size_t n = m->boundary_lengths[d - 1];
        end -= n;
        if (n <= line.n && (!found || n > longest) && (!n || memcmp(m->boundaries.p + end, line.p, n) == 0)) {
            found = d;
            longest = n;
        }
    }
    return found;
}

static void leave_to(struct mime *m, unsigned depth)
{
    while (m->depth > depth)
        m->boundaries.n -= m->boundary_lengths[--m->depth];
}

/* RFC 2046, 5.1.1. Behind the last boundary is text that nobody reads, but a further boundary opens a part.
 */
static void boundary_line(struct mime *m, unsigned depth, struct slice line, const struct mime_sink *sink)
{
    if (m->in_body)
        end_part(m, true, sink);
    else
        end_field(m, sink);
    if (!m->fields_told)
        sink->fields_end(sink->ctx);
    m->fields_told = m->in_part = true;
    leave_to(m, depth);
    begin_header(m);
    size_t at = 2 + (size_t)m->boundary_lengths[depth - 1];
    if (line.n >= at + 2 && line.p[at] == '-' && line.p[at + 1] == '-') {
        m->in_body = true;
        m->part.typed = true;
    }
}

void mime_line(struct mime *m, struct slice line, bool begins, const struct mime_sink *sink)
{
    unsigned depth = begins && m->depth ? find_boundary(m, line_without_end(line)) : 0;
    if (line_without_end(line).n > MAIL_LINE_MOST)
        sink->event(sink->ctx, APP_EVENT_SMTP_MIME_LONG_LINE);
    if (depth)
        boundary_line(m, depth, line, sink);
    else if (m->in_body)
        body_line(m, line, sink);
    else
        header_line(m, line, begins, sink);
}

void mime_end(struct mime *m, bool whole, const struct mime_sink *sink)
{
    if (m->in_body)
        end_part(m, whole, sink);
}

void mime_fini(struct mime *m)
{
    buf_fini(&m->field);
    buf_fini(&m->boundaries);
    buf_fini(&m->part.name);
    buf_fini(&m->decoded);
    buf_fini(&m->text);
    *m = (struct mime){0};
}
