/*
 * Content codings of HTTP bodies (RFC 9110, 8.4.1): gzip, deflate, br, decoded as the bytes come.
 *
 * One decoder belongs to one body. What it may put out is bounded by what it was given (app/growth.h), so
 * that a bomb ends early. One thread at a time.
 */
#ifndef SLUICE_APP_CODING_H
#define SLUICE_APP_CODING_H

#include "app/growth.h"
#include "base/slice.h"

enum coding_kind {
    CODING_NONE,
    CODING_GZIP,    /* RFC 1952; the first member */
    CODING_DEFLATE, /* RFC 1951 without zlib's head, as it is used */
    CODING_BROTLI,  /* RFC 7932 */
};

struct coding;

/* By the name of a content coding, in any case; CODING_NONE for another. */
enum coding_kind coding_by_name(struct slice name);

/* NULL when memory is short, and for CODING_NONE. `connection` is kept. */
struct coding *coding_new(enum coding_kind kind, struct growth *connection);
void coding_free(struct coding *coding);

/* The coded data has told its end: what would follow is passed over. */
bool coding_ended(const struct coding *coding);

/* So much memory a decoder takes, for accounting. */
size_t coding_memory(enum coding_kind kind);

typedef void coding_sink(void *ctx, struct slice decoded);

/*
 * Decodes what comes next; `sink` is called with each piece. 0 (also behind the end of the coded data, which
 * is passed over); -EBADMSG when it is not coded so, -EFBIG when it is a bomb, -ENOMEM: no more is decoded
 * then.
 */
int coding_decode(struct coding *coding, struct slice coded, coding_sink *sink, void *ctx);

#endif
