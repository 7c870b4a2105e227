/*
 * HTTP/1: the transaction as its parser makes it, and as buffers and records see it. Internal to app/http and
 * output/eve_http.c.
 *
 * Each side has its head in one block (http_head.h). Buffers that have to be made are made at the first
 * question and kept.
 */
#ifndef SLUICE_APP_HTTP_H
#define SLUICE_APP_HTTP_H

#include "app/config.h"
#include "app/file/file.h"
#include "app/http/http_decompress.h"
#include "app/http/http_head.h"
#include "app/http/http_line.h"
#include "app/http/http_uri.h"
#include "app/http/multipart.h"

/* Buffers that are put together from a head, by side. */
enum http_made {
    HTTP_MADE_URI,
    HTTP_MADE_HEADER,
    HTTP_MADE_HEADER_AGAIN, /* with the trailer's fields */
    HTTP_MADE_HEADER_NAMES,
    HTTP_MADE_START,
    HTTP_MADE_HOST,
    HTTP_MADE_RESPONSE_LINE,
    HTTP_MADE_ONE_HEADER,
    HTTP_MADE_PATH,
    HTTP_MADE_TARGET_HOST,
    HTTP_MADE
};

enum http_coding { HTTP_CODING_NONE, HTTP_CODING_IDENTITY, HTTP_CODING_CHUNKED };

struct http_side {
    struct http_head head;
    struct buf made[HTTP_MADE]; /* with the head, what the next transaction gets: tx_reuse */
    struct http_part line;      /* the first line without its end */
    struct http_part protocol;  /* of n 0: none */
    int64_t length;             /* Content-Length; -1: none */
    enum http_coding coding;
    enum http_version version;
    uint32_t made_already; /* 1 << enum http_made */
    struct app_body body;
    struct http_decompress *decompress; /* NULL: the body is taken as it is */
    struct app_file *file;              /* that the body is */
    bool file_asked, body_ended;
    bool body_passed;        /* what is to come of it nobody looks at */
    bool begun;              /* its first byte was read */
    bool line_read, headers; /* of them is complete what the name says */
    bool came;               /* all of it */
    bool trailer;            /* one may follow the body */
    bool shown;              /* the header: the rules have looked */
    bool unshown;            /* the body: Suricata has no name for it */
    bool header_plain;       /* http.header is shown as it came: see http_buffer.c */
    bool whole_hidden;       /* the header as a whole is not shown: see http_upgrade.c */
};

struct http_tx {
    struct app_tx tx;
    struct http_side sides[DIRECTIONS];
    bool asked; /* the request was seen */
    enum http_method method_kind;
    struct http_part method, target; /* of the request's line */
    bool has_target;
    struct http_uri uri;              /* of the target: see http_target */
    const uint8_t *uri_within;        /* the block that its slices lie in; NULL: it was not read */
    bool host_known;                  /* http_host says which it is */
    uint16_t port;                    /* that is named beside the host; 0: none */
    struct http_part status, message; /* of the response's line */
    bool has_status, has_message;
    int status_number;          /* -1: it is none; 0: it has not come */
    bool simple;                /* HTTP/0.9: neither message has a head */
    bool continued;             /* an interim answer came (RFC 9110, 15.2.1) */
    bool interim;               /* ... and what is there of the answer is its line */
    uint64_t answered;          /* bytes of the answer's body, as they came */
    struct multipart *form;     /* of a request with files in it; NULL without */
    struct app_file *part;      /* of the form, that is being read */
    struct http_frames *frames; /* NULL without: see http_frame.h */
};

/* http_buffer.c */
enum buffer_answer http_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out);

/* http_identity.c: app_parser.identity, of messages with a short head and a short body, or none. */
bool http_identity(struct app_session *session, struct app_tx *tx, enum direction direction, struct buf *out);

/* The value of a header field; p is NULL without. */
struct slice http_header(const struct http_tx *tx, enum direction direction, enum http_field field);

/* Of the first line. */
static inline struct slice http_line_part(const struct http_tx *tx, enum direction direction,
                                          struct http_part part)
{
    return http_head_part(&tx->sides[direction].head, part);
}

#endif
