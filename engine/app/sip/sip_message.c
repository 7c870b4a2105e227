#include "app/sip/sip_message.h"

#include "app/header_value.h"
#include "app/line.h"
#include "app/sip/sdp.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct part {
    const char *name; /* of a field */
    char letter;
    bool of_media;
};

static const struct part parts[SIP_PARTS] = {
#define FIELD(id, name, letter)    {name, letter, false},
#define LINE(id, letter, of_media) {NULL, letter, of_media},
#include "app/sip/sip_part_list.h"
#undef FIELD
#undef LINE
};

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* RFC 3261, 25.1. */
static bool is_token(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
           (c && strchr("-.!%*_+`'~", c) != NULL);
}

/* Takes what lies before the next blank, and the blank. False when there is nothing, or no blank. */
static bool take_word(struct slice *rest, struct slice *word)
{
    const uint8_t *blank = rest->n ? memchr(rest->p, ' ', rest->n) : NULL;
    *word = slice_first(*rest, blank ? (size_t)(blank - rest->p) : 0);
    *rest = slice_from(*rest, word->n + 1);
    return word->n > 0;
}

/* "SIP/2.0", or another number. */
static bool is_version(struct slice s)
{
    size_t at = 4, digits;
    if (s.n < at || memcmp(s.p, "SIP/", at) != 0)
        return false;
    for (digits = 0; at < s.n && is_digit(s.p[at]); at++)
        digits++;
    if (!digits || at >= s.n || s.p[at++] != '.')
        return false;
    for (digits = 0; at < s.n && is_digit(s.p[at]); at++)
        digits++;
    return digits && at == s.n;
}

static bool is_method(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_token(s.p[i]))
            return false;
    return true;
}

/* RFC 3261, 7.1: the target has no blanks. */
static bool read_request(struct slice line, struct sip_start *out)
{
    struct slice rest = line;
    if (!take_word(&rest, &out->method) || !is_method(out->method) || !take_word(&rest, &out->uri))
        return false;
    out->version = rest;
    return is_version(rest);
}

/* RFC 3261, 7.2. */
static bool read_response(struct slice line, struct sip_start *out)
{
    enum { CODE = 3 };
    struct slice rest = line;
    if (!take_word(&rest, &out->version) || !is_version(out->version) || rest.n < CODE)
        return false;
    out->code = slice_first(rest, CODE);
    out->reason = slice_from(rest, CODE + 1);
    return is_method(out->code) && (rest.n == CODE || rest.p[CODE] == ' ');
}

bool sip_start_read(struct slice line, struct sip_start *out)
{
    line = line_without_end(line);
    *out = (struct sip_start){.line = line};
    if (line.n > 4 && memcmp(line.p, "SIP/", 4) == 0)
        return read_response(line, out);
    return read_request(line, out);
}

/* With its end, as far as there is one. */
static struct slice first_line(struct slice s)
{
    const uint8_t *end = s.n ? memchr(s.p, '\n', s.n) : NULL;
    return slice_first(s, end ? (size_t)(end - s.p) + 1 : s.n);
}

static size_t empty_line(struct slice s)
{
    if (s.n && s.p[0] == '\n')
        return 1;
    return s.n > 1 && s.p[0] == '\r' && s.p[1] == '\n' ? 2 : 0;
}

size_t sip_head_end(struct slice bytes, size_t *searched)
{
    while (*searched < bytes.n) {
        const uint8_t *end = memchr(bytes.p + *searched, '\n', bytes.n - *searched);
        if (!end) {
            *searched = bytes.n;
            return 0;
        }
        size_t next = (size_t)(end - bytes.p) + 1;
        struct slice rest = slice_from(bytes, next);
        size_t empty = empty_line(rest);
        if (empty)
            return next + empty;
        if (rest.n < 2) { /* the next line may still be empty: this end is looked at again */
            *searched = next - 1;
            return 0;
        }
        *searched = next;
    }
    return 0;
}

bool sip_message_read(struct slice bytes, struct sip_message *out)
{
    *out = (struct sip_message){.all = bytes};
    struct slice line = first_line(bytes);
    if (!sip_start_read(line, &out->start))
        return false;
    size_t searched = line.n - (line.n > 0);
    size_t head = sip_head_end(bytes, &searched);
    out->first_line = line;
    if (!head) {
        out->fields = slice_from(bytes, line.n);
        return true;
    }
    out->body = slice_from(bytes, head);
    size_t fields = head - line.n;
    size_t empty = fields > 1 && bytes.p[head - 2] == '\r' ? 2 : 1;
    out->fields = slice_first(slice_from(bytes, line.n), fields - empty);
    return true;
}

/* A field with the lines that continue it (RFC 3261, 7.3.1). */
static struct slice take_field(struct slice *rest)
{
    struct slice field = first_line(*rest);
    while (field.n < rest->n && (rest->p[field.n] == ' ' || rest->p[field.n] == '\t'))
        field.n += first_line(slice_from(*rest, field.n)).n;
    *rest = slice_from(*rest, field.n);
    return field;
}

static bool is_named(const struct part *part, struct slice name)
{
    if (!part->name)
        return false;
    return header_is(name, part->name) ||
           (part->letter && name.n == 1 && (name.p[0] | 0x20) == (uint8_t)part->letter);
}

static void tell_field(struct slice field, sip_part_fn tell, void *ctx)
{
    const uint8_t *colon = memchr(field.p, ':', field.n);
    if (!colon)
        return;
    size_t n = (size_t)(colon - field.p);
    struct slice name = header_trimmed(slice_first(field, n));
    for (size_t i = 0; i < COUNT(parts); i++)
        if (is_named(&parts[i], name)) {
            tell(ctx, (enum sip_part)i, header_trimmed(slice_from(field, n + 1)));
            return;
        }
}

static void tell_fields(struct slice fields, sip_part_fn tell, void *ctx)
{
    while (fields.n)
        tell_field(take_field(&fields), tell, ctx);
}

static void tell_line(const struct sdp_line *line, bool of_media, sip_part_fn tell, void *ctx)
{
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!parts[i].name && parts[i].letter == line->letter && parts[i].of_media == of_media) {
            tell(ctx, (enum sip_part)i, line->value);
            return;
        }
}

void sip_parts(const struct sip_message *message, sip_part_fn tell, void *ctx)
{
    struct slice rest = message->body;
    struct sdp_line line;
    bool of_media = false;
    tell_fields(message->fields, tell, ctx);
    if (!sdp_is(rest))
        return;
    while (sdp_next(&rest, &line)) {
        of_media |= line.letter == 'm';
        tell_line(&line, of_media, tell, ctx);
    }
}

struct length {
    bool known;
    uint64_t value;
};

static void tell_length(void *ctx, enum sip_part part, struct slice value)
{
    enum { DIGITS = 18 };
    struct length *length = ctx;
    uint64_t number = 0;
    if (part != SIP_CONTENT_LENGTH || length->known || !value.n || value.n > DIGITS)
        return;
    for (size_t i = 0; i < value.n; i++) {
        if (!is_digit(value.p[i]))
            return;
        number = number * 10 + (uint64_t)(value.p[i] - '0');
    }
    *length = (struct length){true, number};
}

uint64_t sip_content_length(const struct sip_message *message)
{
    struct length length = {0};
    tell_fields(message->fields, tell_length, &length);
    return length.value;
}
