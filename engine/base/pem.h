/* PEM, the textual form of a certificate (RFC 7468). Pure; any thread. */
#ifndef SLUICE_BASE_PEM_H
#define SLUICE_BASE_PEM_H

#include "base/buf.h"

/* Appends the certificate's block, its last line's end included. 0 or -ENOMEM. */
int pem_certificate(struct slice der, struct buf *out);

#endif
