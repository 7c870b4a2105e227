#include "rule/keyword/asn1_walk.h"

#include "base/cursor.h"
#include "base/utf8.h"

enum {
    DEPTH_MOST = 256,
    OBJECTS_MOST = 256, /* asn1-max-frames of Suricata's stock configuration */
    REAL_TEXT_MOST = 256,
    ENUMERATED_MOST = 8,
    LONG_TAG_BYTES = 5,
    LONG_TAG = 0x1f,
    INDEFINITE = 0x80,
};

enum tag { /* universal ones, X.680, 8.6 */
           TAG_BOOLEAN = 1,
           TAG_BIT_STRING = 3,
           TAG_OBJECT_DESCRIPTOR = 7,
           TAG_REAL = 9,
           TAG_ENUMERATED = 10,
           TAG_UTF8 = 12,
           TAG_SEQUENCE = 16,
           TAG_SET = 17,
           TAG_NUMERIC = 18,
           TAG_PRINTABLE = 19,
           TAG_T61 = 20,
           TAG_VIDEOTEX = 21,
           TAG_IA5 = 22,
           TAG_UTC_TIME = 23,
           TAG_TIME = 24,
           TAG_GRAPHIC = 25,
           TAG_VISIBLE = 26,
           TAG_GENERAL = 27,
           TAG_UNIVERSAL = 28,
           TAG_BMP = 30,
};

struct object {
    bool universal, constructed, indefinite;
    uint64_t tag;
    uint64_t length;
};

