/* DNS in EVE: see the protocol's own description. */
#include "output/eve_app.h"

static bool put(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                bool alert)
{
    (void)w;
    (void)object;
    (void)session;
    (void)tx;
    (void)alert;
    return false;
}

const struct eve_app eve_app_dns = {.record = RECORD_DNS, .put = put};
