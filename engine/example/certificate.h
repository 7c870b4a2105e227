/* A certificate with names as a rule asks for them, signed by itself with a key that is always the same. No
 * state. */
#ifndef SLUICE_EXAMPLE_CERTIFICATE_H
#define SLUICE_EXAMPLE_CERTIFICATE_H

#include "base/buf.h"
#include "base/err.h"

struct certificate {
    struct slice subject, issuer; /* "C=AT, O=Example, CN=example.com", as tls.cert_subject has it */
    struct slice serial;          /* "0A:1B:..."; empty: 01 */
    struct slice host;            /* subject alternative name; empty: none */
    struct slice anywhere;        /* bytes that its DER has somewhere; empty: none */
};

/* Appends its DER. 0; -EINVAL with *err: no certificate is like that; -ENOMEM. */
int certificate_make(const struct certificate *certificate, struct buf *der, struct err *err);

#endif
