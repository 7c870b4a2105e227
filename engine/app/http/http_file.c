/*
 * The files that HTTP/1 carries: the body of a response, of a PUT or a POST, and what a form uploads. A file
 * is named by Content-Disposition, else by the path of the request, as in Suricata.
 *
 * file.data of a response is its body (http_buffer.c); of a request it is the files.
 */
#include "app/http/http_file.h"
#include "app/http/http_body.h"
#include "app/http/http_target.h"
#include "app/file/file.h"

#include <stdlib.h>

struct upload {
    struct app_session *session;
    struct http_tx *tx;
};

static void begin_part(void *ctx, struct slice filename)
{
    struct upload *u = ctx;
    struct app_body_limits limits = http_body_limits(u->session, TO_SERVER);
    u->tx->part = app_file_open(u->session, &u->tx->tx, TO_SERVER, filename);
    app_file_inspect(u->tx->part, &limits);
}

static void part_data(void *ctx, struct slice bytes)
{
    struct upload *u = ctx;
    app_file_append(u->session, &u->tx->tx, u->tx->part, bytes);
}

static void end_part(void *ctx)
{
    struct upload *u = ctx;
    app_file_close(u->session, &u->tx->tx, u->tx->part, true);
    u->tx->part = NULL;
}

static void invalid_part(void *ctx)
{
    struct upload *u = ctx;
    app_tx_event(u->session, &u->tx->tx, TO_SERVER, APP_EVENT_HTTP_MULTIPART_INVALID_HEADER);
}

static struct multipart_ops upload_ops(struct upload *upload)
{
    return (struct multipart_ops){
        .begin = begin_part, .data = part_data, .end = end_part, .invalid = invalid_part, .ctx = upload};
}

/* Of an answer, in `room` then; p is NULL without. */
static struct slice disposition_name(struct http_tx *tx, enum direction direction, struct buf *room)
{
    struct slice field = http_header(tx, TO_CLIENT, HTTP_FIELD_CONTENT_DISPOSITION);
    bool named = direction == TO_CLIENT && field.p && disposition_filename(field, room);
    return named ? buf_slice(room) : slice_of(NULL, 0);
}

bool http_file_has_name(struct http_tx *tx)
{
    struct buf name = {0};
    bool has = http_target(tx).path.p || disposition_name(tx, TO_CLIENT, &name).p;
    buf_fini(&name);
    return has;
}

static void open_body(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct http_side *side = &tx->sides[direction];
    struct app_body_limits limits = http_body_limits(s, direction);
    struct buf room = {0};
    struct slice name = disposition_name(tx, direction, &room);
    if (!name.p)
        name = http_path(tx);
    if (name.p) /* a path may be empty */
        side->file = app_file_open(s, &tx->tx, direction, room.n ? name : http_trimmed(name));
    if (direction == TO_SERVER)
        app_file_inspect(side->file, &limits);
    buf_fini(&room);
}

/* At the first bytes of a body. */
static void open_file(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct slice boundary;
    bool post = tx->method_kind == HTTP_POST;
    tx->sides[direction].file_asked = true;
    if (direction == TO_SERVER && !post && tx->method_kind != HTTP_PUT)
        return;
    if (direction == TO_CLIENT || !post ||
        !multipart_boundary(http_header(tx, direction, HTTP_FIELD_CONTENT_TYPE), &boundary)) {
        open_body(s, tx, direction);
        return;
    }
    tx->form = malloc(sizeof *tx->form);
    if (tx->form)
        multipart_init(tx->form, boundary);
}

/* What is still below the body's limit; all of it while a file is being stored. */
static struct slice within_limit(struct app_session *s, struct http_tx *tx, enum direction direction,
                                 struct slice bytes, bool stored)
{
    uint64_t limit = http_body_limits(s, direction).limit, total = tx->sides[direction].body.total;
    uint64_t room = limit > total ? limit - total : 0;
    return stored || bytes.n <= room ? bytes : slice_first(bytes, (size_t)room);
}

static void feed_form(struct app_session *s, struct http_tx *tx, struct slice bytes)
{
    struct upload upload = {s, tx};
    struct multipart_ops ops = upload_ops(&upload);
    struct slice part = within_limit(s, tx, TO_SERVER, bytes, app_file_is_stored(tx->part));
    multipart_feed(tx->form, part, &ops);
    if (part.n == bytes.n)
        return;
    app_file_close(s, &tx->tx, tx->part, false);
    multipart_end(tx->form, &ops);
}

bool http_file_is_stored(const struct http_tx *tx, enum direction direction)
{
    return app_file_is_stored(direction == TO_SERVER && tx->form ? tx->part : tx->sides[direction].file);
}

bool http_file_data(struct app_session *s, struct http_tx *tx, enum direction direction, struct slice bytes)
{
    struct http_side *side = &tx->sides[direction];
    if (!side->file_asked)
        open_file(s, tx, direction);
    if (direction == TO_SERVER && tx->form) {
        feed_form(s, tx, bytes);
        return app_file_is_stored(tx->part);
    }
    bool stored = app_file_is_stored(side->file);
    struct slice part = within_limit(s, tx, direction, bytes, stored);
    app_file_append(s, &tx->tx, side->file, part);
    if (part.n < bytes.n)
        app_file_close(s, &tx->tx, side->file, false);
    return stored;
}

void http_file_gap(struct app_session *s, struct http_tx *tx, enum direction direction, uint64_t bytes)
{
    app_file_gap(s, &tx->tx, direction == TO_SERVER && tx->form ? tx->part : tx->sides[direction].file,
                 bytes);
}

void http_file_end(struct app_session *s, struct http_tx *tx, enum direction direction, bool whole)
{
    app_file_close(s, &tx->tx, tx->sides[direction].file, whole);
    if (direction == TO_SERVER && tx->form) {
        struct upload upload = {s, tx};
        struct multipart_ops ops = upload_ops(&upload);
        multipart_end(tx->form, &ops);
    }
}

void http_file_fini(struct http_tx *tx)
{
    if (tx->form)
        multipart_fini(tx->form);
    free(tx->form);
}
