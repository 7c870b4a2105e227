/*
 * The SSH parser: in each direction a banner, then records in the clear until SSH_MSG_NEWKEYS.
 *
 *   IN_PROGRESS --line--> BANNER_DONE --NEWKEYS--> FINISHED
 *        \--too long--> BANNER_WAIT_EOL --line's end--^
 *
 * Records are passed over by their length, but for those that the rules ask for. When both sides have
 * finished nothing that can be read follows.
 */
#include "app/ssh/ssh.h"
#include "app/session.h"
#include "base/cursor.h"

enum { MSG_KEXINIT = 20, MSG_NEWKEYS = 21 };

struct ssh {
    struct ssh_tx *tx;         /* once something has come */
    uint64_t skip[DIRECTIONS]; /* bytes of a record of which enough was seen */
    bool broken[DIRECTIONS];
};

static const char *const progress_names[DIRECTIONS][SSH_FINISHED + 1] = {
    [TO_SERVER] = {"request_in_progress", "request_banner_wait_eol", "request_banner_done",
                   "request_finished"},
    [TO_CLIENT] = {"response_in_progress", "response_banner_wait_eol", "response_banner_done",
                   "response_finished"},
};

static const char *progress(const struct app_tx *tx, enum direction direction)
{
    return progress_names[direction][((const struct ssh_tx *)tx)->sides[direction].progress];
}

static bool keep(struct app_session *s, struct ssh_tx *tx, struct buf *b, struct slice bytes)
{
    return app_memory_append_own(s, &tx->memory, b, bytes, SIZE_MAX);
}

static struct ssh_tx *transaction(struct app_session *s)
{
    struct ssh *ssh = s->state;
    if (!ssh->tx)
        ssh->tx = (struct ssh_tx *)app_tx_new(s);
    return ssh->tx;
}

static void finish(struct app_session *s, struct ssh_tx *tx, enum direction direction)
{
    tx->sides[direction].progress = SSH_FINISHED;
    app_tx_complete(s, &tx->tx, direction);
}

/* The line, without its end. As in Suricata a line that is no banner ends the parsing of both sides. */
static void take_banner(struct app_session *s, struct ssh_tx *tx, enum direction direction, struct slice line)
{
    struct ssh_side *side = &tx->sides[direction];
    struct ssh *ssh = s->state;
    side->has_banner = keep(s, tx, &side->banner, line) &&
                       ssh_banner_read(buf_slice(&side->banner), &side->version, &side->software);
    app_tx_changed(s, &tx->tx, direction);
    app_raw_wanted(s, direction);
    if (side->has_banner)
        return;
    app_tx_event(s, &tx->tx, direction, APP_EVENT_SSH_INVALID_BANNER);
    ssh->broken[direction] = true;
}

/* The record waits for both banners, and for the lists when these are asked for. */
static void banner_done(const struct app_session *s, struct ssh_tx *tx, enum direction direction)
{
    tx->sides[direction].progress = SSH_BANNER_DONE;
    tx->tx.ready = tx->sides[!direction].progress >= SSH_BANNER_DONE && !ssh_hassh_wanted(s);
}

static size_t read_banner(struct app_session *s, struct ssh_tx *tx, enum direction direction,
                          struct slice bytes)
{
    struct ssh_side *side = &tx->sides[direction];
    const uint8_t *end = memchr(bytes.p, '\n', bytes.n);
    size_t n = end ? (size_t)(end - bytes.p) : bytes.n;
    struct slice line = slice_first(bytes, n);
    if (side->progress == SSH_BANNER_WAIT_EOL) {
        if (end)
            banner_done(s, tx, direction);
        return n + (end != NULL);
    }
    if (!end && n < SSH_BANNER_MOST)
        return 0;
    if (n >= SSH_BANNER_MOST) {
        app_tx_event(s, &tx->tx, direction, APP_EVENT_SSH_LONG_BANNER);
        line = slice_first(line, SSH_BANNER_MOST);
    } else if (n && line.p[n - 1] == '\r') {
        line.n--;
    }
    take_banner(s, tx, direction, line);
    if (!end)
        side->progress = SSH_BANNER_WAIT_EOL;
    else if (side->has_banner)
        banner_done(s, tx, direction);
    return n + (end != NULL);
}

struct record {
    uint64_t n; /* of it all */
    uint8_t code;
};

/* RFC 4253, 6: the length is of what follows it. */
static bool read_record(struct slice bytes, struct record *record)
{
    struct cursor c = cursor_of(bytes);
    uint32_t length;
    if (!cursor_be32(&c, &length) || !cursor_skip(&c, 1) || !cursor_u8(&c, &record->code))
        return false;
    record->n = (uint64_t)length + 4;
    return true;
}

static bool frames_wanted(const struct app_session *s)
{
    return app_wanted(s, BUFFER_SSH_FRAME_PDU) || app_wanted(s, BUFFER_SSH_FRAME_HDR) ||
           app_wanted(s, BUFFER_SSH_FRAME_DATA);
}

