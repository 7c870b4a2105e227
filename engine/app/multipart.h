/*
 * multipart/form-data bodies (RFC 7578, RFC 2046, 5.1), piece by piece: calls back for the parts that are
 * files.
 *
 * Holds at most what may still become a delimiter, and the headers of one part (capped). One thread.
 */
#ifndef SLUICE_APP_MULTIPART_H
#define SLUICE_APP_MULTIPART_H

#include "base/buf.h"

enum { MULTIPART_BOUNDARY_MOST = 200, MULTIPART_HEADERS_MOST = 8192 };

struct multipart_ops {
    void (*begin)(void *ctx, struct slice filename);
    void (*data)(void *ctx, struct slice bytes);
    void (*end)(void *ctx, bool whole);
    void *ctx;
};

struct multipart {
    struct buf pending;
    char delimiter[MULTIPART_BOUNDARY_MOST + 5]; /* CR LF - - boundary */
    size_t delimiter_length;
    uint8_t state;
    bool in_file;
};

/* The boundary of a Content-Type header's value; false when it is not multipart/form-data with one. */
bool multipart_boundary(struct slice content_type, struct slice *boundary);

void multipart_init(struct multipart *m, struct slice boundary);
void multipart_feed(struct multipart *m, struct slice bytes, const struct multipart_ops *ops);

/* The body is over: an open file is closed. */
void multipart_end(struct multipart *m, const struct multipart_ops *ops);
void multipart_fini(struct multipart *m);

/* The filename of a Content-Disposition value, without quotes; false without one. */
bool disposition_filename(struct slice value, struct slice *filename);

#endif
