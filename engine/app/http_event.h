/* What libhtp remarks on, as events under Suricata's names. Internal to app/http*.c. */
#ifndef SLUICE_APP_HTTP_EVENT_H
#define SLUICE_APP_HTTP_EVENT_H

#include "app/http.h"

/* A line of libhtp's log; APP_EVENT_NONE when it stands for no event. *direction is whose message it is
 * about. */
enum app_event http_event_of_log(const char *message, enum direction *direction);

/* Raises what the flags of the request say, once its headers are there. */
void http_event_of_request(struct app_session *session, struct http_tx *tx);

#endif
