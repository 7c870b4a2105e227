/* TFTP in EVE: one record a request. */
#include "app/tftp/tftp.h"
#include "output/eve_app.h"

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct tftp_tx *tftp = (const struct tftp_tx *)tx;
    line_open(l, "tftp");
    (void)session;
    (void)alert;
    line_text(l, "packet", tftp->write ? "write" : "read");
    line_bytes(l, "file", buf_slice(&tftp->file));
    line_text(l, "mode", tftp_mode_name(tftp->mode));
    line_close(l);
    return true;
}

const struct eve_app eve_app_tftp = {.record = RECORD_TFTP, .no_tx_id = true, .one_sided = true, .put = put};
