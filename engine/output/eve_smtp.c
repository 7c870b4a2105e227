/* SMTP in EVE: the envelope, and the mail. Suricata shows the latter's fields beyond from, to and cc when
 * asked to; the records here always do. */
#include "app/mail/smtp.h"
#include "output/eve_app.h"

struct member {
    const char *name;
    bool is_list, always;
};

static const struct member members[EMAIL_FIELDS] = {
#define EMAIL_FIELD(id, name, member, is_list, always) [EMAIL_##id] = {member, is_list, always},
#include "app/mail/email_field_list.h"
#undef EMAIL_FIELD
};

/* `turned`: the last one first. */
static void put_texts(struct json_line *l, const char *name, const struct text_list *list, bool turned)
{
    struct slice text;
    if (!list->count)
        return;
    line_open_list(l, name);
    for (size_t i = 0; i < list->count; i++)
        if (text_list_at(list, turned ? list->count - 1 - i : i, &text))
            line_bytes(l, NULL, text);
    line_close_list(l);
}

/* The first address of a list: up to a comma outside of quotes that is not its first byte. */
static struct slice first_address(struct slice rest)
{
    bool quoted = false;
    for (size_t i = 0; i < rest.n; i++) {
        if (rest.p[i] == '"')
            quoted = !quoted;
        else if (rest.p[i] == ',' && i && !quoted)
            return slice_first(rest, i);
    }
    return rest;
}

static void put_addresses(struct json_line *l, const char *name, struct slice rest)
{
    struct line_mark mark = line_mark(l);
    line_open_list(l, name);
    for (;;) {
        while (rest.n && rest.p[0] == ' ')
            rest = slice_from(rest, 1);
        if (!rest.n)
            break;
        struct slice address = first_address(rest);
        line_bytes(l, NULL, address);
        rest = slice_from(rest, address.n + 1);
    }
    line_close_filled(l, mark);
}

static void put_fields(struct json_line *l, const struct email *email, bool always)
{
    for (int i = 0; i < EMAIL_FIELDS; i++) {
        const struct member *member = &members[i];
        struct slice value = buf_slice(&email->fields[i]);
        if (!email->has[i] || member->always != always)
            continue;
        if (member->is_list)
            put_addresses(l, member->name, value);
        else
            line_bytes(l, member->name, value);
    }
}

static void put_email(struct json_line *l, const struct email *email, bool alert)
{
    line_open(l, "email");
    if (email->header_read)
        put_fields(l, email, true);
    line_text(l, "status", "PARSE_DONE");
    put_texts(l, "attachment", &email->attachments, false);
    put_texts(l, "url", &email->urls, true);
    if (email->header_read && !alert) {
        put_fields(l, email, false);
        put_texts(l, "received", &email->received, false);
    }
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct smtp_tx *smtp = (const struct smtp_tx *)tx;
    (void)session;
    if (smtp->frame.n)
        return false;
    line_open(l, "smtp");
    if (smtp->has_helo)
        line_bytes(l, "helo", buf_slice(&smtp->helo));
    if (smtp->has_mail_from)
        line_bytes(l, "mail_from", buf_slice(&smtp->mail_from));
    put_texts(l, "rcpt_to", &smtp->rcpt_to, false);
    line_close(l);
    if (smtp->email)
        put_email(l, smtp->email, alert);
    return true;
}

const struct eve_app eve_app_smtp = {
    .record = RECORD_SMTP, .of_flow = true, .upper_events = true, .put = put};
