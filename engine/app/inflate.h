/*
 * Raw deflate (RFC 1951), decoded as the bytes come, in a window of its own.
 *
 * It says what zlib's inflate says of any bytes in any cutting, damaged ones too: the same output, the same
 * end, the same place where they cannot be read; tests/property/test_inflate.c holds it to that. It is faster
 * (docs/performance.md): tables of eleven bits, a 64-bit reservoir of bits, and output that is lent instead
 * of copied. No memory of its own beyond the structure; one thread.
 */
#ifndef SLUICE_APP_INFLATE_H
#define SLUICE_APP_INFLATE_H

#include "base/slice.h"

enum inflate_status { INFLATE_MORE, INFLATE_END, INFLATE_BAD };

enum { INFLATE_PIECE = 8192 }; /* bytes that one call puts out at most */

struct inflate;

/* Bytes of a struct inflate, whose memory is the caller's; uninitialised until inflate_begin. */
size_t inflate_size(void);
void inflate_begin(struct inflate *inflate);

/*
 * Decodes until a piece is full or the input ends, and takes what it used from *in. *out is lent until the
 * next call. INFLATE_MORE: call again, with what is left of *in or what follows. At the end *in begins behind
 * the data; when they are bad, where zlib's would.
 */
enum inflate_status inflate_run(struct inflate *inflate, struct slice *in, struct slice *out);

#endif
