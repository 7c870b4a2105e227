/* What a part's header says: its type, its encoding, the name of its file (RFC 2045, RFC 2183, RFC 2231). */
#include "app/header_value.h"
#include "app/mail/mime.h"

#include <strings.h>

enum { SECTIONS_MOST = 16, BOUNDARY_WORTH_AN_EVENT = 255 };

/* The parts of a value that is written in several: filename*0=, filename*1*=. */
struct sections {
    struct slice value[SECTIONS_MOST];
    bool percent[SECTIONS_MOST];
    unsigned count;
};

static bool starts_with(struct slice s, const char *word)
{
    size_t n = strlen(word);
    return s.n >= n && strncasecmp((const char *)s.p, word, n) == 0;
}

/* "*0", "*12*" behind the parameter's name. */
static bool section_number(struct slice s, unsigned *number, bool *percent)
{
    unsigned n = 0, digits = 0;
    for (s = slice_from(s, 1); digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9' && digits < 2;
         digits++)
        n = n * 10 + (unsigned)(s.p[digits] - '0');
    *number = n;
    *percent = s.n == digits + 1 && s.p[digits] == '*';
    return digits && n < SECTIONS_MOST && (s.n == digits || *percent);
}

static void append_extended(struct buf *out, struct slice value)
{
    unsigned quotes = 0;
    for (size_t i = 0; i < value.n; i++)
        quotes += value.p[i] == '\'';
    (void)!(quotes >= 2 ? header_append_extended(out, value) : header_append_percent(out, value));
}

static void join(const struct sections *sections, struct buf *out)
{
    for (unsigned i = 0; i < SECTIONS_MOST && sections->value[i].p; i++) {
        if (!sections->percent[i])
            (void)!header_append_unquoted(out, sections->value[i]);
        else if (i)
            (void)!header_append_percent(out, sections->value[i]);
        else
            append_extended(out, sections->value[i]);
    }
}

/* Short of memory a name is cut. True when there is such a parameter, though it may be empty. */
static bool find_name(struct slice rest, const char *word, struct buf *out)
{
    struct slice name, value, plain = {NULL, 0}, extended = {NULL, 0};
    struct sections sections = {0};
    while (header_parameter(&rest, true, &name, &value)) {
        struct slice behind = starts_with(name, word) ? slice_from(name, strlen(word)) : slice_of(NULL, 0);
        unsigned number;
        bool percent;
        if (header_is(name, word) && !plain.p)
            plain = value;
        else if (behind.n == 1 && behind.p[0] == '*' && !extended.p)
            extended = value;
        else if (behind.n > 1 && behind.p[0] == '*' && section_number(behind, &number, &percent)) {
            sections.value[number] = value;
            sections.percent[number] = percent;
        }
    }
    buf_clear(out);
    if (plain.p)
        (void)!header_append_unquoted(out, plain);
    else if (extended.p)
        append_extended(out, extended);
    else
        join(&sections, out);
    return plain.p || extended.p || sections.value[0].p;
}

/* The first of the names that are given counts. */
static void take_name(struct mime_part *part, struct slice parameters, const char *word,
                      const struct mime_sink *sink)
{
    struct buf name = {0};
    if (find_name(parameters, word, &name)) {
        if (name.n > MIME_FILE_NAME_MOST)
            sink->event(sink->ctx, APP_EVENT_SMTP_MIME_LONG_FILENAME);
        if (name.n > MIME_FILE_NAME_MOST)
            name.n = MIME_FILE_NAME_MOST;
        if (!part->name.n) {
            sink->attachment(sink->ctx, buf_slice(&name));
            buf_fini(&part->name);
            part->name = name;
            return;
        }
    }
    buf_fini(&name);
}

/* Of a parameter without quotes around it, in `quoted`. */
static struct slice inside_quotes(struct slice value)
{
    if (!value.n || value.p[0] != '"')
        return value;
    value = slice_of(value.p + 1, value.n - 1);
    if (value.n && value.p[value.n - 1] == '"')
        value.n--;
    return value;
}

static void take_type(struct mime_part *part, struct slice type, struct slice parameters,
                      const struct mime_sink *sink, struct slice *boundary)
{
    struct slice name, value;
    if (part->typed)
        return;
    part->typed = true;
    part->is_text = header_is(type, "text/plain") || header_is(type, "text/html");
    part->is_message = header_is(type, "message/rfc822");
    part->is_multipart = starts_with(type, "multipart/");
    while (part->is_multipart && !boundary->p && header_parameter(&parameters, true, &name, &value))
        if (header_is(name, "boundary"))
            *boundary = inside_quotes(value);
    if (boundary->n >= BOUNDARY_WORTH_AN_EVENT)
        sink->event(sink->ctx, APP_EVENT_SMTP_MIME_LONG_BOUNDARY);
}

void mime_part_field(struct mime_part *part, struct slice name, struct slice value,
                     const struct mime_sink *sink, struct slice *boundary)
{
    const uint8_t *semicolon = value.n ? memchr(value.p, ';', value.n) : NULL;
    struct slice first =
        header_trimmed(slice_first(value, semicolon ? (size_t)(semicolon - value.p) : value.n));
    struct slice parameters = semicolon ? slice_from(value, (size_t)(semicolon - value.p)) : slice_of("", 0);
    if (header_is(name, "content-type")) {
        take_type(part, first, parameters, sink, boundary);
        take_name(part, parameters, "name", sink);
    } else if (header_is(name, "content-disposition")) {
        take_name(part, parameters, "filename", sink);
    } else if (header_is(name, "content-transfer-encoding")) {
        if (header_is(first, "base64"))
            part->encoding = MIME_BASE64;
        else if (header_is(first, "quoted-printable"))
            part->encoding = MIME_QUOTED_PRINTABLE;
    }
}
