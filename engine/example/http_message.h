/*
 * An HTTP/1 message in pieces, some of them not known yet: composed to bytes, or to a regular expression
 * which the whole message must match, and taken apart again. The message owns its pieces. One thread.
 */
#ifndef SLUICE_EXAMPLE_HTTP_MESSAGE_H
#define SLUICE_EXAMPLE_HTTP_MESSAGE_H

#include "base/buf.h"

enum { HTTP_HEADERS_MOST = 48 };

struct http_header {
    struct buf name, value;
};

struct http_message {
    bool response;
    struct buf line[3]; /* method, target, protocol; or protocol, code, reason */
    bool known[3];
    struct http_header headers[HTTP_HEADERS_MOST];
    unsigned header_count;
    bool usual_host; /* nobody has asked for its Host */
    struct buf body;
};

enum http_scope { HTTP_LINE, HTTP_HEADERS, HTTP_HEAD, HTTP_WHOLE };

void http_message_fini(struct http_message *message);

void http_message_remove(struct http_message *message, struct slice name);
void http_message_clear_headers(struct http_message *message);

/* Adds a header; a name that is there keeps its value. 0, -E2BIG or -ENOMEM. */
int http_message_add(struct http_message *message, struct slice name, struct slice value);
int http_message_set(struct http_message *message, struct slice name,
                     struct slice value); /* whatever it was */
const struct http_header *http_message_find(const struct http_message *message, struct slice name);

/* So much of it, with what is usual where a piece is not known. 0 or -ENOMEM. */
int http_message_compose(const struct http_message *message, enum http_scope scope, struct buf *out);

/* The same as a regular expression (NUL-terminated), in which further headers and unknown pieces are open. */
int http_message_pattern(const struct http_message *message, enum http_scope scope, struct buf *out);

/* Takes the pieces from bytes of that scope: they replace what is there. 0, -EINVAL, -E2BIG, -ENOMEM. */
int http_message_take(struct http_message *message, enum http_scope scope, struct slice bytes);

/* Headers alone ("name: value" and CRLF each) are added; those whose name is there only when it may be twice.
 * As http_message_take. */
int http_message_take_headers(struct http_message *message, struct slice lines, bool twice);

#endif
