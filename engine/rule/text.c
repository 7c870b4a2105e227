#include "rule/keyword.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

static bool blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice text_trim(struct slice s)
{
    while (s.n && blank(s.p[0]))
        s = slice_from(s, 1);
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool text_negated(struct slice *s)
{
    struct slice t = text_trim(*s);
    if (!t.n || t.p[0] != '!')
        return false;
    *s = text_trim(slice_from(t, 1));
    return true;
}

bool text_unquote(struct slice *s)
{
    if (s->n < 2 || s->p[0] != '"' || s->p[s->n - 1] != '"')
        return false;
    *s = slice_of(s->p + 1, s->n - 2);
    return true;
}

bool text_equal(struct slice s, const char *word)
{
    return s.n == strlen(word) && (s.n == 0 || strncasecmp((const char *)s.p, word, s.n) == 0);
}

bool text_field(struct slice *rest, char separator, struct slice *field)
{
    if (!rest->p)
        return false;
    const uint8_t *at = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
    if (at) {
        *field = text_trim(slice_of(rest->p, (size_t)(at - rest->p)));
        *rest = slice_of(at + 1, rest->n - (size_t)(at - rest->p) - 1);
    } else {
        *field = text_trim(*rest);
        *rest = slice_of(NULL, 0);
    }
    return true;
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

bool text_uint(struct slice s, uint64_t most, uint64_t *value)
{
    unsigned base = 10;
    if (s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X')) {
        base = 16;
        s = slice_from(s, 2);
    }
    if (!s.n)
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned d = (unsigned)digit(s.p[i]);
        if (d >= base || v > (UINT64_MAX - d) / base)
            return false;
        v = v * base + d;
    }
    if (v > most)
        return false;
    *value = v;
    return true;
}

bool text_uint_begin(struct slice s, uint64_t most, uint64_t *value)
{
    size_t n = 0;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return text_uint(slice_first(s, n), most, value);
}

struct slice text_skip_plus(struct slice s)
{
    return s.n > 1 && s.p[0] == '+' ? slice_from(s, 1) : s;
}

char *text_dup(struct slice s)
{
    char *copy = malloc(s.n + 1);
    if (!copy)
        return NULL;
    if (s.n)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return copy;
}

bool text_uint_unit(struct slice s, uint64_t most, uint64_t *value)
{
    static const struct {
        const char *name;
        unsigned shift;
    } units[] = {{"kib", 10}, {"mib", 20}, {"gib", 30}, {"kb", 10}, {"mb", 20}, {"gb", 30}};
    unsigned shift = 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t n = strlen(units[i].name);
        if (s.n <= n || !text_equal(slice_from(s, s.n - n), units[i].name))
            continue;
        shift = units[i].shift;
        s = text_trim(slice_first(s, s.n - n));
        if (s.n > 1 && (s.p[1] | 0x20) == 'x')
            return false;
        break;
    }
    uint64_t v;
    if (!text_uint(s, most >> shift, &v))
        return false;
    *value = v << shift;
    return true;
}

/* 1-9 or 1<>9. */
static bool parse_ends(struct slice s, uint64_t most, struct uint_condition *out)
{
    bool negated = text_negated(&s);
    for (size_t i = 1; i + 1 < s.n; i++) {
        size_t length = s.p[i] == '-' ? 1 : s.p[i] == '<' && s.p[i + 1] == '>' ? 2 : 0;
        if (!length)
            continue;
        out->compare = negated ? UINT_NOT_RANGE : UINT_RANGE;
        return text_uint_unit(text_trim(slice_first(s, i)), most, &out->a) &&
               text_uint_unit(text_trim(slice_from(s, i + length)), most, &out->b) && out->a < out->b;
    }
    return false;
}

/* Both ends are excluded: something must lie between them. */
static bool parse_range(struct slice s, uint64_t most, struct uint_condition *out)
{
    return parse_ends(s, most, out) && out->b - out->a > 1;
}

/* &mask=value or &mask!=value. */
static bool parse_bits(struct slice s, uint64_t most, struct uint_condition *out)
{
    if (!s.n || s.p[0] != '&')
        return false;
    s = slice_from(s, 1);
    const uint8_t *equal = s.n ? memchr(s.p, '=', s.n) : NULL;
    if (!equal)
        return false;
    size_t at = (size_t)(equal - s.p);
    bool negated = at && s.p[at - 1] == '!';
    out->compare = negated ? UINT_NOT_BITS : UINT_BITS;
    return text_uint_unit(text_trim(slice_first(s, at - negated)), most, &out->a) &&
           text_uint_unit(text_trim(slice_from(s, at + 1)), most, &out->b);
}