/* Whether more than the record's head matters. */
static bool read_whole(struct app_session *s, struct ssh_tx *tx, enum direction direction,
                       const struct record *record)
{
    bool lists = record->code == MSG_KEXINIT && ssh_hassh_wanted(s);
    if (record->n > SSH_RECORD_MOST) {
        if (lists)
            app_tx_event(s, &tx->tx, direction, APP_EVENT_SSH_LONG_KEX_RECORD);
        return false;
    }
    return lists || frames_wanted(s);
}

static void keep_record(struct app_session *s, struct ssh_tx *tx, struct ssh_side *side, struct slice bytes)
{
    uint32_t at = (uint32_t)side->records.n;
    if (side->count == SSH_RECORDS_MOST || !keep(s, tx, &side->records, bytes))
        return;
    side->places[side->count++] = (struct ssh_record){.at = at, .n = (uint32_t)bytes.n};
}

static void take_hassh(struct app_session *s, struct ssh_tx *tx, enum direction direction, struct slice data)
{
    struct ssh_side *side = &tx->sides[direction];
    if (side->hassh_hash[0] || side->hassh.n)
        return;
    if (!app_memory_take_own(s, &tx->memory, data.n))
        return;
    if (!ssh_hassh_print(direction, data, &side->hassh) ||
        !ssh_hassh_digest(buf_slice(&side->hassh), side->hassh_hash))
        buf_clear(&side->hassh);
}

static void take_record(struct app_session *s, struct ssh_tx *tx, enum direction direction,
                        const struct record *record, struct slice bytes)
{
    struct ssh_side *side = &tx->sides[direction];
    if (bytes.n == record->n && frames_wanted(s))
        keep_record(s, tx, side, bytes);
    if (record->code == MSG_KEXINIT && bytes.n == record->n && ssh_hassh_wanted(s))
        take_hassh(s, tx, direction, slice_from(bytes, SSH_RECORD_HEAD));
    if (record->code == MSG_NEWKEYS)
        finish(s, tx, direction);
    else
        app_tx_changed(s, &tx->tx, direction);
}

/* Bytes taken; 0: more are needed, *need of them. */
static size_t read_next(struct app_session *s, struct ssh_tx *tx, enum direction direction,
                        struct slice bytes, size_t *need)
{
    struct ssh *ssh = s->state;
    struct record record;
    if (ssh->skip[direction]) {
        size_t n = ssh->skip[direction] < bytes.n ? (size_t)ssh->skip[direction] : bytes.n;
        ssh->skip[direction] -= n;
        return n;
    }
    if (tx->sides[direction].progress < SSH_BANNER_DONE) {
        *need = bytes.n + 1;
        return read_banner(s, tx, direction, bytes);
    }
    *need = SSH_RECORD_HEAD;
    if (!read_record(bytes, &record))
        return 0;
    if (record.n < SSH_RECORD_HEAD) {
        app_tx_event(s, &tx->tx, direction, APP_EVENT_SSH_INVALID_RECORD);
        ssh->broken[direction] = true;
        return bytes.n;
    }
    if (read_whole(s, tx, direction, &record) && record.n > bytes.n) {
        *need = (size_t)record.n;
        return 0;
    }
    size_t n = record.n < bytes.n ? (size_t)record.n : bytes.n;
    ssh->skip[direction] = record.n - n;
    take_record(s, tx, direction, &record, slice_first(bytes, n));
    return n;
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct ssh *ssh = s->state;
    struct ssh_tx *tx = transaction(s);
    struct slice rest = in->bytes;
    if (!tx)
        return PARSE_GIVE_UP;
    while (rest.n && tx->sides[in->direction].progress < SSH_FINISHED && !ssh->broken[in->direction]) {
        size_t n = read_next(s, tx, in->direction, rest, &taken->need);
        if (!n)
            break;
        taken->need = 0;
        rest = slice_from(rest, n);
    }
    taken->bytes = in->bytes.n - rest.n;
    if (ssh->broken[in->direction])
        return PARSE_BAD;
    if (tx->sides[TO_SERVER].progress == SSH_FINISHED && tx->sides[TO_CLIENT].progress == SSH_FINISHED) {
        s->raw_first = true;
        return PARSE_DONE;
    }
    return tx->sides[in->direction].progress == SSH_FINISHED ? PARSE_SIDE_DONE : PARSE_OK;
}

/* As in Suricata neither side is read behind missing bytes. */
static enum parse_status gap(struct app_session *s, enum direction direction, uint64_t bytes)
{
    (void)s;
    (void)direction;
    (void)bytes;
    return PARSE_GIVE_UP;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct ssh_tx *ssh_tx = (struct ssh_tx *)tx;
    struct ssh *ssh = s->state;
    for (int d = 0; d < DIRECTIONS; d++) {
        buf_fini(&ssh_tx->sides[d].banner);
        buf_fini(&ssh_tx->sides[d].hassh);
        buf_fini(&ssh_tx->sides[d].records);
    }
    app_memory_give(s, ssh_tx->memory);
    ssh->tx = NULL;
}

const struct app_parser ssh_parser = {
    .proto = APP_SSH,
    .state_size = sizeof(struct ssh),
    .tx_size = sizeof(struct ssh_tx),
    .parse = parse,
    .gap = gap,
    .tx_free = tx_free,
    .buffer = ssh_buffer,
    .progress = progress,
};
