#include "base/pem.h"

#include <openssl/evp.h>

/* RFC 7468, 2: 64 characters a line. */
int pem_certificate(struct slice der, struct buf *out)
{
    enum { LINE_BYTES = 48, LINE = LINE_BYTES / 3 * 4 };
    int rc = buf_append(out, slice_str("-----BEGIN CERTIFICATE-----\n"));
    for (size_t at = 0; !rc && at < der.n; at += LINE_BYTES) {
        struct slice part = slice_first(slice_from(der, at), LINE_BYTES);
        unsigned char line[LINE + 2];
        int n = EVP_EncodeBlock(line, part.p, (int)part.n);
        line[n] = '\n';
        rc = buf_append(out, slice_of(line, (size_t)n + 1));
    }
    return rc ? rc : buf_append(out, slice_str("-----END CERTIFICATE-----\n"));
}