struct prefix {
    const char *text;
    enum uint_compare compare;
};

static const struct prefix prefixes[] = {
    {"<=", UINT_LESS_EQUAL}, {">=", UINT_GREATER_EQUAL}, {"!=", UINT_NOT_EQUAL}, {"<", UINT_LESS},
    {">", UINT_GREATER},     {"=", UINT_EQUAL},          {"!", UINT_NOT_EQUAL},  {"", UINT_EQUAL},
};

static bool parse_compared(struct slice s, uint64_t most, struct uint_condition *out)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t n = strlen(prefixes[i].text);
        if (s.n < n || (n && memcmp(s.p, prefixes[i].text, n) != 0))
            continue;
        out->compare = prefixes[i].compare;
        return text_uint_unit(text_trim(slice_from(s, n)), most, &out->a);
    }
    return false;
}

/* Suricata refuses the comparisons that nothing, or everything, satisfies. */
static bool pointless(const struct uint_condition *c, uint64_t most)
{
    switch (c->compare) {
    case UINT_LESS:
    case UINT_GREATER_EQUAL:
        return c->a == 0;
    case UINT_GREATER:
    case UINT_LESS_EQUAL:
        return c->a == most;
    default:
        return false;
    }
}

static int parse_rest(struct slice s, uint64_t most, struct uint_condition *out, struct err *err)
{
    if (!parse_compared(s, most, out))
        return err_set(err, -EINVAL,
                       "expected a number up to %llu, or a condition such as <5, >=5, !5, 1-9 or &6=4",
                       (unsigned long long)most);
    if (pointless(out, most))
        return err_set(err, -EINVAL, "no number, or every number, up to %llu satisfies this condition",
                       (unsigned long long)most);
    return 0;
}

int uint_condition_parse(struct slice s, uint64_t most, struct uint_condition *out, struct err *err)
{
    s = text_trim(s);
    return parse_range(s, most, out) || parse_bits(s, most, out) ? 0 : parse_rest(s, most, out, err);
}

int uint_condition_parse_inclusive(struct slice s, uint64_t most, struct uint_condition *out, struct err *err)
{
    s = text_trim(s);
    if (!parse_ends(s, most, out) || !out->a || out->b == most)
        return parse_rest(s, most, out, err);
    out->a--;
    out->b++;
    return 0;
}

bool uint_compare_parse(struct slice s, enum uint_compare *compare)
{
    for (size_t i = 0; s.n && i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (slice_equal(s, slice_str(prefixes[i].text))) {
            *compare = prefixes[i].compare;
            return true;
        }
    return false;
}

void uint_condition_span(const struct uint_condition *c, uint64_t *least, uint64_t *most)
{
    *least = 0;
    *most = UINT64_MAX;
    switch (c->compare) {
    case UINT_EQUAL:
        *least = *most = c->a;
        return;
    case UINT_LESS:
        *most = c->a ? c->a - 1 : 0;
        return;
    case UINT_LESS_EQUAL:
        *most = c->a;
        return;
    case UINT_GREATER:
        *least = c->a < UINT64_MAX ? c->a + 1 : c->a;
        return;
    case UINT_GREATER_EQUAL:
        *least = c->a;
        return;
    case UINT_RANGE:
        *least = c->a + 1;
        *most = c->b - 1;
        return;
    default:
        return;
    }
}

bool uint_condition_holds(const struct uint_condition *c, uint64_t v)
{
    switch (c->compare) {
    case UINT_EQUAL:
        return v == c->a;
    case UINT_NOT_EQUAL:
        return v != c->a;
    case UINT_LESS:
        return v < c->a;
    case UINT_LESS_EQUAL:
        return v <= c->a;
    case UINT_GREATER:
        return v > c->a;
    case UINT_GREATER_EQUAL:
        return v >= c->a;
    case UINT_RANGE:
        return v > c->a && v < c->b;
    case UINT_NOT_RANGE:
        return v <= c->a || v >= c->b;
    case UINT_BITS:
        return (v & c->a) == c->b;
    case UINT_NOT_BITS:
        return (v & c->a) != c->b;
    }
    return false;
}
