/* SIP in EVE: one record a message, with the SDP in it. */
#include "app/sip/sdp.h"
#include "app/sip/sip.h"
#include "output/eve_app.h"

static void put_first(struct json_line *l, const struct sip_tx *tx, const char *key, enum sip_part part)
{
    struct slice value;
    if (sip_part_at(tx, part, 0, &value))
        line_bytes(l, key, value);
}

static void put_all(struct json_line *l, const struct sip_tx *tx, const char *key, enum sip_part part)
{
    struct slice value;
    struct line_mark mark = line_mark(l);
    line_open_list(l, key);
    for (size_t i = 0; sip_part_at(tx, part, i, &value); i++)
        line_bytes(l, NULL, value);
    line_close_filled(l, mark);
}

/* Each time with the first of the lines that repeat it. */
static void put_times(struct json_line *l, struct slice body)
{
    struct line_mark mark = line_mark(l);
    struct sdp_line line;
    bool open = false, repeated = false;
    line_open_list(l, "time_descriptions");
    while (sdp_next(&body, &line) && line.letter != 'm') {
        if (line.letter == 't') {
            if (open)
                line_close(l);
            line_open(l, NULL);
            line_bytes(l, "time", line.value);
            open = true;
            repeated = false;
        } else if (line.letter == 'r' && open && !repeated) {
            line_bytes(l, "repeat_time", line.value);
            repeated = true;
        }
    }
    if (open)
        line_close(l);
    line_close_filled(l, mark);
}

static void put_line_of(struct json_line *l, struct slice lines, const char *key, char letter)
{
    struct sdp_line line;
    while (sdp_next(&lines, &line))
        if (line.letter == letter) {
            line_bytes(l, key, line.value);
            return;
        }
}

static void put_lines_of(struct json_line *l, struct slice lines, const char *key, char letter)
{
    struct line_mark mark = line_mark(l);
    struct sdp_line line;
    line_open_list(l, key);
    while (sdp_next(&lines, &line))
        if (line.letter == letter)
            line_bytes(l, NULL, line.value);
    line_close_filled(l, mark);
}

/* `lines`: those of one medium, behind its first. */
static void put_medium(struct json_line *l, struct slice media, struct slice lines)
{
    line_open(l, NULL);
    line_bytes(l, "media", media);
    put_line_of(l, lines, "media_info", 'i');
    put_lines_of(l, lines, "bandwidths", 'b');
    put_line_of(l, lines, "connection_data", 'c');
    put_line_of(l, lines, "encryption_key", 'k');
    put_lines_of(l, lines, "attributes", 'a');
    line_close(l);
}

/* Takes the lines of a medium and the first of the next one, if there is one. */
static struct slice take_medium(struct slice *rest, struct sdp_line *next)
{
    struct slice begin = *rest, before = *rest;
    while (sdp_next(rest, next)) {
        if (next->letter == 'm')
            return slice_first(begin, begin.n - before.n);
        before = *rest;
    }
    next->letter = 0;
    return begin;
}

static void put_media(struct json_line *l, struct slice body)
{
    struct line_mark mark = line_mark(l);
    struct sdp_line line;
    take_medium(&body, &line);
    line_open_list(l, "media_descriptions");
    while (line.letter == 'm') {
        struct slice media = line.value;
        put_medium(l, media, take_medium(&body, &line));
    }
    line_close_filled(l, mark);
}

static void put_sdp(struct json_line *l, const struct sip_tx *tx)
{
    if (!sdp_is(tx->message.body))
        return;
    line_open(l, "sdp");
    put_first(l, tx, "origin", SDP_ORIGIN);
    put_first(l, tx, "session_name", SDP_SESSION_NAME);
    put_first(l, tx, "session_info", SDP_SESSION_INFO);
    put_first(l, tx, "uri", SDP_URI);
    put_first(l, tx, "email", SDP_EMAIL);
    put_first(l, tx, "phone_number", SDP_PHONE_NUMBER);
    put_first(l, tx, "connection_data", SDP_CONNECTION_DATA);
    put_all(l, tx, "bandwidths", SDP_BANDWIDTH);
    put_times(l, tx->message.body);
    put_first(l, tx, "timezone", SDP_TIMEZONE);
    put_first(l, tx, "encryption_key", SDP_ENCRYPTION_KEY);
    put_all(l, tx, "attributes", SDP_ATTRIBUTE);
    put_media(l, tx->message.body);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct sip_tx *sip = (const struct sip_tx *)tx;
    const struct sip_start *start = &sip->message.start;
    bool response = start->code.n > 0;
    (void)session;
    (void)alert;
    if (sip->frame_only)
        return false;
    line_open(l, "sip");
    if (!response) {
        line_bytes(l, "method", start->method);
        line_bytes(l, "uri", start->uri);
    }
    line_bytes(l, "version", start->version);
    if (response) {
        line_bytes(l, "code", start->code);
        line_bytes(l, "reason", start->reason);
    }
    put_sdp(l, sip);
    line_bytes(l, response ? "response_line" : "request_line", start->line);
    line_close(l);
    return true;
}

const struct eve_app eve_app_sip = {.record = RECORD_SIP, .no_tx_id = true, .put = put};
