#include "app/mail/email.h"

#include <stdlib.h>
#include <strings.h>

#include "app/header_value.h"

/* As Suricata's stock inspected-tracker has it. */
static const struct app_body_limits limits = {.limit = 100000, .least = 32768, .window = 4096};

static const char *const field_names[EMAIL_FIELDS] = {
#define EMAIL_FIELD(id, name, member, is_list, always) [EMAIL_##id] = name,
#include "app/mail/email_field_list.h"
#undef EMAIL_FIELD
};

/* What a sink's functions need. */
struct place {
    struct app_session *session;
    struct app_tx *tx;
    struct email *email;
};

static bool account(const struct place *at, size_t bytes)
{
    return app_memory_take_own(at->session, &at->email->memory, bytes);
}

static void add_to_list(const struct place *at, struct text_list *list, struct slice text)
{
    if (text_list_has_room(list, text) && account(at, text.n + sizeof(uint32_t)))
        (void)!text_list_add(list, text);
}

static void take_field(void *ctx, struct slice name, struct slice value)
{
    const struct place *at = ctx;
    struct email *email = at->email;
    if (header_is(name, "received"))
        add_to_list(at, &email->received, value);
    for (int i = 0; i < EMAIL_FIELDS; i++) {
        if (!header_is(name, field_names[i]))
            continue;
        if (!email->has[i] && account(at, value.n))
            email->has[i] = !buf_append(&email->fields[i], value);
        return;
    }
}

static void take_header_end(void *ctx)
{
    const struct place *at = ctx;
    at->email->header_read = true;
    app_tx_changed(at->session, at->tx, TO_SERVER);
}

static void take_attachment(void *ctx, struct slice name)
{
    const struct place *at = ctx;
    add_to_list(at, &at->email->attachments, name);
}

static void begin_file(void *ctx, struct slice name)
{
    const struct place *at = ctx;
    at->email->file = app_file_open(at->session, at->tx, TO_SERVER, name);
    app_file_inspect(at->email->file, &limits);
}

static void add_to_file(void *ctx, struct slice bytes)
{
    const struct place *at = ctx;
    app_file_append(at->session, at->tx, at->email->file, bytes);
}

static void end_file(void *ctx, bool whole)
{
    const struct place *at = ctx;
    app_file_close(at->session, at->tx, at->email->file, whole);
    at->email->file = NULL;
}

static bool ends_url(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '<' || c == '>';
}

/* As in Suricata only http:// tells one, and what no such byte ends goes on to the end of the line, with it.
 */
bool email_next_url(struct slice *rest, struct slice *url)
{
    static const char scheme[] = "http", behind[] = "://";
    enum { SCHEME = sizeof scheme - 1, BEHIND = sizeof behind - 1 };
    for (size_t at = 0; at < rest->n; at++) {
        const uint8_t *colon = memchr(rest->p + at, ':', rest->n - at);
        if (!colon)
            break;
        at = (size_t)(colon - rest->p);
        if (at < SCHEME || rest->n - at < BEHIND || memcmp(colon, behind, BEHIND) != 0 ||
            strncasecmp((const char *)colon - SCHEME, scheme, SCHEME) != 0)
            continue;
        *url = slice_of(colon + BEHIND, 0);
        while (at + BEHIND + url->n < rest->n && !ends_url(url->p[url->n]))
            url->n++;
        *rest = slice_of(url->p + url->n, rest->n - at - BEHIND - url->n);
        return true;
    }
    return false;
}

static void take_text(void *ctx, struct slice line)
{
    const struct place *at = ctx;
    struct slice url;
    while (email_next_url(&line, &url)) {
        add_to_list(at, &at->email->urls, url);
        app_tx_changed(at->session, at->tx, TO_SERVER);
    }
}

static void take_event(void *ctx, enum app_event event)
{
    const struct place *at = ctx;
    app_tx_event(at->session, at->tx, TO_SERVER, event);
}

static struct mime_sink sink_of(struct place *place)
{
    return (struct mime_sink){
        .field = take_field,
        .fields_end = take_header_end,
        .attachment = take_attachment,
        .file_begin = begin_file,
        .file_data = add_to_file,
        .file_end = end_file,
        .text = take_text,
        .event = take_event,
        .ctx = place,
    };
}

/* The parser's own buffers are accounted at once, with what they may grow to for an ordinary mail. */
enum { MEMORY = sizeof(struct email) + 4096 };

struct email *email_new(struct app_session *s)
{
    if (!app_memory_take(s, MEMORY))
        return NULL;
    struct email *email = calloc(1, sizeof *email);
    if (!email) {
        app_memory_give(s, MEMORY);
        return NULL;
    }
    email->memory = MEMORY;
    return email;
}

void email_free(struct app_session *s, struct email *email)
{
    if (!email)
        return;
    if (s)
        app_memory_give(s, email->memory);
    mime_fini(&email->mime);
    for (int i = 0; i < EMAIL_FIELDS; i++)
        buf_fini(&email->fields[i]);
    text_list_fini(&email->received);
    text_list_fini(&email->attachments);
    text_list_fini(&email->urls);
    free(email);
}

void email_line(struct app_session *s, struct app_tx *tx, struct email *email, struct slice line, bool begins)
{
    struct place place = {s, tx, email};
    struct mime_sink sink = sink_of(&place);
    mime_line(&email->mime, line, begins, &sink);
}

void email_end(struct app_session *s, struct app_tx *tx, struct email *email, bool whole)
{
    struct place place = {s, tx, email};
    struct mime_sink sink = sink_of(&place);
    mime_end(&email->mime, whole, &sink);
    mime_fini(&email->mime); /* what was read stays */
}

static enum buffer_answer field(const struct email *email, enum email_field which, struct view_buffer *out)
{
    if (!email->has[which])
        return BUFFER_NONE;
    struct slice text = buf_slice(&email->fields[which]);
    if (!text.n) /* as in Suricata a field without a text is one, too: it has an address */
        text = slice_of("", 0);
    *out = (struct view_buffer){.bytes = text, .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer item(const struct text_list *list, size_t index, bool over, struct view_buffer *out)
{
    struct slice text;
    if (!text_list_at(list, index, &text))
        return over ? BUFFER_NONE : BUFFER_LATER;
    *out = (struct view_buffer){.bytes = text, .first = true, .last = true};
    return BUFFER_HERE;
}

enum buffer_answer email_buffer(const struct email *email, bool over, enum buffer_id id, unsigned index,
                                struct view_buffer *out)
{
    static const enum email_field field_of[BUFFER_COUNT] = {
        [BUFFER_EMAIL_FROM] = EMAIL_FROM,
        [BUFFER_EMAIL_SUBJECT] = EMAIL_SUBJECT,
        [BUFFER_EMAIL_TO] = EMAIL_TO,
        [BUFFER_EMAIL_CC] = EMAIL_CC,
        [BUFFER_EMAIL_DATE] = EMAIL_DATE,
        [BUFFER_EMAIL_MESSAGE_ID] = EMAIL_MESSAGE_ID,
        [BUFFER_EMAIL_X_MAILER] = EMAIL_X_MAILER,
    };
    if (!email || (!email->header_read && !over))
        return over ? BUFFER_NONE : BUFFER_LATER;
    if (!email->header_read) /* it ended in its header, of which nothing is shown then, as in Suricata */
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_EMAIL_RECEIVED:
        return item(&email->received, index, true, out);
    case BUFFER_EMAIL_URL:
        return item(&email->urls, index, over, out);
    default:
        return index ? BUFFER_NONE : field(email, field_of[id], out);
    }
}
