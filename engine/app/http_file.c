/*
 * The files that HTTP/1 carries: the body of a response, of a PUT or a POST, and what a form uploads. A file
 * is named by Content-Disposition, else by the path of the request, as in Suricata.
 */
#include "app/http.h"

#include <stdlib.h>

struct upload {
    struct app_session *session;
    struct http_tx *tx;
};

static void begin_part(void *ctx, struct slice filename)
{
    struct upload *u = ctx;
    u->tx->part = app_file_open(u->session, &u->tx->tx, TO_SERVER, filename, true);
}

static void part_data(void *ctx, struct slice bytes)
{
    struct upload *u = ctx;
    app_file_append(u->session, &u->tx->tx, u->tx->part, bytes);
}

static void end_part(void *ctx, bool whole)
{
    struct upload *u = ctx;
    app_file_close(u->session, &u->tx->tx, u->tx->part, whole);
    u->tx->part = NULL;
}

static struct multipart_ops upload_ops(struct upload *upload)
{
    return (struct multipart_ops){.begin = begin_part, .data = part_data, .end = end_part, .ctx = upload};
}

bool http_file_name(const struct http_tx *tx, enum direction direction, struct slice *name)
{
    struct slice disposition = http_header(tx, TO_CLIENT, "content-disposition");
    if (direction == TO_CLIENT && disposition.p && disposition_filename(disposition, name))
        return true;
    const htp_uri_t *uri = tx->htp->parsed_uri;
    *name = uri ? http_trimmed(http_text(uri->path)) : slice_of(NULL, 0);
    return name->n > 0;
}

static bool uploads(const struct http_tx *tx)
{
    return tx->htp->request_method_number == HTP_M_POST || tx->htp->request_method_number == HTP_M_PUT;
}

/* At the first bytes of a body. */
static void open_file(struct app_session *s, struct http_tx *tx, enum direction direction)
{
    struct http_side *side = &tx->sides[direction];
    struct slice boundary, name;
    side->file_asked = true;
    if (direction == TO_SERVER && !uploads(tx))
        return;
    if (direction == TO_CLIENT ||
        !multipart_boundary(http_header(tx, direction, "content-type"), &boundary)) {
        if (http_file_name(tx, direction, &name))
            side->file = app_file_open(s, &tx->tx, direction, name, false);
        return;
    }
    tx->form = malloc(sizeof *tx->form);
    if (tx->form)
        multipart_init(tx->form, boundary);
}

void http_file_data(struct app_session *s, struct http_tx *tx, enum direction direction, struct slice bytes)
{
    struct http_side *side = &tx->sides[direction];
    if (!side->file_asked)
        open_file(s, tx, direction);
    app_file_append(s, &tx->tx, side->file, bytes);
    if (direction == TO_SERVER && tx->form) {
        struct upload upload = {s, tx};
        struct multipart_ops ops = upload_ops(&upload);
        multipart_feed(tx->form, bytes, &ops);
    }
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
