/* What an SMTP client says: commands (RFC 5321, 4.1), the mail that they make, what their replies will do. */
#include "app/mail/smtp.h"

#include <strings.h>

#include "app/session.h"

static bool starts_with(struct slice line, const char *word, size_t n)
{
    return line.n >= n && strncasecmp((const char *)line.p, word, n) == 0;
}

static struct slice skip_spaces(struct slice s)
{
    while (s.n && s.p[0] == ' ')
        s = slice_from(s, 1);
    return s;
}

static struct slice first_word(struct slice s)
{
    const uint8_t *space = s.n ? memchr(s.p, ' ', s.n) : NULL;
    return space ? slice_first(s, (size_t)(space - s.p)) : s;
}

void smtp_pend(struct app_session *s, enum smtp_command command)
{
    struct smtp *smtp = s->state;
    if (smtp->pending_at == smtp->pending.n) {
        app_memory_give(s, smtp->pending.n);
        smtp->pending_at = smtp->pending.n = 0;
    }
    if (smtp->pending.n < SMTP_PENDING_MOST && app_memory_take(s, 1))
        (void)!buf_append_byte(&smtp->pending, (uint8_t)command);
}

/* The word behind a command, from one byte behind it on; false when it was given before. */
static void keep_word(struct app_session *s, struct smtp_tx *tx, struct slice behind, bool *has,
                      struct buf *out)
{
    struct slice word = first_word(skip_spaces(slice_from(behind, 1)));
    if (*has) {
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMTP_DUPLICATE_FIELDS);
        return;
    }
    *has = app_memory_append_own(s, &tx->memory, out, word, SIZE_MAX);
    if (*has)
        app_tx_changed(s, &tx->tx, TO_SERVER);
}

/* As in Suricata the name holds for the mails to come, too. */
static void take_helo(struct app_session *s, struct smtp_tx *tx, struct slice behind)
{
    struct smtp *smtp = s->state;
    keep_word(s, tx, behind, &tx->has_helo, &tx->helo);
    if (smtp->has_helo || !tx->has_helo || !app_memory_take(s, tx->helo.n))
        return;
    smtp->has_helo = !buf_append(&smtp->helo, buf_slice(&tx->helo));
}

static void take_rcpt(struct app_session *s, struct smtp_tx *tx, struct slice behind)
{
    struct slice word = first_word(skip_spaces(slice_from(behind, 1)));
    size_t memory = word.n + sizeof(uint32_t);
    if (!text_list_has_room(&tx->rcpt_to, word) || !app_memory_take_own(s, &tx->memory, memory))
        return;
    if (!text_list_add(&tx->rcpt_to, word))
        app_tx_changed(s, &tx->tx, TO_SERVER);
}

static void check_pipeline(struct app_session *s, struct smtp_tx *tx, bool more)
{
    if (more) /* RFC 2920, 3.1: DATA and STARTTLS end a group */
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMTP_INVALID_PIPELINED_SEQUENCE);
}

/* After a DATA that was refused Suricata reads no mail of the transaction any more; here it is read. */
static void take_data(struct app_session *s, struct smtp_tx *tx, bool more)
{
    struct smtp *smtp = s->state;
    check_pipeline(s, tx, more);
    tx->request_data = true;
    if (tx->email) {
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMTP_UNPARSABLE_CONTENT);
    } else {
        tx->email = email_new(s);
    }
    app_tx_changed(s, &tx->tx, TO_SERVER);
    smtp_pend(s, SMTP_DATA);
    smtp->mode = SMTP_WAITS;
}

static bool read_size(struct slice *rest, uint64_t *size)
{
    size_t digits = 0;
    for (*size = 0; digits < rest->n && rest->p[digits] >= '0' && rest->p[digits] <= '9'; digits++) {
        *size = *size * 10 + (uint64_t)(rest->p[digits] - '0');
        if (*size > UINT32_MAX)
            return false;
    }
    *rest = slice_from(*rest, digits);
    return digits > 0 && (!rest->n || rest->p[0] == ' ');
}

/* RFC 3030, 2: BDAT size [LAST]. */
static void take_bdat(struct app_session *s, struct smtp_tx *tx, struct slice behind)
{
    struct smtp *smtp = s->state;
    struct slice rest = skip_spaces(behind);
    uint64_t size;
    bool fine = read_size(&rest, &size);
    rest = skip_spaces(rest);
    if (!fine || (rest.n && !(rest.n == 4 && starts_with(rest, "LAST", 4)))) {
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMTP_INVALID_BDAT);
        smtp_pend(s, SMTP_OTHER);
        return;
    }
    tx->request_data = true;
    app_tx_changed(s, &tx->tx, TO_SERVER);
    smtp->mode = SMTP_CHUNK;
    smtp->chunk_left = size;
    smtp->last_chunk = rest.n > 0;
    smtp_pend(s, smtp->last_chunk ? SMTP_MESSAGE : SMTP_BDAT);
}

static bool is(struct slice line, const char *word)
{
    size_t n = strlen(word);
    return starts_with(line, word, n);
}

static void take_command(struct app_session *s, struct smtp_tx *tx, struct slice line, bool more)
{
    struct smtp *smtp = s->state;
    enum smtp_command command = SMTP_OTHER;
    if (is(line, "EHLO") || is(line, "HELO")) {
        take_helo(s, tx, slice_from(line, 4));
        if (tx->has_mail_from) /* RFC 5321, 4.1.4: as RSET does */
            command = SMTP_RSET;
    } else if (is(line, "MAIL FROM")) {
        keep_word(s, tx, slice_from(line, 9), &tx->has_mail_from, &tx->mail_from);
    } else if (is(line, "RCPT TO")) {
        take_rcpt(s, tx, slice_from(line, 7));
    } else if (is(line, "DATA")) {
        take_data(s, tx, more);
        return;
    } else if (is(line, "BDAT")) {
        take_bdat(s, tx, slice_from(line, 4));
        return;
    } else if (is(line, "STARTTLS")) {
        check_pipeline(s, tx, more);
        command = SMTP_STARTTLS;
        smtp->tls_asked = true;
    } else if (is(line, "RSET")) {
        command = SMTP_RSET;
    } else if (is(line, "QUIT")) {
        command = SMTP_QUIT;
    }
    smtp_pend(s, command);
}

bool smtp_request(struct app_session *s, struct slice line, bool more)
{
    struct smtp *smtp = s->state;
    /* Between two mails nothing is begun by what only ends. */
    if (!smtp->tx && smtp->had_mail && (is(line, "RSET") || is(line, "QUIT"))) {
        smtp_pend(s, SMTP_OTHER);
        return true;
    }
    struct smtp_tx *tx = smtp_tx_now(s);
    if (!tx)
        return false;
    if (!smtp->welcomed)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_SMTP_NO_SERVER_WELCOME_MESSAGE);
    take_command(s, tx, line, more);
    return true;
}
