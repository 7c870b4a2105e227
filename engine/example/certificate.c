#include "example/certificate.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>

enum { VALID_SECONDS = 365 * 24 * 3600, NOT_BEFORE = 1795392000 /* 2026-11-23 */ };

/* "KEY=": the length with the '=', 0 when there is none. */
static size_t key_length(struct slice text)
{
    size_t n = 0;
    while (n < text.n && (text.p[n] | 0x20) >= 'a' && (text.p[n] | 0x20) <= 'z')
        n++;
    return n && n < text.n && text.p[n] == '=' ? n + 1 : 0;
}

/* Up to the next ", KEY=". */
static struct slice take_part(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->n && !(n + 2 < rest->n && rest->p[n] == ',' && rest->p[n + 1] == ' ' &&
                            key_length(slice_from(*rest, n + 2))))
        n++;
    struct slice part = slice_first(*rest, n);
    *rest = slice_from(*rest, n + 2);
    return part;
}

static int put_name(X509_NAME *name, struct slice text)
{
    while (text.n) {
        struct slice part = take_part(&text);
        size_t n = key_length(part);
        char key[32];
        if (!n || n > sizeof key)
            return -EINVAL;
        snprintf(key, sizeof key, "%.*s", (int)n - 1, (const char *)part.p);
        int nid = OBJ_txt2nid(strcmp(key, "Email") == 0 ? "emailAddress" : key);
        struct slice value = slice_from(part, n);
        if (nid == NID_undef ||
            !X509_NAME_add_entry_by_NID(name, nid, V_ASN1_UTF8STRING, value.p, (int)value.n, -1, 0))
            return -EINVAL;
    }
    return 0;
}

static int put_serial(X509 *x, struct slice text)
{
    char hex[96] = "01";
    size_t n = 0;
    for (size_t i = 0; i < text.n && n + 1 < sizeof hex; i++)
        if (text.p[i] != ':')
            hex[n++] = (char)text.p[i];
    if (n)
        hex[n] = '\0';
    BIGNUM *number = NULL;
    bool put = BN_hex2bn(&number, hex) && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x));
    BN_free(number);
    return put ? 0 : -EINVAL;
}

static int put_extension(X509 *x, X509_EXTENSION *extension)
{
    int rc = extension && X509_add_ext(x, extension, -1) ? 0 : -EINVAL;
    X509_EXTENSION_free(extension);
    return rc;
}

static int put_host(X509 *x, struct slice host)
{
    char text[300];
    if (host.n > 250)
        return -EINVAL;
    snprintf(text, sizeof text, "DNS:%.*s", (int)host.n, (const char *)host.p);
    return put_extension(x, X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, text));
}

static int put_bytes(X509 *x, struct slice bytes)
{
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension = NULL;
    if (octets && ASN1_OCTET_STRING_set(octets, bytes.p, (int)bytes.n))
        extension = X509_EXTENSION_create_by_NID(NULL, NID_netscape_comment, 0, octets);
    ASN1_OCTET_STRING_free(octets);
    return put_extension(x, extension);
}

static int fill(X509 *x, const struct certificate *c)
{
    time_t from = NOT_BEFORE;
    bool made = X509_set_version(x, 2) && X509_time_adj(X509_getm_notBefore(x), 0, &from) &&
                X509_time_adj(X509_getm_notAfter(x), VALID_SECONDS, &from);
    int rc = made ? put_serial(x, c->serial) : -ENOMEM;
    if (!rc)
        rc = put_name(X509_get_subject_name(x), c->subject);
    if (!rc)
        rc = put_name(X509_get_issuer_name(x), c->issuer);
    if (!rc && c->host.n)
        rc = put_host(x, c->host);
    if (!rc && c->anywhere.n)
        rc = put_bytes(x, c->anywhere);
    return rc;
}

static int sign(X509 *x, struct buf *der)
{
    static const uint8_t key[32] = "sluice rule example, no secret.";
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key, sizeof key);
    uint8_t *bytes = NULL;
    int n = -1, rc = -ENOMEM;
    if (pkey && X509_set_pubkey(x, pkey) && X509_sign(x, pkey, NULL))
        n = i2d_X509(x, &bytes);
    if (n > 0)
        rc = buf_append(der, slice_of(bytes, (size_t)n));
    OPENSSL_free(bytes);
    EVP_PKEY_free(pkey);
    return rc;
}

int certificate_make(const struct certificate *certificate, struct buf *der, struct err *err)
{
    X509 *x = X509_new();
    int rc = x ? fill(x, certificate) : -ENOMEM;
    if (!rc)
        rc = sign(x, der);
    X509_free(x);
    if (rc == -EINVAL)
        return err_set(err, rc, "no certificate has such names");
    return rc ? err_set(err, rc, "out of memory") : 0;
}
