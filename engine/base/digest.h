/*
 * Digests, by OpenSSL. Its EVP_md5() and the like are names that each use looks up anew, which costs more
 * than a short text's digest; here they are looked up once for the process. Any thread.
 */
#ifndef SLUICE_BASE_DIGEST_H
#define SLUICE_BASE_DIGEST_H

#include <openssl/types.h>

#include "base/slice.h"

enum digest { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGESTS };

enum { DIGEST_MOST = 32 }; /* bytes */

/* Never freed. */
const EVP_MD *digest_algorithm(enum digest digest);

/* Returns how many bytes it has; 0 when memory is short. */
size_t digest_of(enum digest digest, struct slice bytes, uint8_t out[DIGEST_MOST]);

#endif
