#include "app/session.h"
#include "app/mail/smtp_frame.h"

static enum buffer_answer word(bool has, const struct buf *text, unsigned index, bool over,
                               struct view_buffer *out)
{
    if (index)
        return BUFFER_NONE;
    if (!has || !text->n) /* as in Suricata one of no bytes is none */
        return over ? BUFFER_NONE : BUFFER_LATER;
    *out = (struct view_buffer){.bytes = buf_slice(text), .first = true, .last = true};
    return BUFFER_HERE;
}

enum buffer_answer smtp_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct smtp_tx *smtp = (const struct smtp_tx *)tx;
    bool over = tx->complete[TO_SERVER];
    struct slice text;
    if (smtp->frame.n)
        return smtp_frame_buffer(smtp, id, index, out);
    switch (id) {
    case BUFFER_FILE_DATA:
        return app_file_buffer(s, tx, direction, id, index, out);
    case BUFFER_SMTP_HELO:
        return word(smtp->has_helo, &smtp->helo, index, over, out);
    case BUFFER_SMTP_MAIL_FROM:
        return word(smtp->has_mail_from, &smtp->mail_from, index, over, out);
    case BUFFER_SMTP_RCPT_TO:
        if (!text_list_at(&smtp->rcpt_to, index, &text))
            return over ? BUFFER_NONE : BUFFER_LATER;
        *out = (struct view_buffer){.bytes = text, .first = true, .last = true};
        return BUFFER_HERE;
    default:
        return email_buffer(smtp->email, over, id, index, out);
    }
}
