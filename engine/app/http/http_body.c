/*
 * Bodies of HTTP/1: their content codings are taken off, then they go to the window that the rules look at,
 * and to the file that they are.
 */
#include "app/http/http.h"
#include "app/http/http_body.h"
#include "app/http/http_event.h"
#include "app/http/http_file.h"
#include "app/http/http_session.h"

struct target {
    struct app_session *session;
    struct http_tx *tx;
    enum direction direction;
};

static bool is_past(const struct app_session *s, const struct http_tx *tx, enum direction direction)
{
    const struct http_side *side = &tx->sides[direction];
    bool looked_at = !side->unshown && side->body.total <= http_body_limits(s, direction).limit;
    return !looked_at && !http_file_is_stored(tx, direction);
}

/*
 * Past the limit (or when the body has no name) the rules see no more of it, and no file does: its codings
 * are not taken off any further where that cannot bring an event either.
 */
static bool is_enough(const struct app_session *s, const struct http_tx *tx, enum direction direction)
{
    const struct http_side *side = &tx->sides[direction];
    return side->decompress && http_decompress_may_stop(side->decompress) && is_past(s, tx, direction);
}

static void spare_work(const struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct http_decompress *decompress = tx->sides[direction].decompress;
    if (!decompress)
        return;
    bool asked_for = http_file_is_stored(tx, direction) || http_body_limits(s, direction).limit > GROWTH_FREE;
    if (asked_for)
        http_decompress_be_patient(decompress);
    else if (is_enough(s, tx, direction))
        http_decompress_stop(decompress);
    else if (is_past(s, tx, direction))
        http_decompress_be_wary(decompress);
}

static void take(void *ctx, struct slice bytes)
{
    const struct target *to = ctx;
    struct http_side *side = &to->tx->sides[to->direction];
    struct app_body_limits limits = http_body_limits(to->session, to->direction);
    if (http_file_data(to->session, to->tx, to->direction, bytes))
        limits.limit = UINT64_MAX;
    if (!side->unshown)
        app_body_append(to->session, &side->body, bytes, &limits);
    spare_work(to->session, to->tx, to->direction);
    app_tx_changed(to->session, &to->tx->tx, to->direction);
}

static struct growth *growth_of(struct app_session *s)
{
    struct http *http = s->state;
    return &http->growth;
}

void http_body_begin(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    enum { LAYERS = 2 };
    int64_t length = tx->sides[direction].length;
    tx->sides[direction].body.expected = length > 0 ? (uint64_t)length : 0;
    tx->sides[direction].unshown = direction == TO_CLIENT && !http_file_has_name(tx);
    struct slice field = http_header(tx, direction, HTTP_FIELD_CONTENT_ENCODING);
    if (!field.p)
        return;
    unsigned most = s->config->http.decompress_layers ? s->config->http.decompress_layers : LAYERS;
    struct http_codings codings = http_codings_read(field, most);
    if (codings.odd)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_HTTP_ABNORMAL_CE_HEADER);
    if (codings.too_many)
        app_tx_event(s, &tx->tx, direction, APP_EVENT_HTTP_TOO_MANY_ENCODING_LAYERS);
    if (!tx->sides[direction].decompress)
        tx->sides[direction].decompress = http_decompress_new(s, growth_of(s), &codings);
}

static void tell(struct app_session *s, struct http_tx *tx, enum direction direction, enum app_event event)
{
    if (event != APP_EVENT_NONE)
        app_tx_event(s, &tx->tx, direction, event);
}

static void look_for_limit(const struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct http_side *side = &tx->sides[direction];
    if (!is_enough(s, tx, direction))
        return;
    http_decompress_free(side->decompress);
    side->decompress = NULL;
    side->body_passed = true;
}

void http_body_data(struct app_session *s, struct http_tx *tx, enum direction direction, struct slice bytes)
{
    struct http_side *side = &tx->sides[direction];
    struct target target = {s, tx, direction};
    if (side->body_ended)
        return;
    if (side->body_passed) {
        app_tx_changed(s, &tx->tx, direction);
    } else if (side->decompress) {
        tell(s, tx, direction, http_decompress_feed(side->decompress, bytes, take, &target));
        look_for_limit(s, tx, direction);
    } else {
        take(&target, bytes);
    }
}

void http_body_end(struct app_session *s, struct http_tx *tx, enum direction direction, bool whole)
{
    struct http_side *side = &tx->sides[direction];
    struct target target = {s, tx, direction};
    if (side->body_ended)
        return;
    if (side->decompress)
        tell(s, tx, direction, http_decompress_end(side->decompress, take, &target));
    http_decompress_free(side->decompress);
    side->decompress = NULL;
    side->body_ended = side->body.complete = true;
    http_file_end(s, tx, direction, whole);
}
