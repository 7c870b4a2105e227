/* TFTP in EVE: one record a request. */
#include "app/tftp.h"
#include "output/eve_app.h"

static bool put(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                bool alert)
{
    const struct tftp_tx *tftp = (const struct tftp_tx *)tx;
    json_t *body = json_object();
    (void)session;
    (void)alert;
    json_put_text(w, body, "packet", tftp->write ? "write" : "read");
    json_put_bytes(w, body, "file", buf_slice(&tftp->file));
    json_put_text(w, body, "mode", tftp_mode_name(tftp->mode));
    json_put(w, object, "tftp", body);
    return true;
}

const struct eve_app eve_app_tftp = {.record = RECORD_TFTP, .no_tx_id = true, .one_sided = true, .put = put};
