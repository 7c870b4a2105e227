#include "support/app_driver.h"

#include <stdlib.h>

#include "app/parser_list.h"
#include "app/engine_private.h"
#include "app/file/file.h"

enum { INSTANCES = 64, CALLS = 4096 };

bool app_driver_open(struct app_driver *d, const struct app_parser *parser, bool datagram)
{
    static const struct app_config plain;
    struct app_config config = plain;
    struct app_hooks hooks = {0};
    memset(d, 0, sizeof *d);
    for (int i = 0; i < BUFFER_COUNT; i++)
        config.wanted[i] =
            i != BUFFER_FILE_MAGIC; /* to load libmagic's database takes longer than all else */
    for (int h = 0; h < FILE_HASHES; h++)
        config.files.hashes[h] = true;
    config.memory = 64 << 20;
    d->flow = (struct flow){.protocol = datagram ? 17 : 6,
                            .client_port = 40000,
                            .server_port = 80,
                            .app = parser->proto,
                            .app_direction = {parser->proto, parser->proto}};
    d->flow.tcp = datagram ? NULL : &d->tcp;
    d->engine = app_engine_new(&config, &hooks);
    d->session = d->engine ? app_session_open(d->engine, &d->flow, parser) : NULL;
    return d->session != NULL;
}

static void look(struct app_driver *d)
{
    struct app_session *s = d->session;
    for (int side = 0; side < DIRECTIONS; side++) {
        enum direction direction = (enum direction)side;
        for (struct app_tx *tx = s->first; tx; tx = tx->next) {
            if (!tx->changed[direction])
                continue;
            for (int id = 0; id < BUFFER_COUNT; id++) {
                struct view_buffer buffer;
                for (unsigned i = 0; i < INSTANCES; i++) {
                    if (app_buffer(s, tx, direction, (enum buffer_id)id, i, &buffer) != BUFFER_HERE)
                        break;
                    if (d->saw)
                        d->saw(d->ctx, tx, direction, (enum buffer_id)id, i, &buffer);
                }
            }
        }
        app_seen(s, direction);
        for (struct app_tx *tx = s->first; tx; tx = tx->next)
            while (app_file_ended(s, tx, direction))
                ;
        app_inspected(s, direction);
    }
    if (app_full(s))
        app_looked(s);
}

static void parse(struct app_driver *d, enum direction direction, bool last)
{
    struct app_session *s = d->session;
    struct app_side *side = &s->sides[direction];
    for (int i = 0; i < CALLS && d->pending[direction].n && !side->ended && !d->bad && !s->change; i++) {
        struct buf *pending = &d->pending[direction];
        if (pending->n < side->need && !last)
            break;
        /* Of exact size, so that a read past the end is seen. */
        uint8_t *copy = malloc(pending->n);
        if (!copy)
            break;
        memcpy(copy, pending->p, pending->n);
        struct app_input in = {.direction = direction,
                               .bytes = slice_of(copy, pending->n),
                               .last = last,
                               .datagram = d->flow.protocol == 17};
        struct app_taken taken = {0};
        enum parse_status status = s->parser->parse(s, &in, &taken);
        free(copy);
        size_t n = in.datagram || taken.bytes > pending->n ? pending->n : taken.bytes;
        memmove(pending->p, pending->p + n, pending->n - n);
        pending->n -= n;
        side->need = (uint32_t)taken.need;
        d->bad |= status == PARSE_BAD || status == PARSE_DONE || status == PARSE_GIVE_UP;
        side->ended |= status == PARSE_SIDE_DONE;
        look(d);
        if (!n)
            break;
    }
}

void app_driver_feed(struct app_driver *d, enum direction direction, struct slice bytes)
{
    if (!d->session || d->ended[direction] || buf_append(&d->pending[direction], bytes))
        return;
    parse(d, direction, false);
    parse(d, !direction, false);
}

void app_driver_end(struct app_driver *d, enum direction direction)
{
    if (!d->session || d->ended[direction])
        return;
    parse(d, direction, true);
    d->ended[direction] = true;
    if (!d->bad && d->session->parser->end && !d->session->sides[direction].ended)
        d->session->parser->end(d->session, direction);
    look(d);
}

void app_driver_gap(struct app_driver *d, enum direction direction, uint64_t bytes)
{
    struct app_session *s = d->session;
    if (!s || d->bad || d->ended[direction] || s->sides[direction].ended)
        return;
    parse(d, direction, true);
    d->pending[direction].n = 0;
    enum parse_status status = s->parser->gap ? s->parser->gap(s, direction, bytes) : PARSE_SIDE_DONE;
    s->sides[direction].ended |= status != PARSE_OK;
    s->sides[direction].need = 0;
    look(d);
}

void app_driver_close(struct app_driver *d)
{
    if (d->session) {
        app_complete_all(d->session);
        look(d);
        app_session_end(d->engine, &d->flow);
    }
    app_engine_free(d->engine);
    buf_fini(&d->pending[TO_SERVER]);
    buf_fini(&d->pending[TO_CLIENT]);
}

void app_driver_fuzz(const struct app_parser *parser, bool datagram, const uint8_t *data, size_t size)
{
    struct app_driver d;
    size_t at = 0;
    if (app_driver_open(&d, parser, datagram)) {
        while (size - at >= 2) {
            enum direction direction = data[at] & 1 ? TO_CLIENT : TO_SERVER;
            uint8_t what = data[at];
            size_t n = data[at + 1];
            at += 2;
            if (what & 4)
                app_driver_gap(&d, direction, n);
            if (n > size - at)
                n = size - at;
            app_driver_feed(&d, direction, slice_of(data + at, n));
            at += n;
            if (what & 2)
                app_driver_end(&d, direction);
        }
        app_driver_end(&d, TO_SERVER);
        app_driver_end(&d, TO_CLIENT);
    }
    app_driver_close(&d);
}
