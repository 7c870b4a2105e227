/*
 * A Certificate message (RFC 5246, 7.4.2; RFC 8446, 4.4.2) as rules and records see it. Shared by the
 * connections to which the same one came, by counted references; one worker's.
 */
#ifndef SLUICE_APP_TLS_CERTIFICATE_H
#define SLUICE_APP_TLS_CERTIFICATE_H

#include "base/buf.h"

enum { TLS_CHAIN_MOST = 32 };

struct tls_span { /* in the bytes that hold it */
    uint32_t at, n;
};

/*
 * A chain of certificates, and what the first of them that can be read says, as text. Fingerprint and names
 * are made by the functions below when they are asked for: few rules do.
 */
struct tls_certificate {
    uint32_t references;
    bool tls13;
    uint16_t event;       /* enum app_event: what is to be told of it */
    uint64_t hash;        /* of `message` as it came */
    struct slice message; /* the Certificate message, at least as far as certificates of it are kept */
    struct tls_span certificates[TLS_CHAIN_MOST];
    uint32_t kept, count; /* of them in `message`; that came, from the first that can be read on */
    bool parsed;          /* one of them could be read; nothing below counts without */
    struct buf subject, issuer, serial, fingerprint;
    bool fingerprint_made, names_made;
    struct tls_span names_from; /* in `message`, whose first certificate kept is the one that was read */
    struct buf names;           /* alternative names */
    struct tls_span *name_spans;
    uint32_t name_count, name_capacity;
    int64_t not_before, not_after; /* seconds since 1970 */
};

/* The index-th certificate that was kept. */
struct slice tls_certificate_der(const struct tls_certificate *certificate, uint32_t index);

/* The SHA-1 of the certificate that was read, "0a:1b:2c"; empty without. */
struct slice tls_certificate_fingerprint(struct tls_certificate *certificate);

/* Its index-th alternative name; p is NULL past the last. */
struct slice tls_certificate_name(struct tls_certificate *certificate, uint32_t index);

enum { TLS_CHAIN_KNOWN = 8192 }; /* messages of so many bytes are kept as they came: tls_known.h */

/* What the body of a Certificate message says, with one reference. NULL when memory is short. */
struct tls_certificate *tls_certificate_read(struct slice body, bool tls13);
void tls_certificate_release(struct tls_certificate *certificate); /* NULL is none */

#endif
