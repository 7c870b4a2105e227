/* An FTP data connection: one transaction, and the file that is moved, if it is one. Told by app/expected.c.
 */
#include "app/file/file.h"
#include "app/ftp/ftp.h"
#include "app/session.h"

static const struct app_body_limits limits = {.limit = UINT64_MAX, .window = 4096};

struct ftp_data {
    bool begun, is_file;
    uint8_t direction; /* of the file */
    struct app_file *file;
};

static struct app_tx *begin(struct app_session *s)
{
    struct ftp_data *data = s->state;
    struct slice told = buf_slice(&s->handed), name = slice_from(told, 2);
    struct ftp_data_tx *tx = (struct ftp_data_tx *)app_tx_new(s);
    if (!tx || data->begun || told.n < 2)
        return (struct app_tx *)tx;
    data->begun = true;
    tx->command = told.p[0] < FTP_COMMANDS ? told.p[0] : FTP_NO_COMMAND;
    data->direction = told.p[1] == TO_CLIENT ? TO_CLIENT : TO_SERVER;
    data->is_file = tx->command == FTP_RETR || tx->command == FTP_STOR || tx->command == FTP_APPE ||
                    tx->command == FTP_STOU;
    if (name.n)
        app_memory_append(s, &tx->name, name);
    if (data->is_file) {
        data->file = app_file_open(s, &tx->tx, (enum direction)data->direction, name);
        app_file_inspect(data->file, &limits);
    }
    for (int d = 0; d < DIRECTIONS; d++)
        app_tx_changed(s, &tx->tx, (enum direction)d);
    return &tx->tx;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct ftp_data *data = s->state;
    struct app_tx *tx = data->begun ? s->first : begin(s);
    taken->bytes = in->bytes.n;
    if (!tx) /* it is over, or memory is short */
        return PARSE_SIDE_DONE;
    if (in->direction == data->direction)
        app_file_append(s, tx, data->file, in->bytes);
    return PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct ftp_data *data = s->state;
    if (s->first && direction == data->direction)
        app_file_gap(s, s->first, data->file, bytes);
    return PARSE_OK;
}

static void end(struct app_session *s, enum direction direction)
{
    struct ftp_data *data = s->state;
    if (!s->first || (data->is_file && direction != data->direction))
        return;
    app_file_close(s, s->first, data->file, true);
    for (int d = 0; d < DIRECTIONS; d++)
        app_tx_complete(s, s->first, (enum direction)d);
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct ftp_data_tx *ftp = (struct ftp_data_tx *)tx;
    struct ftp_data *data = s->state;
    data->file = NULL;
    app_memory_give(s, ftp->name.n);
    buf_fini(&ftp->name);
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct ftp_data_tx *ftp = (const struct ftp_data_tx *)tx;
    if (id == BUFFER_FILE_DATA)
        return app_file_buffer(s, tx, direction, id, index, out);
    if (id != BUFFER_FTPDATA_COMMAND || index)
        return BUFFER_NONE;
    *out = (struct view_buffer){
        .number = ftp_data_kind((enum ftp_command)ftp->command), .first = true, .last = true};
    return BUFFER_HERE;
}

const struct app_parser ftp_data_parser = {
    .proto = APP_FTP_DATA,
    .state_size = sizeof(struct ftp_data),
    .tx_size = sizeof(struct ftp_data_tx),
    .parse = parse,
    .gap = gap,
    .end = end,
    .tx_free = tx_free,
    .buffer = buffer,
};
