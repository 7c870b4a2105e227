#include "rule/keyword/pcre_text.h"

#include <errno.h>

enum { PATTERN_MOST = 8192 }; /* bytes; Suricata's lines are limited to about as much */

static int flag_bits(uint8_t c)
{
    switch (c) {
    case 'i':
        return PCRE_CASELESS;
    case 's':
        return PCRE_DOTALL;
    case 'm':
        return PCRE_MULTILINE;
    case 'x':
        return PCRE_EXTENDED;
    case 'A':
        return PCRE_ANCHORED;
    case 'E':
        return PCRE_DOLLAR_ENDONLY;
    case 'G':
        return PCRE_UNGREEDY;
    case 'R':
        return PCRE_RELATIVE;
    case 'O':
        return PCRE_RAISED_LIMIT;
    case 'B': /* raw bytes: what the raw buffers hold anyway */
        return 0;
    default:
        return -1;
    }
}

/* The flags that name a buffer of http. */
static enum buffer_id flag_buffer(uint8_t c)
{
    static const struct {
        char flag;
        enum buffer_id buffer;
    } flags[] = {
        {'U', BUFFER_HTTP_URI},           {'I', BUFFER_HTTP_URI_RAW},    {'P', BUFFER_HTTP_REQUEST_BODY},
        {'Q', BUFFER_HTTP_RESPONSE_BODY}, {'H', BUFFER_HTTP_HEADER},     {'D', BUFFER_HTTP_HEADER_RAW},
        {'M', BUFFER_HTTP_METHOD},        {'C', BUFFER_HTTP_COOKIE},     {'S', BUFFER_HTTP_STAT_CODE},
        {'Y', BUFFER_HTTP_STAT_MSG},      {'V', BUFFER_HTTP_USER_AGENT}, {'W', BUFFER_HTTP_HOST},
        {'Z', BUFFER_HTTP_HOST_RAW},
    };
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if ((uint8_t)flags[i].flag == c)
            return flags[i].buffer;
    return BUFFER_PAYLOAD;
}

static int parse_flags(const struct option *option, struct slice flags, struct pcre_text *out,
                       struct err *err)
{
    for (size_t i = 0; i < flags.n; i++) {
        int bits = flag_bits(flags.p[i]);
        if (bits >= 0) {
            out->flags |= (uint32_t)bits;
            continue;
        }
        err->column = option->column + (unsigned)(flags.p + i - option->value.p);
        enum buffer_id buffer = flag_buffer(flags.p[i]);
        if (buffer != BUFFER_PAYLOAD && out->buffer != BUFFER_PAYLOAD && out->buffer != buffer)
            return err_set(err, -EINVAL, "two flags that name buffers: a pcre looks into one");
        if (buffer != BUFFER_PAYLOAD) {
            out->buffer = buffer;
            continue;
        }
        return err_set(
            err, -EINVAL,
            "'%c' is not a pcre flag: expected some of i s m x A E G R B O U I P Q H D M C S Y V W Z",
            flags.p[i]);
    }
    return 0;
}

/* The slash that ends the pattern: the last one that only flags (and capture names) follow. */
static bool find_end(struct slice text, size_t *end, struct slice *flags, struct slice *captures)
{
    for (size_t i = text.n; i-- > 1;) {
        if (text.p[i] != '/')
            continue;
        *end = i;
        *flags = slice_from(text, i + 1);
        *captures = slice_of(NULL, 0);
        const uint8_t *comma = flags->n ? memchr(flags->p, ',', flags->n) : NULL;
        if (comma) {
            *captures = slice_from(*flags, (size_t)(comma - flags->p) + 1);
            flags->n = (size_t)(comma - flags->p);
        }
        return true;
    }
    return false;
}

int pcre_text_parse(const struct option *option, struct pcre_text *out, struct err *err)
{
    struct slice text = option->value, flags, captures;
    size_t end;
    *out = (struct pcre_text){.negated = text_negated(&text)};
    text_unquote(&text);
    const uint8_t *slash = text.n ? memchr(text.p, '/', text.n) : NULL;
    if (slash) /* as Suricata: what stands before it is passed over */
        text = slice_from(text, (size_t)(slash - text.p));
    if (text.n < 2 || text.p[0] != '/' || !find_end(text, &end, &flags, &captures))
        return err_set(err, -EINVAL, "expected a regular expression between slashes: pcre:\"/.../flags\"");
    out->pattern = slice_of(text.p + 1, end - 1);
    if (out->pattern.n > PATTERN_MOST)
        return err_set(err, -EINVAL, "a regular expression has at most %d bytes", PATTERN_MOST);
    out->captures = captures;
    return parse_flags(option, flags, out, err);
}
