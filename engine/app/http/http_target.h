/* What a request is for: its target, and the host that it names. For app/http only. */
#ifndef SLUICE_APP_HTTP_TARGET_H
#define SLUICE_APP_HTTP_TARGET_H

#include "app/http/http.h"

/* The target taken apart; its path resolved, as a file is named by it (p is NULL without). */
struct http_uri http_target(struct http_tx *tx);
struct slice http_path(struct http_tx *tx);
/* The host that the target names, as the target has it resolved; p is NULL without. */
struct slice http_target_host(struct http_tx *tx);
/* The target's, else that of the field Host. */
struct slice http_host(struct http_tx *tx);
/* The headers of a request are there: compares the two, and tells what is odd. */
void http_look_at_host(struct app_session *session, struct http_tx *tx);

#endif
