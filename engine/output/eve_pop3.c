/* POP3 in EVE: a record for each command with its answer. */
#include "app/pop3/pop3.h"
#include "output/eve_app.h"

/* Takes what stands before `end` from *rest, and it. */
static struct slice part(struct slice *rest, char end)
{
    const uint8_t *at = rest->n ? memchr(rest->p, end, rest->n) : NULL;
    struct slice part = slice_first(*rest, at ? (size_t)(at - rest->p) : rest->n);
    *rest = slice_from(*rest, part.n + 1);
    return part;
}

static void put_request(struct json_line *l, const struct pop3_tx *tx)
{
    struct slice rest = buf_slice(&tx->request);
    line_open(l, "request");
    if (tx->kind == POP3_SASL)
        line_text(l, "command", "<SASL DATA>");
    else
        line_bytes(l, "command", part(&rest, ' '));
    line_open_list(l, "args");
    while (rest.n) {
        struct slice word = part(&rest, ' ');
        if (word.n)
            line_bytes(l, NULL, word);
    }
    line_close_list(l);
    line_close(l);
}

static void put_answer(struct json_line *l, const struct pop3_tx *tx)
{
    struct slice rest = buf_slice(&tx->data);
    line_open(l, "response");
    line_bool(l, "success", tx->succeeded);
    line_text(l, "status", tx->succeeded ? "OK" : "ERR");
    line_bytes(l, "header", buf_slice(&tx->header));
    line_open_list(l, "data");
    while (rest.n)
        line_bytes(l, NULL, part(&rest, '\n'));
    line_close_list(l);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app_tx, bool alert)
{
    const struct pop3_tx *tx = (const struct pop3_tx *)app_tx;
    (void)session;
    (void)alert;
    line_open(l, "pop3");
    if (tx->kind)
        put_request(l, tx);
    if (tx->answered)
        put_answer(l, tx);
    line_close(l);
    return true;
}

const struct eve_app eve_app_pop3 = {.record = RECORD_POP3, .no_tx_id = true, .of_flow = true, .put = put};
