/* The chain of a Certificate message as it came, and the texts of the first certificate that can be read. */
#include "app/tls_session.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "app/tls_x509.h"
#include "base/cursor.h"
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

static int read_texts(struct slice der, const struct tls_x509 *x509, struct tls_certificate *out)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned n;
    if (!EVP_Digest(der.p, der.n, digest, &n, EVP_sha1(), NULL))
        return -ENOMEM;
    int rc = hex_text(slice_of(digest, n), false, &out->fingerprint);
    if (!rc)
        rc = hex_text(x509->serial, true, &out->serial);
    if (!rc)
        rc = tls_x509_name(x509->subject, NAME_MOST, &out->subject);
    return rc ? rc : tls_x509_name(x509->issuer, NAME_MOST, &out->issuer);
}

/* Short memory only means that rules and records see less. */
static enum app_event read_one(struct slice der, struct tls_certificate *out)
{
    struct tls_x509 x509;
    enum app_event event = tls_x509_parse(der, &x509);
    if (event)
        return event;
    out->parsed = !read_texts(der, &x509, out);
    out->not_before = x509.not_before;
    out->not_after = x509.not_after;
    read_names(x509.alternative_names, out);
    return APP_EVENT_NONE;
}

static int keep(struct slice der, struct tls_certificate *out)
{
    if (out->kept == TLS_CHAIN_MOST || out->chain.n + der.n > CHAIN_BYTES_MOST)
        return 0;
    struct tls_span span = {(uint32_t)out->chain.n, (uint32_t)der.n};
    int rc = buf_append(&out->chain, der);
    if (!rc)
        out->certificates[out->kept++] = span;
    return rc;
}

/* RFC 5246, 7.4.2; RFC 8446, 4.4.2: with a context before the list, extensions behind each certificate. */
enum app_event tls_certificate_read(struct slice body, bool tls13, struct tls_certificate *out)
{
    struct cursor c = cursor_of(body);
    struct slice list, der;
    uint64_t n;
    uint8_t context;
    uint16_t extensions;
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
        enum app_event bad = out->parsed ? APP_EVENT_NONE : read_one(der, out);
        event = event ? event : bad;
        if (bad)
            continue; /* as in Suricata the chain begins with the first that can be read */
        out->count++;
        if (keep(der, out))
            break;
    }
    return event;
}

void tls_certificate_fini(struct tls_certificate *c)
{
    buf_fini(&c->chain);
    buf_fini(&c->subject);
    buf_fini(&c->issuer);
    buf_fini(&c->serial);
    buf_fini(&c->fingerprint);
    buf_fini(&c->names);
    free(c->name_spans);
    memset(c, 0, sizeof *c);
}
