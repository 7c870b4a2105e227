/*
 * The first line of an HTTP/1 message (RFC 9112, 3 and 4), read as forgivingly as Suricata does: any blanks
 * between its parts, some in the target, no protocol. Slices are parts of the line. Pure; any thread.
 */
#ifndef SLUICE_APP_HTTP_LINE_H
#define SLUICE_APP_HTTP_LINE_H

#include "base/slice.h"

/* Space, and what C calls so. */
static inline bool http_is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool http_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

struct slice http_trimmed(struct slice s);          /* without blanks at its end */
struct slice http_without_line_end(struct slice s); /* without LF and all CR before it */
bool http_line_is_empty(struct slice line);         /* a line end, and nothing else */

enum http_method { HTTP_METHOD_UNKNOWN, HTTP_METHOD_KNOWN, HTTP_CONNECT, HTTP_HEAD, HTTP_POST, HTTP_PUT };

/* In capitals, as they are registered. */
enum http_method http_method_named(struct slice name);

enum http_version { HTTP_VERSION_NONE = -1, HTTP_VERSION_0_9 = 9, HTTP_VERSION_1_0 = 100, HTTP_VERSION_1_1 };

enum http_version http_version_of(struct slice s);

struct http_request_line {
    struct slice method;
    struct slice target, protocol; /* p is NULL without */
    enum http_method kind;
    enum http_version version; /* 0.9: no protocol was named */
    bool leading_blank, odd_method_end, odd_target_end;
};

struct http_request_line http_request_line_read(struct slice s);

struct http_status_line {
    struct slice protocol, status, message; /* p is NULL without */
    enum http_version version;
    int number; /* of the status; -1: it is none */
};

struct http_status_line http_status_line_read(struct slice s);

#endif
