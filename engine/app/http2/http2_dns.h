/* DNS over HTTPS (RFC 8484) found in the streams of an HTTP/2 connection. For app/http2*.c only. */
#ifndef SLUICE_APP_HTTP2_DNS_H
#define SLUICE_APP_HTTP2_DNS_H

#include "app/http2/http2.h"

void http2_dns_fields(struct app_session *session, struct http2_tx *tx);
void http2_dns_body_begins(struct http2_tx *tx, enum direction direction);
void http2_dns_body(struct app_session *session, struct http2_tx *tx, enum direction direction,
                    struct slice bytes);
void http2_dns_body_ends(struct app_session *session, struct http2_tx *tx, enum direction direction);
void http2_dns_fini(struct http2_side *side);

#endif
