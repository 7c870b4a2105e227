/* The chain of a Certificate message as it came, and the texts of the first certificate that can be read. */
#include "app/tls/tls_certificate.h"

#include <errno.h>
#include <stdlib.h>

#include "app/tls/tls_x509.h"
#include "base/cursor.h"
#include "base/digest.h"
#include "base/grow.h"

enum { CHAIN_BYTES_MOST = 256 << 10, NAME_MOST = 16 << 10, NAMES_MOST = 4096, NAME_BYTES_MOST = 256 << 10 };

/* "0A:1B:2C" */
static int hex_text(struct slice bytes, bool upper, struct buf *text)
{
    static const char lower_digits[] = "0123456789abcdef", upper_digits[] = "0123456789ABCDEF";
    const char *digits = upper ? upper_digits : lower_digits;
    int rc = buf_reserve(text, 3 * bytes.n);
    for (size_t i = 0; !rc && i < bytes.n; i++) {
        char three[3] = {':', digits[bytes.p[i] >> 4], digits[bytes.p[i] & 0xf]};
        rc = buf_append(text, i ? slice_of(three, 3) : slice_of(three + 1, 2));
    }
    return rc;
}

static void clear_names(struct tls_certificate *c)
{
    buf_clear(&c->names);
    c->name_count = 0;
}

/* All of them, or none when one cannot be read. */
static void read_names(struct slice extension, struct tls_certificate *out)
{
    struct tls_x509_names names;
    if (!extension.n || !tls_x509_names_begin(extension, &names))
        return;
    while (out->name_count < NAMES_MOST && out->names.n < NAME_BYTES_MOST) {
        size_t at = out->names.n;
        int rc = tls_x509_names_next(&names, &out->names);
        if (rc == 1 && grow_array(&out->name_spans, out->name_count, &out->name_capacity))
            rc = -ENOMEM;
        if (rc < 0)
            clear_names(out);
        if (rc != 1)
            return;
        out->name_spans[out->name_count++] = (struct tls_span){(uint32_t)at, (uint32_t)(out->names.n - at)};
    }
}

static void make_fingerprint(struct slice der, struct tls_certificate *out)
{
    uint8_t digest[DIGEST_MOST];
    out->fingerprint_made = true;
    if (hex_text(slice_of(digest, digest_of(DIGEST_SHA1, der, digest)), false, &out->fingerprint))
        buf_clear(&out->fingerprint);
}

struct slice tls_certificate_der(const struct tls_certificate *c, uint32_t index)
{
    return slice_first(slice_from(c->message, c->certificates[index].at), c->certificates[index].n);
}

struct slice tls_certificate_fingerprint(struct tls_certificate *c)
{
    if (!c->fingerprint_made && c->parsed)
        make_fingerprint(tls_certificate_der(c, 0), c);
    return buf_slice(&c->fingerprint);
}

struct slice tls_certificate_name(struct tls_certificate *c, uint32_t index)
{
    if (!c->names_made && c->parsed) {
        c->names_made = true;
        read_names(slice_first(slice_from(c->message, c->names_from.at), c->names_from.n), c);
    }
    return index < c->name_count ? slice_of(c->names.p + c->name_spans[index].at, c->name_spans[index].n)
                                 : slice_of(NULL, 0);
}

static int read_texts(const struct tls_x509 *x509, struct tls_certificate *out)
{
    int rc = hex_text(x509->serial, true, &out->serial);
    if (!rc)
        rc = tls_x509_name(x509->subject, NAME_MOST, &out->subject);
    return rc ? rc : tls_x509_name(x509->issuer, NAME_MOST, &out->issuer);
}

/* Short memory only means that rules and records see less. */
static enum app_event read_one(struct slice der, struct tls_x509 *x509, struct tls_certificate *out)
{
    enum app_event event = tls_x509_parse(der, x509);
    if (event)
        return event;
    out->parsed = !read_texts(x509, out);
    out->not_before = x509->not_before;
    out->not_after = x509->not_after;
    return APP_EVENT_NONE;
}

/* Where one lies in the message; that as far is kept later. False: there are enough. */
static bool keep(struct slice body, struct slice der, size_t *bytes, struct tls_certificate *out)
{
    if (out->kept == TLS_CHAIN_MOST || *bytes + der.n > CHAIN_BYTES_MOST)
        return false;
    size_t at = (size_t)(der.p - body.p);
    out->certificates[out->kept++] = (struct tls_span){(uint32_t)at, (uint32_t)der.n};
    out->message = slice_first(body, at + der.n);
    *bytes += der.n;
    return true;
}

/* What is made when it is asked for, if the certificate is there then (`kept`), and else now. */
static void make_later(struct slice body, struct slice der, bool kept, const struct tls_x509 *x509,
                       struct tls_certificate *out)
{
    struct slice names = x509->alternative_names;
    if (kept && names.n)
        out->names_from = (struct tls_span){(uint32_t)(names.p - body.p), (uint32_t)names.n};
    if (kept)
        return;
    make_fingerprint(der, out);
    out->names_made = true;
    read_names(names, out);
}

/* RFC 5246, 7.4.2; RFC 8446, 4.4.2: with a context before the list, extensions behind each certificate. */
static enum app_event read_message(struct slice body, bool tls13, struct tls_certificate *out)
{
    struct cursor c = cursor_of(body);
    struct slice list, der;
    uint64_t n;
    uint8_t context;
    uint16_t extensions;
    struct tls_x509 x509;
    size_t bytes = 0;
    enum app_event event = APP_EVENT_NONE;
    if ((tls13 && (!cursor_u8(&c, &context) || !cursor_skip(&c, context))) || !cursor_uint(&c, 3, &n) ||
        !cursor_bytes(&c, (size_t)n, &list))
        return APP_EVENT_NONE;
    c = cursor_of(list);
    while (cursor_left(&c)) {
        if (!cursor_uint(&c, 3, &n) || !cursor_bytes(&c, (size_t)n, &der))
            return APP_EVENT_TLS_INVALID_CERTIFICATE;
        if (tls13 && (!cursor_be16(&c, &extensions) || !cursor_skip(&c, extensions)))
            return APP_EVENT_TLS_INVALID_CERTIFICATE;
        bool first = !out->parsed;
        enum app_event bad = first ? read_one(der, &x509, out) : APP_EVENT_NONE;
        event = event ? event : bad;
        if (bad)
            continue; /* as in Suricata the chain begins with the first that can be read */
        out->count++;
        bool kept = keep(body, der, &bytes, out);
        if (first && out->parsed)
            make_later(body, der, kept && out->kept == 1, &x509, out);
    }
    return event;
}

struct tls_certificate *tls_certificate_read(struct slice body, bool tls13)
{
    struct tls_certificate *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->references = 1;
    c->tls13 = tls13;
    c->event = (uint16_t)read_message(body, tls13, c);
    if (body.n <= TLS_CHAIN_KNOWN)
        c->message = body;
    uint8_t *copy = malloc(c->message.n + 1);
    if (copy && c->message.n)
        memcpy(copy, c->message.p, c->message.n);
    c->message = slice_of(copy, c->message.n);
    if (copy)
        return c;
    tls_certificate_release(c);
    return NULL;
}

void tls_certificate_release(struct tls_certificate *c)
{
    if (!c || --c->references)
        return;
    free((void *)(uintptr_t)c->message.p);
    buf_fini(&c->subject);
    buf_fini(&c->issuer);
    buf_fini(&c->serial);
    buf_fini(&c->fingerprint);
    buf_fini(&c->names);
    free(c->name_spans);
    free(c);
}
