/* Each frame gets a transaction of its own, which is not shown. */
#include "app/mail/smtp_frame.h"

#include "app/answer.h"
#include "app/frame_tx.h"

enum { FRAME_MOST = 128 << 10 };

/* Takes over the bytes, which are accounted. */
static void add(struct app_session *s, enum direction direction, enum buffer_id id, struct buf *bytes)
{
    struct app_tx *tx = app_frame_tx_new(s, direction, bytes, offsetof(struct smtp_tx, frame));
    if (!tx)
        return;
    struct smtp_tx *smtp = (struct smtp_tx *)tx;
    smtp->frame_id = id;
    smtp->memory = smtp->frame.n;
    app_tx_complete(s, tx, direction);
}

void smtp_frame_line(struct app_session *s, enum direction direction, struct slice line)
{
    enum buffer_id id =
        direction == TO_SERVER ? BUFFER_SMTP_FRAME_COMMAND_LINE : BUFFER_SMTP_FRAME_RESPONSE_LINE;
    struct buf frame = {0};
    if (app_wanted(s, id) && app_memory_append(s, &frame, line))
        add(s, direction, id, &frame);
}

void smtp_frame_data(struct app_session *s, struct slice bytes)
{
    struct buf *frame = &((struct smtp *)s->state)->data_frame;
    if (!app_wanted(s, BUFFER_SMTP_FRAME_DATA))
        return;
    bytes = slice_first(bytes, FRAME_MOST - frame->n);
    if (bytes.n)
        app_memory_append(s, frame, bytes);
}

void smtp_frame_data_end(struct app_session *s)
{
    struct buf *frame = &((struct smtp *)s->state)->data_frame;
    if (frame->n)
        add(s, TO_SERVER, BUFFER_SMTP_FRAME_DATA, frame);
}

/* Of a command line there are two instances, with its end and without: in Suricata they are two frames. */
enum buffer_answer smtp_frame_buffer(const struct smtp_tx *tx, enum buffer_id id, unsigned index,
                                     struct view_buffer *out)
{
    struct slice bytes = buf_slice(&tx->frame);
    if (id != tx->frame_id || index > 1)
        return BUFFER_NONE;
    if (!index)
        return answer_bytes(bytes, out);
    struct slice bare = line_without_end(bytes);
    bool two = id == BUFFER_SMTP_FRAME_COMMAND_LINE && bare.n && bare.n < bytes.n;
    return two ? answer_bytes(bare, out) : BUFFER_NONE;
}
