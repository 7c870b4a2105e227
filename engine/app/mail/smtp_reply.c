/* What an SMTP server says: replies (RFC 5321, 4.2), and what each means for the command that it answers. */
#include "app/session.h"
#include "app/mail/smtp.h"

enum { GREETING = 220, READY_FOR_TLS = 220, CLOSING = 221, DONE = 250, GO_ON = 354 };

/* The codes that a server may use: RFC 5321, 4.2.3 and its extensions, as Suricata has them. */
static bool is_code(unsigned code)
{
    static const uint16_t codes[] = {211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 401, 402, 421,
                                     435, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 511, 521,
                                     522, 525, 530, 534, 535, 541, 543, 550, 551, 552, 553, 554, 555};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i] == code)
            return true;
    return false;
}

static bool read_code(struct slice line, unsigned *code)
{
    if (line.n < 3)
        return false;
    *code = 0;
    for (int i = 0; i < 3; i++) {
        if (line.p[i] < '0' || line.p[i] > '9')
            return false;
        *code = *code * 10 + (unsigned)(line.p[i] - '0');
    }
    return is_code(*code);
}

/* The oldest mail whose answer is to come: replies come in order. */
static struct smtp_tx *answered(const struct app_session *s)
{
    struct app_tx *tx = s->first;
    while (tx && tx->complete[TO_CLIENT])
        tx = tx->next;
    return (struct smtp_tx *)tx;
}

static void complete(struct app_session *s)
{
    struct smtp *smtp = s->state;
    struct smtp_tx *tx = answered(s);
    if (!tx)
        return;
    app_tx_complete(s, &tx->tx, TO_SERVER);
    app_tx_complete(s, &tx->tx, TO_CLIENT);
    if (smtp->tx == tx)
        smtp->tx = NULL;
}

static void data_answered(struct app_session *s, unsigned code)
{
    struct smtp *smtp = s->state;
    if (smtp->mode == SMTP_WAITS)
        smtp->mode = SMTP_COMMANDS;
    if (code != GO_ON) {
        smtp_event(s, TO_CLIENT, APP_EVENT_SMTP_DATA_COMMAND_REJECTED);
        return;
    }
    smtp->mode = SMTP_MAIL;
    if (!smtp->tx)
        return;
    smtp->tx->response_data = true;
    app_tx_changed(s, &smtp->tx->tx, TO_CLIENT);
}

static void tls_answered(struct app_session *s, unsigned code)
{
    struct smtp *smtp = s->state;
    smtp->tls_asked = false;
    if (code == READY_FOR_TLS)
        app_change_protocol(s, APP_UNKNOWN);
    else
        smtp_event(s, TO_CLIENT, APP_EVENT_SMTP_TLS_REJECTED);
}

static void chunk_answered(struct app_session *s)
{
    struct smtp_tx *tx = answered(s);
    if (!tx)
        return;
    tx->response_data = true;
    app_tx_changed(s, &tx->tx, TO_CLIENT);
}

static void answer(struct app_session *s, enum smtp_command command, unsigned code)
{
    switch (command) {
    case SMTP_DATA:
        data_answered(s, code);
        break;
    case SMTP_STARTTLS:
        tls_answered(s, code);
        break;
    case SMTP_BDAT:
        chunk_answered(s);
        break;
    case SMTP_MESSAGE:
        complete(s);
        break;
    case SMTP_RSET:
        if (code == DONE)
            complete(s);
        break;
    case SMTP_QUIT:
        if (code == CLOSING)
            complete(s);
        break;
    case SMTP_OTHER:
        break;
    }
}

static void greet(struct app_session *s, unsigned code)
{
    struct smtp *smtp = s->state;
    if (!smtp->greeted && code != GREETING)
        smtp_event(s, TO_CLIENT, APP_EVENT_SMTP_INVALID_REPLY);
    smtp->greeted = true;
    smtp->welcomed |= code == GREETING;
}

bool smtp_reply(struct app_session *s, struct slice line)
{
    struct smtp *smtp = s->state;
    unsigned code;
    if (!read_code(line, &code)) {
        smtp_event(s, TO_CLIENT, APP_EVENT_SMTP_INVALID_REPLY);
        return false;
    }
    if (line.n > 3 && line.p[3] == '-') /* others of the same reply follow */
        return true;
    if (smtp->pending_at == smtp->pending.n) {
        greet(s, code);
        return true;
    }
    app_raw_wanted(s, TO_CLIENT);
    answer(s, (enum smtp_command)smtp->pending.p[smtp->pending_at++], code);
    return true;
}