static bool read_tag(struct cursor *c, struct object *o)
{
    uint8_t byte;
    if (!cursor_u8(c, &byte))
        return false;
    o->universal = !(byte & 0xc0);
    o->constructed = byte & 0x20;
    o->tag = byte & LONG_TAG;
    if (o->tag != LONG_TAG)
        return true;
    o->tag = 0;
    for (int i = 0; i < LONG_TAG_BYTES; i++) {
        if (!cursor_u8(c, &byte))
            return false;
        o->tag = o->tag << 7 | (byte & 0x7f);
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool read_length(struct cursor *c, struct object *o)
{
    uint8_t byte;
    if (!cursor_u8(c, &byte))
        return false;
    o->indefinite = byte == INDEFINITE;
    o->length = byte;
    if (byte <= INDEFINITE)
        return true;
    o->length = 0;
    for (unsigned bytes = byte & 0x7f; bytes; bytes--) {
        if (!cursor_u8(c, &byte) || o->length >> 56)
            return false;
        o->length = o->length << 8 | byte;
    }
    return true;
}

static bool every(struct slice text, bool (*is)(uint8_t))
{
    for (size_t i = 0; i < text.n; i++)
        if (!is(text.p[i]))
            return false;
    return true;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_numeric(uint8_t c)
{
    return c == ' ' || is_digit(c);
}

static bool is_printable(uint8_t c)
{
    static const char others[] = " '()+,-./:=?";
    uint8_t letter = c | 0x20;
    return (letter >= 'a' && letter <= 'z') || is_digit(c) || (c && strchr(others, c));
}

static bool is_visible(uint8_t c)
{
    return c >= 0x20 && c <= 0x7f;
}

static bool is_ascii(uint8_t c)
{
    return c < 0x80;
}

static bool two_digits(struct cursor *c, unsigned least, unsigned most)
{
    struct slice pair;
    if (!cursor_bytes(c, 2, &pair) || !every(pair, is_digit))
        return false;
    unsigned value = (unsigned)(pair.p[0] - '0') * 10 + (unsigned)(pair.p[1] - '0');
    return value >= least && value <= most;
}

static bool at_digit(const struct cursor *c)
{
    return cursor_left(c) && is_digit(c->p[c->at]);
}

/* Z, or +0100. */
static bool zone_fits(struct cursor *c)
{
    uint8_t sign;
    if (!cursor_u8(c, &sign))
        return false;
    if (sign != 'Z' && (sign != '+' && sign != '-'))
        return false;
    return (sign == 'Z' || (two_digits(c, 0, 23) && two_digits(c, 0, 59))) && !cursor_left(c);
}

/* 991231235959Z or 20991231235959.5: seconds may be left out, and of the latter the zone. */
static bool time_fits(struct slice text, bool century)
{
    struct cursor c = cursor_of(text);
    if (century && !two_digits(&c, 0, 99))
        return false;
    if (!two_digits(&c, 0, 99) || !two_digits(&c, 1, 12) || !two_digits(&c, 1, 31) ||
        !two_digits(&c, 0, 23) || !two_digits(&c, 0, 59))
        return false;
    if (at_digit(&c) && !two_digits(&c, 0, 59))
        return false;
    if (century && cursor_left(&c) && c.p[c.at] == '.') {
        cursor_skip(&c, 1);
        while (at_digit(&c))
            cursor_skip(&c, 1);
    }
    return (century && !cursor_left(&c)) || zone_fits(&c);
}

/* Whether an object that is not entered is what its type says, as far as Suricata looks. */
static bool content_fits(uint64_t tag, struct slice content)
{
    switch (tag) {
    case TAG_BOOLEAN:
        return content.n == 1;
    case TAG_BIT_STRING:
        return content.n > 0;
    case TAG_ENUMERATED:
        return content.n <= ENUMERATED_MOST;
    case TAG_UTF8:
        return utf8_valid(content);
    case TAG_NUMERIC:
        return every(content, is_numeric);
    case TAG_PRINTABLE:
        return every(content, is_printable);
    case TAG_T61:
    case TAG_VIDEOTEX:
    case TAG_VISIBLE:
        return every(content, is_visible);
    case TAG_IA5:
    case TAG_GRAPHIC:
    case TAG_GENERAL:
        return every(content, is_ascii);
    case TAG_UTC_TIME:
        return time_fits(content, false);
    case TAG_TIME:
        return time_fits(content, true);
    case TAG_BMP:
        return content.n % 2 == 0;
    default:
        return true;
    }
}

/* The types that may be in pieces: those that Suricata does not look into. */
static bool may_be_constructed(uint64_t tag)
{
    return tag != TAG_BOOLEAN && tag != TAG_BIT_STRING && tag != TAG_OBJECT_DESCRIPTOR &&
           tag != TAG_ENUMERATED && tag != TAG_UTF8 && (tag < TAG_NUMERIC || tag > TAG_UNIVERSAL) &&
           tag != TAG_BMP;
}

static bool is_suspicious(const struct object *o, struct slice content, const struct asn1_checks *checks)
{
    if (checks->oversize && !o->indefinite && o->length > checks->most)
        return true;
    if (!o->universal)
        return false;
    if (checks->bit_string && o->tag == TAG_BIT_STRING && content.n && content.p[0] > content.n * 8)
        return true;
    return checks->real_text && o->tag == TAG_REAL && content.n > REAL_TEXT_MOST && !(content.p[0] & 0xc0);
}

struct walk {
    const struct asn1_checks *checks;
    unsigned depth;
    bool found; /* in the object that is being read */
};

static bool read_object(struct walk *walk, struct cursor *c);

/* Two bytes of zero. */
static bool take_end(struct cursor *c)
{
    if (cursor_left(c) < 2 || c->p[c->at] || c->p[c->at + 1])
        return false;
    return cursor_skip(c, 2);
}

static bool read_members(struct walk *walk, struct cursor *c, bool indefinite)
{
    bool good = ++walk->depth < DEPTH_MOST;
    while (good && (indefinite ? !take_end(c) : cursor_left(c) > 0))
        good = read_object(walk, c);
    walk->depth--;
    return good;
}

/* Of an object whose length is not given, the members say where it ends. */
static bool read_indefinite(struct walk *walk, const struct object *o, struct cursor *c)
{
    if (!o->constructed || !o->universal || !may_be_constructed(o->tag))
        return false;
    return read_members(walk, c, true);
}

static bool read_object(struct walk *walk, struct cursor *c)
{
    struct object o = {0};
    struct slice content = slice_of(NULL, 0);
    if (!read_tag(c, &o) || !read_length(c, &o))
        return false;
    if (o.indefinite)
        return read_indefinite(walk, &o, c);
    if (o.length > cursor_left(c) || !cursor_bytes(c, (size_t)o.length, &content))
        return false;
    walk->found |= is_suspicious(&o, content, walk->checks);
    if (!o.universal)
        return true;
    if (o.tag == TAG_SEQUENCE || o.tag == TAG_SET) {
        struct cursor members = cursor_of(content);
        return o.constructed && read_members(walk, &members, false);
    }
    return o.constructed ? may_be_constructed(o.tag) : content_fits(o.tag, content);
}

bool asn1_walk(struct slice bytes, const struct asn1_checks *checks)
{
    struct cursor c = cursor_of(bytes);
    struct walk walk = {.checks = checks};
    bool found = false;
    for (unsigned objects = 0; cursor_left(&c); objects++) {
        if (objects == OBJECTS_MOST)
            return false;
        if (!read_object(&walk, &c))
            break;
        found |= walk.found;
    }
    return found;
}
