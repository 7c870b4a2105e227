/* What is odd about the fields of a request, as events under Suricata's names. For app/http only. */
#ifndef SLUICE_APP_HTTP_EVENT_H
#define SLUICE_APP_HTTP_EVENT_H

#include "app/http/http.h"

/* Its headers are there. */
void http_event_of_request(struct app_session *session, struct http_tx *tx);

#endif
