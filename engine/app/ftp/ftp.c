/*
 * FTP's control connection. Replies belong to commands in order; one that begins with 1 is followed by
 * another. A command that moves data announces its connection (app/expected.h) when it is sent.
 */
#include "app/ftp/ftp.h"

#include <strings.h>

#include "app/expected.h"
#include "flow/flow.h"

enum { TLS_ACCEPTED = 234, PASSIVE = 227, EXTENDED_PASSIVE = 229 };

static void add(struct app_session *s, struct ftp_tx *tx, struct text_list *list, struct slice text)
{
    if (text_list_has_room(list, text) && app_memory_take_own(s, &tx->memory, text.n + sizeof(uint32_t)))
        (void)!text_list_add(list, text);
}

static struct slice trimmed(struct slice s)
{
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

static void name_port(struct app_session *s, struct ftp_tx *tx, bool active, uint16_t port)
{
    struct ftp *ftp = s->state;
    tx->port = ftp->port = port;
    tx->active = ftp->active = active;
    app_tx_changed(s, &tx->tx, TO_SERVER); /* the server's side changes with its reply */
}

static bool is_client(const struct app_session *s, uint32_t host)
{
    const uint8_t bytes[] = {(uint8_t)(host >> 24), (uint8_t)(host >> 16), (uint8_t)(host >> 8),
                             (uint8_t)host};
    return s->flow->client.version == 4 && memcmp(s->flow->client.bytes, bytes, sizeof bytes) == 0;
}

/* What app/ftp/ftp_data.c finds: the command, which side of its connection sends the file, its name. */
static void announce(struct app_session *s, struct ftp_tx *tx)
{
    const struct ftp *ftp = s->state;
    struct buf tells = {0};
    bool up = tx->command == FTP_STOR || tx->command == FTP_APPE || tx->command == FTP_STOU;
    bool is_file = up || tx->command == FTP_RETR;
    if (!ftp->port) {
        if (is_file)
            app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_FTP_FILE_BEFORE_PORT);
        return;
    }
    /* In active mode the server of this connection is the client of the other one. */
    enum direction direction = up != ftp->active ? TO_SERVER : TO_CLIENT;
    if (!buf_append_byte(&tells, tx->command) && !buf_append_byte(&tells, (uint8_t)direction) &&
        (!is_file || !buf_append(&tells, buf_slice(&tx->data))))
        app_expect(s, ftp->port, buf_slice(&tells));
    buf_fini(&tells);
}

static void take_port_command(struct app_session *s, struct ftp_tx *tx)
{
    uint32_t host;
    uint16_t port;
    struct slice data = buf_slice(&tx->data);
    if (tx->command == FTP_PORT && ftp_read_port(data, &host, &port)) {
        tx->bounces = !is_client(s, host);
        name_port(s, tx, true, port);
    } else if (tx->command == FTP_EPRT && ftp_read_eprt(data, &port)) {
        name_port(s, tx, true, port);
    }
}

static bool is_auth(struct slice line)
{
    return line.n >= 4 && strncasecmp((const char *)line.p, "AUTH", 4) == 0;
}

/* A command that is not known makes a transaction of which only its record shows anything, as in Suricata. */
static void show_nothing(struct ftp_tx *tx)
{
    for (int d = 0; d < DIRECTIONS; d++)
        tx->tx.unseen[d] = tx->command == FTP_NO_COMMAND && !tx->tx.event_count;
}

static bool take_request(struct app_session *s, struct slice line, bool cut)
{
    struct ftp_tx *tx = (struct ftp_tx *)app_tx_new(s);
    size_t at;
    if (!tx)
        return false;
    tx->command = (uint8_t)ftp_find_command(line, &at);
    tx->asks_tls = is_auth(line);
    struct slice data = trimmed(slice_from(line, at + 1));
    if (tx->command != FTP_NO_COMMAND && data.n && app_memory_take_own(s, &tx->memory, data.n))
        tx->has_data = !buf_append(&tx->data, data);
    tx->data_cut = cut;
    if (cut)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_FTP_REQUEST_COMMAND_TOO_LONG);
    take_port_command(s, tx);
    if (ftp_data_kind((enum ftp_command)tx->command))
        announce(s, tx);
    show_nothing(tx);
    app_tx_complete(s, &tx->tx, TO_SERVER);
    return true;
}

