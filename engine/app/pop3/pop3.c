/*
 * The POP3 parser. Answers belong to commands in their order; which of them have further lines the command
 * says (RFC 1939, 3). As in Suricata commands are known in capitals only, and what does not begin with a
 * letter is none.
 */
#include "app/pop3/pop3.h"
#include "app/answer.h"
#include "app/session.h"

#include <ctype.h>

struct pop3 {
    struct line_reader readers[DIRECTIONS];
    struct pop3_tx *waiting; /* the oldest whose answer has not come, or NULL */
    struct pop3_tx *inside;  /* whose further lines come, or NULL */
    bool sasl;               /* the client's next line is data */
};

struct command {
    const char *name;
    uint8_t least, most; /* words behind it */
    uint8_t lines;       /* with so many of them the answer has further lines; NEVER, ALWAYS */
};

enum { NEVER = 254, ALWAYS = 255 };

/* AUTH: RFC 5034; STLS: RFC 2595; CAPA: RFC 2449. */
static const struct command commands[] = {
    {"USER", 1, 1, NEVER}, {"PASS", 1, 1, NEVER},  {"APOP", 2, 2, NEVER},  {"AUTH", 1, 2, NEVER},
    {"STAT", 0, 0, NEVER}, {"LIST", 0, 1, 0},      {"RETR", 1, 1, ALWAYS}, {"DELE", 1, 1, NEVER},
    {"NOOP", 0, 0, NEVER}, {"RSET", 0, 0, NEVER},  {"QUIT", 0, 0, NEVER},  {"TOP", 2, 2, ALWAYS},
    {"UIDL", 0, 1, 0},     {"CAPA", 0, 0, ALWAYS}, {"STLS", 0, 0, NEVER},
};

static struct pop3_tx *new_tx(struct app_session *s, enum direction direction)
{
    struct pop3_tx *tx = (struct pop3_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    if (s->alive > POP3_OPEN_MOST)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_POP3_TOO_MANY_TRANSACTIONS);
    return tx;
}

/* The word at its begin, which is taken from *rest with the blanks behind it. */
static struct slice next_word(struct slice *rest)
{
    const uint8_t *blank = rest->n ? memchr(rest->p, ' ', rest->n) : NULL;
    struct slice word = slice_first(*rest, blank ? (size_t)(blank - rest->p) : rest->n);
    *rest = slice_from(*rest, word.n);
    while (rest->n && rest->p[0] == ' ')
        *rest = slice_from(*rest, 1);
    return word;
}

static const struct command *find_command(struct slice name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (slice_equal(name, slice_str(commands[i].name)))
            return &commands[i];
    return NULL;
}

static void read_command(struct app_session *s, struct pop3_tx *tx, struct slice line)
{
    const struct command *command = find_command(next_word(&line));
    unsigned words = 0;
    while (line.n && ++words)
        next_word(&line);
    if (!command) {
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_POP3_UNKNOWN_COMMAND);
        return;
    }
    if (words < command->least || words > command->most)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_POP3_INCORRECT_ARGUMENT_COUNT);
    tx->lines = command->lines == ALWAYS || command->lines == words;
    tx->secure = !strcmp(command->name, "STLS");
    tx->auth = !strcmp(command->name, "AUTH");
}

static bool take_request(struct app_session *s, struct slice line)
{
    struct pop3 *p = s->state;
    struct pop3_tx *tx = new_tx(s, TO_SERVER);
    if (!tx)
        return false;
    tx->kind = p->sasl ? POP3_SASL : POP3_COMMAND;
    tx->auth = p->sasl;
    p->sasl = false;
    if (!p->waiting)
        p->waiting = tx;
    if (line.n > POP3_REQUEST_MOST)
        app_tx_event(s, &tx->tx, TO_SERVER, APP_EVENT_POP3_REQUEST_TOO_LONG);
    if (tx->kind == POP3_COMMAND) {
        app_memory_append_own(s, &tx->memory, &tx->request, line, LINE_MOST);
        read_command(s, tx, line);
    }
    app_tx_complete(s, &tx->tx, TO_SERVER);
    app_raw_wanted(s, TO_SERVER);
    return true;
}

static struct pop3_tx *waiting(struct app_session *s)
{
    struct pop3 *p = s->state;
    while (p->waiting && (p->waiting->answered || p->waiting->tx.complete[TO_CLIENT]))
        p->waiting = (struct pop3_tx *)p->waiting->tx.next;
    return p->waiting;
}

