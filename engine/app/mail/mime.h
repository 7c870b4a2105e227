/*
 * A mail message (RFC 5322, MIME: RFC 2045 to 2047), line by line: header fields unfolded, parts of any
 * depth, what they hold decoded. What is found is told through struct mime_sink.
 *
 * Holds a header field, the boundaries of the parts that are open, a line of decoded text: all capped. Work
 * is linear in the bytes. Owned by whoever feeds it; one thread.
 */
#ifndef SLUICE_APP_MIME_H
#define SLUICE_APP_MIME_H

#include "app/mail/mime_decode.h"
#include "base/app_event.h"

enum {
    MIME_FIELD_MOST = 16 << 10, /* bytes of an unfolded field; the rest is passed over */
    MIME_VALUE_MOST = 2000,     /* ... of one line of its value, without an event */
    MIME_DEPTH_MOST = 32,       /* multiparts in multiparts */
    MIME_BOUNDARY_MOST = 1000,  /* bytes of a boundary; of a longer one the begin tells */
    MIME_FILE_NAME_MOST = 255,  /* of a longer name the begin is taken, with an event */
    MIME_TEXT_MOST = 1000,      /* bytes of a decoded line */
};

struct mime_sink {
    void (*field)(void *ctx, struct slice name, struct slice value); /* of the message itself */
    void (*fields_end)(void *ctx);
    void (*attachment)(void *ctx, struct slice name); /* a part has that name */
    void (*file_begin)(void *ctx, struct slice name);
    void (*file_data)(void *ctx, struct slice bytes);
    void (*file_end)(void *ctx, bool whole);
    void (*text)(void *ctx, struct slice line); /* to be read by people, plain or HTML; with its end */
    void (*event)(void *ctx, enum app_event event);
    void *ctx;
};

enum mime_encoding { MIME_PLAIN, MIME_BASE64, MIME_QUOTED_PRINTABLE };

/* What the header of a part says of it. */
struct mime_part {
    struct buf name; /* of its file */
    uint8_t encoding;
    bool is_text, is_multipart, is_message;
    bool typed;
};

struct mime {
    struct buf field;      /* the field that may be continued */
    struct buf boundaries; /* of the open multiparts, the innermost last */
    uint16_t boundary_lengths[MIME_DEPTH_MOST];
    uint8_t depth;
    bool in_body;     /* else in a header */
    bool in_part;     /* else in the header of the message itself */
    bool in_file;     /* file_begin was told */
    bool fields_told; /* fields_end was */
    struct mime_part part;
    struct base64_decoder base64;
    uint8_t line_end[2], line_end_length; /* of the line before: a boundary takes it away */
    struct buf decoded, text;
};

/* A line with its end, or what there is of it; `begins`: it does not go on with the one before. */
void mime_line(struct mime *m, struct slice line, bool begins, const struct mime_sink *sink);
/* The message is over; `whole`: not for want of bytes. */
void mime_end(struct mime *m, bool whole, const struct mime_sink *sink);
void mime_fini(struct mime *m);

/* Notes what a field of a part's header says. In mime_part.c. */
void mime_part_field(struct mime_part *part, struct slice name, struct slice value,
                     const struct mime_sink *sink, struct slice *boundary);

#endif