/* The oldest command whose reply is to come. They are answered, or taken as answered, in order. */
static struct app_tx *next_answered(struct app_session *s)
{
    struct ftp *ftp = s->state;
    struct app_tx *tx = ftp->answered_to ? ftp->answered_to : s->first;
    while (tx && tx->complete[TO_CLIENT]) {
        tx = tx->next;
        ftp->answered_to = tx ? tx : ftp->answered_to;
    }
    return tx;
}

/* ... without one a transaction for what the server says by itself. */
static struct ftp_tx *answered(struct app_session *s)
{
    struct app_tx *tx = next_answered(s);
    if (tx)
        return (struct ftp_tx *)tx;
    struct ftp_tx *made = (struct ftp_tx *)app_tx_new(s);
    if (!made)
        return NULL;
    show_nothing(made);
    app_tx_complete(s, &made->tx, TO_SERVER);
    return made;
}

/* RFC 959, 4.2: three digits, and a blank behind the last one. */
static bool read_code(struct slice line, unsigned *code)
{
    *code = 0;
    for (size_t i = 0; i < 3; i++) {
        if (i >= line.n || line.p[i] < '0' || line.p[i] > '9')
            return false;
        *code = *code * 10 + (unsigned)(line.p[i] - '0');
    }
    return true;
}

static void take_code(struct app_session *s, struct ftp_tx *tx, unsigned code, struct slice text)
{
    uint16_t port;
    if (tx->command == FTP_PASV && code == PASSIVE && ftp_read_pasv(text, &port))
        name_port(s, tx, false, port);
    if (tx->command == FTP_EPSV && code == EXTENDED_PASSIVE && ftp_read_epsv(text, &port))
        name_port(s, tx, false, port);
    if (tx->asks_tls && code == TLS_ACCEPTED) /* RFC 4217, 4 */
        app_change_protocol(s, APP_UNKNOWN);
}

static bool take_reply(struct app_session *s, struct slice line, bool cut)
{
    struct ftp *ftp = s->state;
    struct ftp_tx *tx = answered(s);
    unsigned code;
    if (!tx)
        return false;
    bool coded = read_code(line, &code), more = coded && line.n > 3 && line.p[3] == '-';
    bool last = coded && !more;
    add(s, tx, &tx->replies, last ? slice_from(line, 4) : line);
    if (cut)
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_FTP_RESPONSE_COMMAND_TOO_LONG);
    tx->reply_cut |= cut;
    add(s, tx, &tx->codes, slice_first(line, last ? 3 : 0)); /* one a line, for rules */
    if (last) {
        tx->coded = true;
        take_code(s, tx, code, line);
    }
    ftp->in_reply = more || (ftp->in_reply && !last);
    if (!ftp->in_reply && !(last && code < 200)) {
        tx->answered = true;
        app_tx_complete(s, &tx->tx, TO_CLIENT);
    }
    app_tx_changed(s, &tx->tx, TO_CLIENT);
    return true;
}

