/* Certificates of a TLS handshake: the chain as it came, and the first one read by OpenSSL, as Suricata
 * prints it. */
#include "app/tls.h"

#include <errno.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"

enum { CHAIN_BYTES_MOST = 256 << 10, TEXT_MOST = 8192 };

/* "C=US, O=Example, CN=www.example.com", in the order of the certificate. */
static void name_text(const X509_NAME *name, struct buf *text)
{
    int rc = 0;
    for (int i = 0; !rc && i < X509_NAME_entry_count(name) && text->n < TEXT_MOST; i++) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
        const ASN1_OBJECT *object = X509_NAME_ENTRY_get_object(entry);
        const ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);
        int nid = OBJ_obj2nid(object);
        char oid[128];
        if (nid == NID_undef)
            OBJ_obj2txt(oid, sizeof oid, object, 1);
        rc = buf_printf(text, "%s%s=", i ? ", " : "", nid == NID_undef ? oid : OBJ_nid2sn(nid));
        unsigned char *utf8 = NULL;
        int n = ASN1_STRING_to_UTF8(&utf8, value);
        if (!rc && n > 0)
            rc = buf_append(text, slice_of(utf8, (size_t)n));
        OPENSSL_free(utf8);
    }
    if (rc)
        buf_clear(text);
}

/* "0A:1B:2C" */
static void hex_text(const uint8_t *bytes, size_t n, bool upper, struct buf *text)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < n; i++)
        rc = buf_printf(text, upper ? "%s%02X" : "%s%02x", i ? ":" : "", bytes[i]);
    if (rc)
        buf_clear(text);
}

static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm tm = {0};
    return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static void general_name(const GENERAL_NAME *name, struct buf *text)
{
    const ASN1_STRING *value = NULL;
    switch (name->type) {
    case GEN_DNS:
    case GEN_EMAIL:
    case GEN_URI:
        value = name->d.ia5;
        break;
    case GEN_IPADD:
        value = name->d.iPAddress;
        break;
    default:
        return;
    }
    const uint8_t *p = ASN1_STRING_get0_data(value);
    size_t n = ASN1_STRING_length(value) > 0 ? (size_t)ASN1_STRING_length(value) : 0;
    int rc = 0;
    if (name->type == GEN_IPADD && n == 4)
        rc = buf_printf(text, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
    else if (name->type == GEN_IPADD)
        for (size_t i = 0; !rc && i + 1 < n; i += 2)
            rc = buf_printf(text, "%s%02x%02x", i ? ":" : "", p[i], p[i + 1]);
    else
        rc = buf_append(text, slice_of(p, n));
    if (rc)
        buf_clear(text);
}

static void read_alternative_names(const X509 *x509, struct tls_certificate *out)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    int n = names ? sk_GENERAL_NAME_num(names) : 0;
    if (n > TLS_NAMES_MOST)
        n = TLS_NAMES_MOST;
    out->alternative_names = n > 0 ? calloc((size_t)n, sizeof *out->alternative_names) : NULL;
    for (int i = 0; out->alternative_names && i < n; i++) {
        struct buf *text = &out->alternative_names[out->alternative_name_count];
        general_name(sk_GENERAL_NAME_value(names, i), text);
        out->alternative_name_count += text->n > 0;
    }
    GENERAL_NAMES_free(names);
}

static void read_first(struct slice der, struct tls_certificate *out)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_size;
    if (EVP_Digest(der.p, der.n, digest, &digest_size, EVP_sha1(), NULL))
        hex_text(digest, digest_size, false, &out->fingerprint);
    const uint8_t *p = der.p;
    X509 *x509 = d2i_X509(NULL, &p, (long)der.n);
    if (!x509)
        return;
    out->parsed = true;
    name_text(X509_get_subject_name(x509), &out->subject);
    name_text(X509_get_issuer_name(x509), &out->issuer);
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
    /* As in the certificate: a positive number that begins with a one bit has a zero before it. */
    const uint8_t *number = ASN1_STRING_get0_data(serial);
    if (ASN1_STRING_length(serial) > 0 && number[0] & 0x80 && buf_append(&out->serial, slice_str("00:")))
        return;
    hex_text(number, (size_t)ASN1_STRING_length(serial), true, &out->serial);
    out->not_before = seconds_of(X509_get0_notBefore(x509));
    out->not_after = seconds_of(X509_get0_notAfter(x509));
    read_alternative_names(x509, out);
    X509_free(x509);
}

/* RFC 5246, 7.4.2; RFC 8446, 4.4.2: with a context before the list, and extensions behind each certificate.
 */
int tls_certificate_read(struct slice body, bool tls13, struct tls_certificate *out)
{
    struct cursor c = cursor_of(body);
    uint64_t n;
    uint8_t context;
    if (tls13 && (!cursor_u8(&c, &context) || !cursor_skip(&c, context)))
        return -EBADMSG;
    if (!cursor_uint(&c, 3, &n) || n > cursor_left(&c))
        return -EBADMSG;
    while (cursor_left(&c)) {
        struct slice der;
        if (!cursor_uint(&c, 3, &n) || !cursor_bytes(&c, (size_t)n, &der))
            return -EBADMSG;
        uint16_t extensions;
        if (tls13 && (!cursor_be16(&c, &extensions) || !cursor_skip(&c, extensions)))
            return -EBADMSG;
        if (out->count == TLS_CHAIN_MOST || out->chain.n + der.n > CHAIN_BYTES_MOST)
            break;
        out->certificates[out->count++] = (struct tls_span){(uint32_t)out->chain.n, (uint32_t)der.n};
        if (buf_append(&out->chain, der))
            return -ENOMEM;
        if (out->count == 1)
            read_first(der, out);
    }
    return 0;
}

void tls_certificate_fini(struct tls_certificate *c)
{
    buf_fini(&c->chain);
    buf_fini(&c->subject);
    buf_fini(&c->issuer);
    buf_fini(&c->serial);
    buf_fini(&c->fingerprint);
    for (unsigned i = 0; i < c->alternative_name_count; i++)
        buf_fini(&c->alternative_names[i]);
    free(c->alternative_names);
    memset(c, 0, sizeof *c);
}
