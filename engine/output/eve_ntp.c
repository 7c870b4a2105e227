/* NTP in EVE: one record a message. */
#include "app/ntp/ntp.h"
#include "output/eve_app.h"

#include <stdio.h>

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct ntp_message *m = &((const struct ntp_tx *)tx)->message;
    char reference[3 * NTP_REFERENCE];
    (void)session;
    (void)alert;
    snprintf(reference, sizeof reference, "%02x:%02x:%02x:%02x", m->reference[0], m->reference[1],
             m->reference[2], m->reference[3]);
    line_open(l, "ntp");
    line_uint(l, "version", m->version);
    line_uint(l, "mode", m->mode);
    line_uint(l, "stratum", m->stratum);
    line_text(l, "reference_id", reference);
    line_close(l);
    return true;
}

const struct eve_app eve_app_ntp = {.record = RECORD_NTP, .no_tx_id = true, .put = put};
