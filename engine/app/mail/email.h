/*
 * A mail that a protocol carries, as rules and records see it: fields of its header, urls, the names of its
 * attachments; the files themselves are its transaction's (app/file/file.h). Fed with lines, which
 * app/mail/mime.h reads.
 *
 * Owned by its transaction; all of it is capped, and accounted to the session by the bytes that come.
 */
#ifndef SLUICE_APP_EMAIL_H
#define SLUICE_APP_EMAIL_H

#include "app/file/file.h"
#include "app/mail/mime.h"
#include "app/text_list.h"

enum email_field {
#define EMAIL_FIELD(id, name, member, is_list, always) EMAIL_##id,
#include "app/mail/email_field_list.h"
#undef EMAIL_FIELD
    EMAIL_FIELDS
};

struct email {
    struct mime mime;
    bool has[EMAIL_FIELDS];
    struct buf fields[EMAIL_FIELDS];
    struct text_list received, attachments, urls; /* urls: without "http://" */
    bool header_read;
    struct app_file *file; /* that is open */
    size_t memory;         /* accounted */
};

/* NULL when memory is short. */
struct email *email_new(struct app_session *session);
void email_free(struct app_session *session, struct email *email);

/* A line with its end, or a piece of one (`begins`: its first). Its transaction is tx's, to the server. */
void email_line(struct app_session *session, struct app_tx *tx, struct email *email, struct slice line,
                bool begins);
void email_end(struct app_session *session, struct app_tx *tx, struct email *email, bool whole);

/* The buffers email.* and file.data; `over`: nothing of the mail is to come. */
enum buffer_answer email_buffer(const struct email *email, bool over, enum buffer_id id, unsigned index,
                                struct view_buffer *out);

/* The next url of a line: *rest is what follows it. */
bool email_next_url(struct slice *rest, struct slice *url);

#endif
