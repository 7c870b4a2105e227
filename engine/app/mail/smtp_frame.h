/*
 * Frames of SMTP: command lines, reply lines and mails as they are on the wire, for rules that look into
 * them. For app/mail/smtp*.c only; without such rules nothing is kept.
 */
#ifndef SLUICE_APP_SMTP_FRAME_H
#define SLUICE_APP_SMTP_FRAME_H

#include "app/mail/smtp.h"

/* A command line, or a reply line, with its end. */
void smtp_frame_line(struct app_session *session, enum direction direction, struct slice line);

/* More of the mail that DATA began; then nothing of it follows. Its first 128 KiB are the frame. */
void smtp_frame_data(struct app_session *session, struct slice bytes);
void smtp_frame_data_end(struct app_session *session);

enum buffer_answer smtp_frame_buffer(const struct smtp_tx *tx, enum buffer_id id, unsigned index,
                                     struct view_buffer *out);

#endif
