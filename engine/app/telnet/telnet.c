/*
 * The Telnet parser. As in Suricata a command is one where a frame begins, text goes on to the end of its
 * line, and what the server asks with (up to ": ") are two frames of their own:
 *
 *   LOGIN -> prompt -> USER -> a line of the client -> PASSWORD -> prompt -> SECRET -> a line -> OPEN
 */
#include "app/telnet/telnet.h"
#include "app/answer.h"
#include "app/frame_tx.h"

enum { IAC = 255, SUBNEGOTIATION_ENDS = 240, SUBNEGOTIATION = 250, WILL = 251, DONT = 254 };

enum { TEXT_MOST = 64 << 10 /* bytes without an end: they are taken for one frame */ };

enum state { LOGIN, USER, PASSWORD, SECRET, OPEN };

struct telnet {
    uint8_t state;               /* enum state */
    size_t searched[DIRECTIONS]; /* so many bytes that are not taken hold no end of the text */
};

static bool frames_wanted(const struct app_session *s)
{
    return app_wanted(s, BUFFER_TELNET_FRAME_PDU) || app_wanted(s, BUFFER_TELNET_FRAME_CTL) ||
           app_wanted(s, BUFFER_TELNET_FRAME_DATA);
}

static void add_frame(struct app_session *s, enum direction direction, struct slice bytes, bool control)
{
    struct app_tx *tx = app_frame_tx_of(s, direction, bytes, offsetof(struct telnet_tx, frame));
    if (!tx)
        return;
    ((struct telnet_tx *)tx)->control = control;
    app_tx_complete(s, tx, direction);
}

/* The first place of `end` (two bytes, or one); what was searched before is not again. 0: it is not there. */
static size_t through(struct telnet *t, enum direction direction, struct slice rest, const char *end)
{
    size_t n = strlen(end), from = t->searched[direction] < rest.n ? t->searched[direction] : rest.n;
    const uint8_t *found = from < rest.n ? memmem(rest.p + from, rest.n - from, end, n) : NULL;
    t->searched[direction] = found || rest.n < n ? 0 : rest.n - (n - 1);
    return found ? (size_t)(found - rest.p) + n : 0;
}

/* Bytes of the command that begins there; of a subnegotiation without its end. 0: more are needed. */
static size_t command_length(struct telnet *t, enum direction direction, struct slice rest)
{
    static const char ends[] = {(char)IAC, (char)SUBNEGOTIATION_ENDS, 0};
    enum { COMMAND = 2, OPTION = 3 };
    if (rest.n < COMMAND)
        return 0;
    if (rest.p[1] == SUBNEGOTIATION) {
        size_t n = through(t, direction, rest, ends);
        return n ? n - COMMAND : 0;
    }
    size_t n = rest.p[1] >= WILL && rest.p[1] <= DONT ? OPTION : COMMAND;
    return rest.n < n ? 0 : n;
}

static bool asks(const struct telnet *t, enum direction direction)
{
    return direction == TO_CLIENT && (t->state == LOGIN || t->state == PASSWORD);
}

/* The server has asked, or the client has answered. */
static void text_taken(struct telnet *t, enum direction direction, bool asked)
{
    bool answered = direction == TO_SERVER && (t->state == USER || t->state == SECRET);
    if (asked || answered)
        t->state++;
    memset(t->searched, 0, sizeof t->searched); /* another end is sought */
}

static size_t take(struct app_session *s, const struct app_input *in, struct slice rest)
{
    struct telnet *t = s->state;
    bool control = rest.p[0] == IAC, asked = !control && asks(t, in->direction);
    size_t n = control ? command_length(t, in->direction, rest)
                       : through(t, in->direction, rest, asked ? ": " : "\n");
    if (!n && (in->last || rest.n >= TEXT_MOST)) {
        n = rest.n;
        asked = false;
    }
    if (!n)
        return 0;
    add_frame(s, in->direction, slice_first(rest, n), control);
    if (!control)
        text_taken(t, in->direction, asked);
    return n;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    if (!frames_wanted(s)) {
        taken->bytes = in->bytes.n;
        return PARSE_OK;
    }
    while (taken->bytes < in->bytes.n && !app_full(s)) {
        size_t n = take(s, in, slice_from(in->bytes, taken->bytes));
        if (!n) {
            taken->need = in->bytes.n - taken->bytes + 1;
            break;
        }
        taken->bytes += n;
    }
    return PARSE_OK;
}

static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    struct telnet *t = s->state;
    (void)bytes;
    t->searched[direction] = 0;
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct buf *frame = &((struct telnet_tx *)tx)->frame;
    app_memory_give(s, frame->n);
    buf_fini(frame);
}

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct telnet_tx *telnet = (const struct telnet_tx *)tx;
    bool fits = id == BUFFER_TELNET_FRAME_PDU ||
                id == (telnet->control ? BUFFER_TELNET_FRAME_CTL : BUFFER_TELNET_FRAME_DATA);
    (void)s;
    (void)direction;
    return fits && !index ? answer_bytes(buf_slice(&telnet->frame), out) : BUFFER_NONE;
}

const struct app_parser telnet_parser = {
    .proto = APP_TELNET,
    .state_size = sizeof(struct telnet),
    .tx_size = sizeof(struct telnet_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = buffer,
};