/* A reply that has begun, as 150 does, meets the rules before its end. */
static void note_begun(struct app_session *s)
{
    struct ftp_tx *ftp = (struct ftp_tx *)next_answered(s);
    if (ftp && ftp->coded)
        ftp->waited = true;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct ftp *ftp = s->state;
    struct slice rest = in->bytes, line;
    bool fine = true, first = !ftp->begun;
    ftp->begun |= in->direction == TO_SERVER;
    if (first && in->direction == TO_SERVER && app_untouched(s, TO_CLIENT))
        return PARSE_OK; /* the greeting comes first */
    while (fine && rest.n && !s->change && !app_full(s)) {
        enum line_answer answer = line_take(&ftp->lines[in->direction], &rest, in->last, &line);
        if (answer == LINE_LATER) {
            taken->need = rest.n + 1;
            break;
        }
        bool cut = answer == LINE_BEGIN;
        if (answer == LINE_REST)
            continue;
        line = cut ? line : line_without_end(line);
        fine = in->direction == TO_SERVER ? take_request(s, line, cut) : take_reply(s, line, cut);
    }
    taken->bytes = in->bytes.n - rest.n;
    if (in->direction == TO_CLIENT)
        note_begun(s);
    return fine ? PARSE_OK : PARSE_GIVE_UP;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct ftp *connection = s->state;
    struct ftp_tx *ftp = (struct ftp_tx *)tx;
    if (connection->answered_to == tx)
        connection->answered_to = tx->next;
    buf_fini(&ftp->data);
    text_list_fini(&ftp->replies);
    text_list_fini(&ftp->codes);
    app_memory_give(s, ftp->memory);
}

static enum buffer_answer bytes(struct slice bytes, struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = bytes, .first = true, .last = true};
    return bytes.n ? BUFFER_HERE : BUFFER_NONE;
}

static enum buffer_answer number(bool is_known, bool over, uint64_t number, struct view_buffer *out)
{
    *out = (struct view_buffer){.number = number, .first = true, .last = over};
    return is_known ? BUFFER_HERE : over ? BUFFER_NONE : BUFFER_LATER;
}

static enum buffer_answer item(const struct text_list *list, unsigned index, bool over,
                               struct view_buffer *out)
{
    struct slice text;
    if (!over) /* as in Suricata the reply is looked at as a whole */
        return BUFFER_LATER;
    if (!text_list_at(list, index, &text))
        return BUFFER_NONE;
    *out = (struct view_buffer){.bytes = text, .first = true, .last = true};
    return BUFFER_HERE;
}

/* As in Suricata "no" while only its begin has come, and "yes" after that. */
static enum buffer_answer reply_received(const struct ftp_tx *ftp, unsigned index, bool over,
                                         struct view_buffer *out)
{
    if (index > ftp->waited)
        return BUFFER_NONE;
    if (index < ftp->waited)
        return number(true, true, false, out);
    return number(over || (ftp->coded && !ftp->waited), over, ftp->answered, out);
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct ftp_tx *ftp = (const struct ftp_tx *)tx;
    bool over = tx->complete[TO_CLIENT];
    (void)s;
    (void)direction;
    if (id == BUFFER_FTP_REPLY)
        return item(&ftp->replies, index, over, out);
    if (id == BUFFER_FTP_COMPLETION_CODE)
        return item(&ftp->codes, index, over, out);
    if (id == BUFFER_FTP_REPLY_RECEIVED)
        return reply_received(ftp, index, over, out);
    if (index)
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_FTP_COMMAND:
        return bytes(slice_str(ftp_command_name((enum ftp_command)ftp->command)), out);
    case BUFFER_FTP_COMMAND_DATA:
        return bytes(buf_slice(&ftp->data), out);
    case BUFFER_FTP_MODE:
        return number(ftp->port, over, ftp->active, out);
    case BUFFER_FTP_DYNAMIC_PORT:
        return number(ftp->port, over, ftp->port, out);
    case BUFFER_FTP_BOUNCE:
        return number(ftp->bounces, true, 1, out);
    default:
        return BUFFER_NONE;
    }
}

const struct app_parser ftp_parser = {
    .proto = APP_FTP,
    .state_size = sizeof(struct ftp),
    .tx_size = sizeof(struct ftp_tx),
    .events_apart = true,
    .parse = parse,
    .tx_free = tx_free,
    .buffer = buffer,
};
