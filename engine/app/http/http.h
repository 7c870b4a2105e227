/*
 * HTTP/1 on libhtp: the session, and the transaction as buffers and records see it. Internal to app/http*.c
 * and output/eve_http.c.
 *
 * libhtp owns the parsed message (`htp`), which lives as long as our transaction. Buffers that have to be
 * made are made at the first question and kept.
 */
#ifndef SLUICE_APP_HTTP_H
#define SLUICE_APP_HTTP_H

#include <htp/htp.h>

#include "app/config.h"
#include "app/file/file.h"
#include "app/http/http_decompress.h"
#include "app/http/http_field.h"
#include "app/http/multipart.h"

enum { HTTP_FIELDS_MOST = 1024 }; /* of a head; one more is an error */

/* Buffers that are put together from what libhtp parsed, by side. */
enum http_made {
    HTTP_MADE_URI,
    HTTP_MADE_HEADER,
    HTTP_MADE_HEADER_AGAIN, /* with the trailer's fields */
    HTTP_MADE_HEADER_NAMES,
    HTTP_MADE_START,
    HTTP_MADE_HOST,
    HTTP_MADE_RESPONSE_LINE,
    HTTP_MADE_ONE_HEADER,
    HTTP_MADE
};

struct http_many;

struct http_side {
    struct http_fields fields;
    struct http_many *many; /* while there are many fields; see http_many.h */
    struct buf raw_header;  /* as it came, with the empty line; and the trailer */
    size_t trailer_from;    /* ... where that begins */
    struct buf made[HTTP_MADE];
    uint32_t made_already; /* 1 << enum http_made */
    struct app_body body;
    struct http_decompress *decompress; /* NULL: the body is taken as it is */
    struct app_file *file;              /* that the body is */
    bool file_asked, body_ended;
    bool body_passed;   /* what is to come of it nobody looks at */
    bool line, headers; /* of them is complete what the name says */
    bool trailer;       /* one may follow the body */
    bool shown;         /* the header: the rules have looked */
    bool unshown;       /* the body: Suricata has no name for it */
    bool whole_hidden;  /* the header as a whole is not shown: see http_upgrade.c */
};

struct http_tx {
    struct app_tx tx;
    htp_tx_t *htp; /* NULL once libhtp has none */
    struct http_side sides[DIRECTIONS];
    bool asked;                 /* the request was seen */
    struct multipart *form;     /* of a request with files in it; NULL without */
    struct app_file *part;      /* of the form, that is being read */
    struct http_frames *frames; /* NULL without: see http_frame.h */
    uint32_t cost;              /* bytes accounted for what libhtp has of it */
};

/*
 * http_hook.c: what libhtp calls back. One for the process, made when it is first asked for, the same for all
 * threads (libhtp only reads it) and never freed. NULL when memory is short.
 */
htp_cfg_t *http_config(void);

/* http_upgrade.c: the headers of a response are there; sets http->switched when another protocol follows. */
void http_look_for_switch(struct app_session *session, struct http_tx *tx);

/* http_buffer.c */
enum buffer_answer http_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out);

/* With blanks allowed in a URI, libhtp leaves those at its end, and behind the protocol: without them. */
struct slice http_trimmed(struct slice s);

/* http_identity.c: app_parser.identity, of messages with a short head and a short body, or none. */
bool http_identity(struct app_session *session, struct app_tx *tx, enum direction direction, struct buf *out);

/* How that direction's body is looked at. */
struct app_body_limits http_body_limits(const struct app_session *session, enum direction direction);

/* The value of a header field; p is NULL without. */
struct slice http_header(const struct http_tx *tx, enum direction direction, enum http_field field);

/* That side's fields so far; NULL without. */
const htp_table_t *http_headers(const struct http_tx *tx, enum direction direction);

/* http_body.c: the headers are there; bytes of a body as they came, dechunked, in order; its end. */
void http_body_begin(struct app_session *session, struct http_tx *tx, enum direction direction);
void http_body_data(struct app_session *session, struct http_tx *tx, enum direction direction,
                    struct slice bytes);
void http_body_end(struct app_session *session, struct http_tx *tx, enum direction direction, bool whole);

#endif
