/*
 * SMTP (RFC 5321): a transaction is a mail, from the first command to the reply that ends it. Shared by
 * app/smtp*.c and output/eve_smtp.c; all of it is the transaction's. A frame that a rule looks into is a
 * transaction of its own: smtp_frame.h.
 */
#ifndef SLUICE_APP_SMTP_H
#define SLUICE_APP_SMTP_H

#include "app/mail/email.h"
#include "app/line.h"

enum {
    SMTP_PENDING_MOST = 4096, /* commands that wait for their reply; what follows is not waited for */
};

struct smtp_tx {
    struct app_tx tx;
    bool has_helo, has_mail_from;
    struct buf helo, mail_from;
    struct text_list rcpt_to;
    struct email *email;              /* from DATA on */
    bool request_data, response_data; /* its stage */
    struct buf frame;                 /* instead of all the above */
    enum buffer_id frame_id;
    size_t memory; /* accounted, without the email's */
};

/* What is done when a command's reply comes. */
enum smtp_command {
    SMTP_OTHER,
    SMTP_DATA,
    SMTP_STARTTLS,
    SMTP_RSET,
    SMTP_QUIT,
    SMTP_BDAT,
    SMTP_MESSAGE, /* the end of a mail, by DATA or BDAT */
};

enum smtp_mode {
    SMTP_COMMANDS,
    SMTP_WAITS, /* DATA was sent: its reply tells what follows */
    SMTP_MAIL,
    SMTP_CHUNK, /* of BDAT (RFC 3030) */
};

struct smtp {
    struct smtp_tx *tx; /* that commands go to; NULL: the next one opens one */
    struct buf helo;
    bool begun;                       /* the first command was looked at */
    bool has_helo, greeted, welcomed; /* the server has spoken first; it has said 220 */
    uint8_t mode;
    bool tls_asked; /* the reply to STARTTLS is to come */
    bool last_chunk;
    uint64_t chunk_left;
    bool had_mail;         /* some transaction was begun */
    struct buf data_frame; /* of the mail that is coming, as far as it is kept */
    struct buf pending;    /* enum smtp_command of each, as bytes; done up to pending_at */
    size_t pending_at;
    struct line_reader lines[DIRECTIONS];
};

/* The transaction that is open, or a new one. NULL when memory is short. */
struct smtp_tx *smtp_tx_now(struct app_session *session);
void smtp_event(struct app_session *session, enum direction direction, enum app_event event);

/* A command line, without its end; `more`: others came with it. False when memory is short. */
bool smtp_request(struct app_session *session, struct slice line, bool more);

/* A reply line (RFC 5321, 4.2), without its end. False when it is none. */
bool smtp_reply(struct app_session *session, struct slice line);

/* Notes what the next reply that is open will answer. */
void smtp_pend(struct app_session *session, enum smtp_command command);

enum buffer_answer smtp_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
