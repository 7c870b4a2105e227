/*
 * X.509 certificates (RFC 5280) in DER for captures: well-formed throughout, signed by nobody. Appends to a
 * buffer that the caller owns; no state.
 */
#ifndef SLUICE_CRAFT_CERTIFICATE_H
#define SLUICE_CRAFT_CERTIFICATE_H

#include "base/buf.h"

struct certificate_text {
    struct slice subject, issuer; /* "C=AU, O=Example, CN=www.example.com"; C, ST, L, O, OU, CN */
    struct slice serial;          /* the bytes of the number */
    struct slice from, until;     /* UTCTime: 250101000000Z */
    const struct slice *names;    /* subject alternative names: DNS names */
    size_t name_count;
};

/* 0; -EINVAL: a name is not of that form; -ENOMEM. */
int certificate_put(struct buf *out, const struct certificate_text *certificate);

#endif
