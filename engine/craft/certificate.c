#include "craft/certificate.h"

#include <errno.h>

enum {
    TAG_INTEGER = 0x02,
    TAG_BITS = 0x03,
    TAG_OCTETS = 0x04,
    TAG_NULL = 0x05,
    TAG_OID = 0x06,
    TAG_UTF8 = 0x0c,
    TAG_TIME = 0x17,
    TAG_SEQUENCE = 0x30,
    TAG_SET = 0x31,
    TAG_VERSION = 0xa0,    /* [0], RFC 5280, 4.1 */
    TAG_EXTENSIONS = 0xa3, /* [3] */
    TAG_DNS_NAME = 0x82,   /* [2] of a GeneralName */
    KEY_BYTES = 128,
};

struct der { /* elements that are open are closed by the one who opened them */
    struct buf *out;
    int failed;
};

static const struct {
    const char *name;
    uint8_t last; /* of the object identifier 2.5.4.n */
} attributes[] = {{"CN", 3}, {"C", 6}, {"L", 7}, {"ST", 8}, {"O", 10}, {"OU", 11}};

static const uint8_t sha256_with_rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b};
static const uint8_t rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
static const uint8_t alternative_names[] = {0x55, 0x1d, 0x11};

static void put(struct der *d, const void *bytes, size_t n)
{
    if (!d->failed)
        d->failed = buf_append(d->out, slice_of(bytes, n));
}

static void put_byte(struct der *d, uint8_t byte)
{
    put(d, &byte, 1);
}

/* Where the content begins. */
static size_t open_element(struct der *d, uint8_t tag)
{
    put_byte(d, tag);
    return d->out->n;
}

/* Puts the length of what has come since between the tag and it (X.690, 8.1.3). */
static void close_element(struct der *d, size_t at)
{
    if (d->failed)
        return;
    size_t n = d->out->n - at;
    uint8_t length[4];
    size_t size = 0;
    if (n < 0x80) {
        length[size++] = (uint8_t)n;
    } else {
        unsigned bytes = n > 0xffff ? 3 : n > 0xff ? 2 : 1;
        length[size++] = (uint8_t)(0x80 | bytes);
        while (bytes-- > 0)
            length[size++] = (uint8_t)(n >> (8 * bytes));
    }
    d->failed = n > 0xffffff ? -EINVAL : buf_reserve(d->out, size);
    if (d->failed)
        return;
    memmove(d->out->p + at + size, d->out->p + at, n);
    memcpy(d->out->p + at, length, size);
    d->out->n += size;
}

static void element(struct der *d, uint8_t tag, const void *bytes, size_t n)
{
    size_t at = open_element(d, tag);
    put(d, bytes, n);
    close_element(d, at);
}

static void algorithm(struct der *d, const uint8_t *oid, size_t n)
{
    size_t at = open_element(d, TAG_SEQUENCE);
    element(d, TAG_OID, oid, n);
    element(d, TAG_NULL, NULL, 0);
    close_element(d, at);
}

static struct slice trimmed(struct slice s)
{
    while (s.n && s.p[0] == ' ')
        s = slice_from(s, 1);
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

static void attribute(struct der *d, struct slice part)
{
    const uint8_t *equals = part.n ? memchr(part.p, '=', part.n) : NULL;
    struct slice name = slice_of(part.p, equals ? (size_t)(equals - part.p) : 0);
    uint8_t oid[3] = {0x55, 0x04, 0};
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
        if (slice_equal(name, slice_str(attributes[i].name)))
            oid[2] = attributes[i].last;
    if (!oid[2]) {
        d->failed = -EINVAL;
        return;
    }
    size_t set = open_element(d, TAG_SET), pair = open_element(d, TAG_SEQUENCE);
    element(d, TAG_OID, oid, sizeof oid);
    struct slice value = slice_from(part, name.n + 1);
    element(d, TAG_UTF8, value.p, value.n);
    close_element(d, pair);
    close_element(d, set);
}

/* RFC 5280, 4.1.2.4 */
static void name(struct der *d, struct slice text)
{
    size_t at = open_element(d, TAG_SEQUENCE);
    while (text.n && !d->failed) {
        const uint8_t *comma = memchr(text.p, ',', text.n);
        size_t n = comma ? (size_t)(comma - text.p) : text.n;
        attribute(d, trimmed(slice_first(text, n)));
        text = slice_from(text, n + 1);
    }
    close_element(d, at);
}

static void key(struct der *d)
{
    uint8_t modulus[1 + KEY_BYTES], exponent[] = {1, 0, 1};
    modulus[0] = 0;
    memset(modulus + 1, 0xc1, KEY_BYTES);
    size_t at = open_element(d, TAG_SEQUENCE);
    algorithm(d, rsa, sizeof rsa);
    size_t bits = open_element(d, TAG_BITS);
    put_byte(d, 0);
    size_t numbers = open_element(d, TAG_SEQUENCE);
    element(d, TAG_INTEGER, modulus, sizeof modulus);
    element(d, TAG_INTEGER, exponent, sizeof exponent);
    close_element(d, numbers);
    close_element(d, bits);
    close_element(d, at);
}

static void extensions(struct der *d, const struct certificate_text *c)
{
    size_t all = open_element(d, TAG_EXTENSIONS), list = open_element(d, TAG_SEQUENCE);
    size_t one = open_element(d, TAG_SEQUENCE);
    element(d, TAG_OID, alternative_names, sizeof alternative_names);
    size_t value = open_element(d, TAG_OCTETS), names = open_element(d, TAG_SEQUENCE);
    for (size_t i = 0; i < c->name_count; i++)
        element(d, TAG_DNS_NAME, c->names[i].p, c->names[i].n);
    close_element(d, names);
    close_element(d, value);
    close_element(d, one);
    close_element(d, list);
    close_element(d, all);
}

static void signed_part(struct der *d, const struct certificate_text *c)
{
    size_t at = open_element(d, TAG_SEQUENCE), version = open_element(d, TAG_VERSION);
    element(d, TAG_INTEGER, "\2", 1);
    close_element(d, version);
    element(d, TAG_INTEGER, c->serial.p, c->serial.n);
    algorithm(d, sha256_with_rsa, sizeof sha256_with_rsa);
    name(d, c->issuer);
    size_t validity = open_element(d, TAG_SEQUENCE);
    element(d, TAG_TIME, c->from.p, c->from.n);
    element(d, TAG_TIME, c->until.p, c->until.n);
    close_element(d, validity);
    name(d, c->subject);
    key(d);
    if (c->name_count)
        extensions(d, c);
    close_element(d, at);
}

int certificate_put(struct buf *out, const struct certificate_text *c)
{
    struct der d = {.out = out};
    uint8_t signature[1 + KEY_BYTES];
    signature[0] = 0;
    memset(signature + 1, 0x55, KEY_BYTES);
    size_t at = open_element(&d, TAG_SEQUENCE);
    signed_part(&d, c);
    algorithm(&d, sha256_with_rsa, sizeof sha256_with_rsa);
    element(&d, TAG_BITS, signature, sizeof signature);
    close_element(&d, at);
    return d.failed;
}
