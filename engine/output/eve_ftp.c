/* FTP in EVE: a record a command with its reply, and one for each data connection. */
#include "app/ftp/ftp.h"
#include "output/eve_app.h"

static void put_list(struct json_line *l, const char *name, const struct text_list *list, bool skip_empty)
{
    struct slice text;
    if (skip_empty ? !list->bytes.n : !list->count)
        return;
    line_open_list(l, name);
    for (size_t i = 0; text_list_at(list, i, &text); i++)
        if (text.n || !skip_empty)
            line_bytes(l, NULL, text);
    line_close_list(l);
}

static bool has_mode(enum ftp_command command)
{
    return command == FTP_PORT || command == FTP_EPRT || command == FTP_PASV || command == FTP_EPSV;
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct ftp_tx *ftp = (const struct ftp_tx *)tx;
    (void)session;
    (void)alert;
    line_open(l, "ftp");
    if (ftp->command != FTP_NO_COMMAND)
        line_text(l, "command", ftp_command_name((enum ftp_command)ftp->command));
    if (ftp->has_data) {
        line_bytes(l, "command_data", buf_slice(&ftp->data));
        line_bool(l, "command_truncated", ftp->data_cut);
    }
    put_list(l, "completion_code", &ftp->codes, true);
    put_list(l, "reply", &ftp->replies, false);
    if (ftp->port)
        line_uint(l, "dynamic_port", ftp->port);
    if (has_mode((enum ftp_command)ftp->command))
        line_text(l, "mode", ftp->active ? "active" : "passive");
    line_text(l, "reply_received", ftp->answered ? "yes" : "no");
    line_bool(l, "reply_truncated", ftp->reply_cut);
    line_close(l);
    return true;
}

static bool put_data(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct ftp_data_tx *ftp = (const struct ftp_data_tx *)tx;
    (void)session;
    (void)alert;
    line_open(l, "ftp_data");
    if (ftp->name.n)
        line_bytes(l, "filename", buf_slice(&ftp->name));
    if (ftp->command != FTP_NO_COMMAND)
        line_text(l, "command", ftp_command_name((enum ftp_command)ftp->command));
    line_close(l);
    return true;
}

const struct eve_app eve_app_ftp = {.record = RECORD_FTP, .no_tx_id = true, .put = put};
const struct eve_app eve_app_ftp_data = {
    .record = RECORD_FTP_DATA, .no_tx_id = true, .of_flow = true, .put = put_data};
