/*
 * multipart bodies (RFC 2046, 5.1; RFC 7578), piece by piece: calls back for the parts that are files, those
 * with a filename.
 *
 * Holds at most what may still become a delimiter, and the header of one part (capped). Work is linear in the
 * bytes. One thread.
 */
#ifndef SLUICE_APP_MULTIPART_H
#define SLUICE_APP_MULTIPART_H

#include "base/buf.h"

enum { MULTIPART_BOUNDARY_MOST = 200, MULTIPART_HEADER_MOST = 8192 };

struct multipart_ops {
    void (*begin)(void *ctx, struct slice filename);
    void (*data)(void *ctx, struct slice bytes);
    void (*end)(void *ctx);
    void (*invalid)(void *ctx); /* a part's header is none, or too long */
    void *ctx;
};

struct multipart {
    struct buf pending;
    size_t searched;                                /* of pending: the end of the header is not in it */
    uint8_t delimiter[MULTIPART_BOUNDARY_MOST + 4]; /* CR LF - - boundary */
    size_t delimiter_length;
    uint8_t state;
    bool in_file;
};

/* The boundary of a Content-Type's value; false when it is not multipart with one. */
bool multipart_boundary(struct slice content_type, struct slice *boundary);

/* `boundary` has at most MULTIPART_BOUNDARY_MOST bytes, as multipart_boundary gives it. */
void multipart_init(struct multipart *m, struct slice boundary);
void multipart_feed(struct multipart *m, struct slice bytes, const struct multipart_ops *ops);

/* The body is over: an open file ends. */
void multipart_end(struct multipart *m, const struct multipart_ops *ops);
void multipart_fini(struct multipart *m);

/* The filename of a Content-Disposition value (RFC 6266), in place of what `filename` held. False without
 * one. */
bool disposition_filename(struct slice value, struct buf *filename);

#endif
