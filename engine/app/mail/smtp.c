/*
 *   COMMANDS --DATA--> WAITS --354--> MAIL --"."--> COMMANDS
 *       |                `--another reply--> COMMANDS
 *       `--BDAT--> CHUNK --so many bytes--> COMMANDS
 *
 * 1. Lines are taken whole (app/line.h); of one that is too long the rest is passed over, of a mail's it goes
 * on.
 * 2. Replies belong to commands in order. A mail is complete to the server with its last line, to the client
 *    with the reply to it.
 * 3. What a client sends behind DATA waits for the reply, so that it cannot pass for commands.
 */
#include "app/mail/smtp_frame.h"

#include "app/session.h"

struct smtp_tx *smtp_tx_now(struct app_session *s)
{
    struct smtp *smtp = s->state;
    if (smtp->tx)
        return smtp->tx;
    struct smtp_tx *tx = (struct smtp_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    tx->has_helo =
        smtp->has_helo && app_memory_append_own(s, &tx->memory, &tx->helo, buf_slice(&smtp->helo), SIZE_MAX);
    smtp->tx = tx;
    smtp->had_mail = true;
    if (tx->has_helo)
        app_tx_changed(s, &tx->tx, TO_SERVER);
    return tx;
}

void smtp_event(struct app_session *s, enum direction direction, enum app_event event)
{
    struct smtp_tx *tx = smtp_tx_now(s);
    if (tx)
        app_tx_event(s, &tx->tx, direction, event);
}

/* All of it has come; the reply to it has not. */
static void end_mail(struct app_session *s)
{
    struct smtp *smtp = s->state;
    struct smtp_tx *tx = smtp->tx;
    smtp->mode = SMTP_COMMANDS;
    if (!tx)
        return;
    if (tx->email)
        email_end(s, &tx->tx, tx->email, true);
    app_tx_complete(s, &tx->tx, TO_SERVER);
    smtp->tx = NULL;
}

/* A line that is a dot ends the mail (RFC 5321, 4.1.1.4), whatever its line end. */
static void take_mail_line(struct app_session *s, struct slice line, enum line_answer answer)
{
    struct smtp *smtp = s->state;
    struct slice bare = line_without_end(line);
    smtp_frame_data(s, line);
    if (answer == LINE_WHOLE && bare.n == 1 && bare.p[0] == '.') {
        smtp_pend(s, SMTP_MESSAGE);
        end_mail(s);
        smtp_frame_data_end(s);
    } else if (smtp->tx && smtp->tx->email) {
        email_line(s, &smtp->tx->tx, smtp->tx->email, line, answer != LINE_REST);
    }
}

static void take_chunk(struct app_session *s, struct slice *rest)
{
    struct smtp *smtp = s->state;
    size_t n = smtp->chunk_left < rest->n ? (size_t)smtp->chunk_left : rest->n;
    smtp->chunk_left -= n;
    *rest = slice_from(*rest, n);
    if (smtp->chunk_left)
        return;
    smtp->mode = SMTP_COMMANDS;
    if (smtp->last_chunk)
        end_mail(s);
}

/* Of a line that is too long the begin is taken, with an event; the rest is passed over. */
static struct slice content(struct app_session *s, enum direction direction, enum line_answer answer,
                            struct slice line)
{
    if (answer != LINE_BEGIN)
        return line_without_end(line);
    smtp_event(s, direction, APP_EVENT_SMTP_TRUNCATED_LINE);
    return line;
}

/* Nothing of the answer can be read: what follows DATA is taken for the mail. */
static bool answers_are_lost(const struct app_session *s, const struct app_input *in)
{
    return in->last || s->sides[TO_CLIENT].ended;
}

/* The server has spoken first, and its greeting is not read yet: the client's commands told the protocol. It
 * is given one occasion. */
static bool greeting_waits(struct app_session *s)
{
    struct smtp *smtp = s->state;
    bool waits = !smtp->begun && app_untouched(s, TO_CLIENT);
    smtp->begun = true;
    return waits;
}

static bool waits(struct app_session *s, const struct app_input *in, struct slice rest)
{
    enum { TLS_HANDSHAKE = 0x16 };
    struct smtp *smtp = s->state;
    if (greeting_waits(s) && !answers_are_lost(s, in))
        return true;
    if (smtp->mode == SMTP_WAITS && answers_are_lost(s, in))
        smtp->mode = SMTP_MAIL;
    return smtp->mode == SMTP_WAITS ||
           (smtp->tls_asked && rest.p[0] == TLS_HANDSHAKE && !answers_are_lost(s, in));
}

/* False when memory is short; *later: there is no whole line. */
static bool parse_request_line(struct app_session *s, const struct app_input *in, struct slice *rest,
                               bool *later)
{
    struct smtp *smtp = s->state;
    struct slice line;
    enum line_answer answer = line_take(&smtp->lines[TO_SERVER], rest, in->last, &line);
    *later = answer == LINE_LATER;
    if (*later)
        return true;
    if (smtp->mode == SMTP_MAIL) {
        take_mail_line(s, line, answer);
        return true;
    }
    if (answer == LINE_REST)
        return true;
    app_raw_wanted(s, TO_SERVER);
    smtp_frame_line(s, TO_SERVER, line);
    bool fine = smtp_request(s, content(s, TO_SERVER, answer, line), rest->n > 0);
    if (smtp->mode == SMTP_CHUNK && !smtp->chunk_left)
        take_chunk(s, rest);
    return fine;
}

static enum parse_status parse_requests(struct app_session *s, const struct app_input *in,
                                        struct app_taken *taken)
{
    struct smtp *smtp = s->state;
    struct slice rest = in->bytes;
    bool fine = true, later = false;
    while (fine && rest.n && !later && !app_full(s) && !waits(s, in, rest)) {
        if (smtp->mode == SMTP_CHUNK)
            take_chunk(s, &rest);
        else
            fine = parse_request_line(s, in, &rest, &later);
    }
    taken->bytes = in->bytes.n - rest.n;
    taken->need = later ? rest.n + 1 : 0;
    return fine ? PARSE_OK : PARSE_GIVE_UP;
}

static enum parse_status parse_replies(struct app_session *s, const struct app_input *in,
                                       struct app_taken *taken)
{
    struct smtp *smtp = s->state;
    struct slice rest = in->bytes, line;
    bool fine = true;
    while (fine && rest.n && !s->change && !app_full(s)) {
        enum line_answer answer = line_take(&smtp->lines[TO_CLIENT], &rest, in->last, &line);
        if (answer == LINE_LATER) {
            taken->need = rest.n + 1;
            break;
        }
        if (answer == LINE_REST)
            continue;
        smtp_frame_line(s, TO_CLIENT, line);
        fine = smtp_reply(s, content(s, TO_CLIENT, answer, line));
    }
    taken->bytes = in->bytes.n - rest.n;
    return fine ? PARSE_OK : PARSE_BAD;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    return in->direction == TO_SERVER ? parse_requests(s, in, taken) : parse_replies(s, in, taken);
}

/* The stream ends within a mail. */
static void end(struct app_session *s, enum direction direction)
{
    struct smtp *smtp = s->state;
    if (direction == TO_SERVER && smtp->mode == SMTP_MAIL && smtp->tx && smtp->tx->email)
        email_end(s, &smtp->tx->tx, smtp->tx->email, false);
    if (direction == TO_SERVER)
        smtp_frame_data_end(s);
}

static void close_session(struct app_session *s)
{
    struct smtp *smtp = s->state;
    buf_fini(&smtp->helo);
    buf_fini(&smtp->pending);
    buf_fini(&smtp->data_frame);
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct smtp_tx *smtp_tx = (struct smtp_tx *)tx;
    struct smtp *smtp = s->state;
    if (smtp->tx == smtp_tx)
        smtp->tx = NULL;
    email_free(s, smtp_tx->email);
    buf_fini(&smtp_tx->helo);
    buf_fini(&smtp_tx->mail_from);
    buf_fini(&smtp_tx->frame);
    text_list_fini(&smtp_tx->rcpt_to);
    app_memory_give(s, smtp_tx->memory);
}

static const char *progress(const struct app_tx *tx, enum direction direction)
{
    const struct smtp_tx *smtp = (const struct smtp_tx *)tx;
    bool over = tx->complete[direction] && !tx->cut;
    if (direction == TO_SERVER)
        return over ? "request_complete" : smtp->request_data ? "request_data" : "request_started";
    return over ? "response_complete" : smtp->response_data ? "response_data" : "response_started";
}

const struct app_parser smtp_parser = {
    .proto = APP_SMTP,
    .state_size = sizeof(struct smtp),
    .tx_size = sizeof(struct smtp_tx),
    .close = close_session,
    .parse = parse,
    .end = end,
    .tx_free = tx_free,
    .buffer = smtp_buffer,
    .progress = progress,
};
