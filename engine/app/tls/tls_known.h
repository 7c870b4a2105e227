/*
 * What many connections have alike, kept by a worker for the next one that brings it: the certificates of a
 * server, the JA3 of a client. Whoever has one holds a reference, and so does the table, in which a newer one
 * takes the place of an older: nothing is found that is not the same byte for byte. For app/tls only.
 */
#ifndef SLUICE_APP_TLS_KNOWN_H
#define SLUICE_APP_TLS_KNOWN_H

#include "app/tls/tls.h"

enum { TLS_KNOWN_CHAINS = 128, TLS_KNOWN_JA3 = 256 };

struct tls_known { /* app_common of TLS */
    struct tls_certificate *chains[TLS_KNOWN_CHAINS];
    struct tls_ja3 *ja3[TLS_KNOWN_JA3];
    struct buf text; /* of a JA3, until it is known to be a new one */
};

/* What the body of a Certificate message says; the caller's reference. NULL when memory is short. Longer ones
 * than TLS_CHAIN_KNOWN are read anew each time. */
struct tls_certificate *tls_known_chain(struct tls_known *known, struct slice body, bool tls13);

/* The JA3 or JA3S of a hello, likewise. */
struct tls_ja3 *tls_known_ja3(struct tls_known *known, const struct tls_hello *hello);
void tls_ja3_release(struct tls_ja3 *ja3); /* NULL is none */

/* Gives the table's references back. */
void tls_known_fini(void *common);

#endif
