/*
 * What rules and records show of an X.509 certificate (RFC 5280, 4.1): found in its bytes, and put into the
 * words that Suricata uses.
 *
 * Read by hand and not with OpenSSL: hostile certificates are what rules are about, and Suricata shows many
 * that OpenSSL refuses (negative or padded serials, exotic string types). Slices are borrowed from the
 * certificate. Nothing is verified. Pure functions; any thread.
 */
#ifndef SLUICE_APP_TLS_X509_H
#define SLUICE_APP_TLS_X509_H

#include "base/app_event.h"
#include "base/buf.h"

struct tls_x509 {
    struct slice serial;            /* content of the INTEGER, may be empty */
    struct slice issuer, subject;   /* content of the Name's SEQUENCE */
    int64_t not_before, not_after;  /* seconds since 1970 */
    struct slice alternative_names; /* value of the extension; empty without, or when there are several */
};

/* APP_EVENT_NONE, or the event that says what is wrong; then nothing of `out` counts. */
enum app_event tls_x509_parse(struct slice der, struct tls_x509 *out);

/* "C=US, O=Example, CN=a + OU=b": appends. 0 or -ENOMEM. Past `most` bytes the rest is left out. */
int tls_x509_name(struct slice name, size_t most, struct buf *text);

/* The next of the alternative names in the form of `"dns.example"` or "DirectoryName(CN=a)": appends. */
struct tls_x509_names {
    struct slice rest;
};

/* False when one of them cannot be read: then Suricata shows none. */
bool tls_x509_names_begin(struct slice extension, struct tls_x509_names *names);
/* 1: another one was appended; 0: no more; -EBADMSG, -ENOMEM. */
int tls_x509_names_next(struct tls_x509_names *names, struct buf *text);

#endif