static void answered(struct app_session *s, struct pop3_tx *tx)
{
    struct pop3 *p = s->state;
    p->inside = NULL;
    app_tx_complete(s, &tx->tx, TO_CLIENT);
    app_raw_wanted(s, TO_CLIENT);
    if (tx->secure && tx->succeeded)
        app_change_protocol(s, APP_UNKNOWN);
}

/* "+OK", "-ERR", or "+" which asks for more of a proof (RFC 5034, 4). 0: it is none of them. */
static size_t status_length(struct slice line, bool *succeeded)
{
    static const char *const statuses[] = {"-ERR", "+OK", "+"};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        size_t n = strlen(statuses[i]);
        if (line.n >= n && !memcmp(line.p, statuses[i], n) && (line.n == n || line.p[n] == ' ')) {
            *succeeded = i > 0;
            return n;
        }
    }
    return 0;
}

/* A line that is no status is passed over. */
static bool take_status(struct app_session *s, struct slice line)
{
    struct pop3 *p = s->state;
    bool succeeded = false;
    size_t status = status_length(line, &succeeded);
    if (!status)
        return true;
    struct pop3_tx *tx = waiting(s);
    if (!tx && !(tx = new_tx(s, TO_CLIENT)))
        return false;
    tx->answered = true;
    tx->succeeded = succeeded;
    if (!tx->kind)
        app_tx_complete(s, &tx->tx, TO_SERVER);
    if (line.n > POP3_ANSWER_MOST)
        app_tx_event(s, &tx->tx, TO_CLIENT, APP_EVENT_POP3_RESPONSE_TOO_LONG);
    app_memory_append_own(s, &tx->memory, &tx->header, slice_from(line, status + 1), LINE_MOST);
    if (tx->auth)
        p->sasl = status == 1;
    app_tx_changed(s, &tx->tx, TO_CLIENT);
    if (succeeded && tx->lines)
        p->inside = tx;
    else
        answered(s, tx);
    return true;
}

/* A dot ends them; of two at the begin of a line one is meant (RFC 1939, 3). */
static void take_data(struct app_session *s, struct pop3_tx *tx, struct slice line)
{
    bool dot = line.n && line.p[0] == '.';
    if (dot && line.n == 1) {
        answered(s, tx);
        return;
    }
    if (tx->data.n + line.n < POP3_DATA_MOST) {
        app_memory_append_own(s, &tx->memory, &tx->data, slice_from(line, dot), POP3_DATA_MOST);
        app_memory_append_own(s, &tx->memory, &tx->data, slice_of("\n", 1), POP3_DATA_MOST);
    }
    app_tx_changed(s, &tx->tx, TO_CLIENT);
}

static bool take_line(struct app_session *s, enum direction direction, struct slice line)
{
    struct pop3 *p = s->state;
    if (direction == TO_SERVER)
        return !(p->sasl || (line.n && isalpha(line.p[0]))) || take_request(s, line);
    if (!p->inside)
        return take_status(s, line);
    take_data(s, p->inside, line);
    return true;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct pop3 *p = s->state;
    struct slice rest = in->bytes, line;
    enum parse_status status = PARSE_OK;
    while (rest.n && !status && !s->change && !app_full(s)) {
        enum line_answer answer = line_take(&p->readers[in->direction], &rest, in->last, &line);
        if (answer == LINE_LATER) {
            taken->need = rest.n + 1;
            break;
        }
        if (answer != LINE_REST && !take_line(s, in->direction, line_without_end(line)))
            status = PARSE_GIVE_UP;
    }
    taken->bytes = in->bytes.n - rest.n;
    return status;
}

/* What is missing ends in the middle of a line, perhaps of data: the next status begins an answer. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct pop3 *p = s->state;
    (void)bytes;
    p->readers[direction] = (struct line_reader){0};
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *app_tx)
{
    struct pop3_tx *tx = (struct pop3_tx *)app_tx;
    struct pop3 *p = s->state;
    if (p->waiting == tx)
        p->waiting = (struct pop3_tx *)app_tx->next;
    if (p->inside == tx)
        p->inside = NULL;
    buf_fini(&tx->request);
    buf_fini(&tx->header);
    buf_fini(&tx->data);
    app_memory_give(s, tx->memory);
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    (void)s;
    (void)tx;
    (void)direction;
    (void)id;
    (void)index;
    (void)out;
    return BUFFER_NONE;
}

const struct app_parser pop3_parser = {
    .proto = APP_POP3,
    .state_size = sizeof(struct pop3),
    .tx_size = sizeof(struct pop3_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
