/*
 * The target of a request (RFC 9112, 3.2; RFC 3986), taken apart and resolved as lazy servers do it: what a
 * rule wants to see is what the server will act on. Pure; any thread.
 */
#ifndef SLUICE_APP_HTTP_URI_H
#define SLUICE_APP_HTTP_URI_H

#include "base/buf.h"

/* Slices are parts of the target; p is NULL without. */
struct http_uri {
    struct slice host, path, query, fragment;
    uint16_t port; /* 0: none, or it is not valid */
    bool odd_port; /* it is none */
};

struct http_uri http_uri_read(struct slice target);

/* That of CONNECT: a host and a port (RFC 9110, 9.3.6). Also what the field Host says. */
struct http_uri http_authority_read(struct slice target);

/* Whether it may be the name or the address of a host. */
bool http_host_is_valid(struct slice host);

/*
 * Appends the path with escapes resolved (%41, %u0041, UTF-8), backslashes as slashes, slashes one at a time,
 * without "." and ".."; the others with escapes resolved only. 0 or -ENOMEM.
 */
int http_append_path(struct buf *out, struct slice path);
int http_append_unescaped(struct buf *out, struct slice text);

/* In small letters, without escapes and dots at its end. */
int http_append_host(struct buf *out, struct slice host);

#endif
