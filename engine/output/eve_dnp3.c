/* DNP3 in EVE: one record a fragment of the application layer. */
#include "app/dnp3/dnp3.h"
#include "output/eve_app.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { POINTS_SHOWN = 1024 /* of a message */ };

/* 9.2.4.1. */
static void put_link(struct json_line *l, const struct dnp3_tx *tx)
{
    uint8_t control = tx->link.control;
    line_open(l, "control");
    line_bool(l, "dir", control & 0x80);
    line_bool(l, "pri", control & 0x40);
    line_bool(l, "fcb", control & 0x20);
    line_bool(l, "fcv", control & 0x10);
    line_uint(l, "function_code", control & 0x0f);
    line_close(l);
    line_uint(l, "src", tx->link.source);
    line_uint(l, "dst", tx->link.destination);
}

/* 4.2.2.4. */
static void put_control(struct json_line *l, uint8_t control)
{
    line_open(l, "control");
    line_bool(l, "fir", control & 0x80);
    line_bool(l, "fin", control & 0x40);
    line_bool(l, "con", control & 0x20);
    line_bool(l, "uns", control & 0x10);
    line_uint(l, "sequence", control & 0x0f);
    line_close(l);
}

/* As few digits as give the same number again. */
static void put_real(struct json_line *l, const char *key, double value)
{
    char text[32];
    if (!isfinite(value)) {
        line_literal(l, key, "null");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    bool whole = !strpbrk(text, ".e");
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s", whole ? ".0" : "");
    line_literal(l, key, text);
}

static void put_field(struct json_line *l, const struct dnp3_field *field)
{
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)field->name.n, (const char *)field->name.p);
    if (field->kind == DNP3_REAL)
        put_real(l, name, field->real);
    else if (field->kind == DNP3_SIGNED)
        line_int(l, name, (int64_t)field->number);
    else
        line_uint(l, name, field->number);
}

static void put_points(struct json_line *l, const struct dnp3_tx *tx, const struct dnp3_object *object,
                       unsigned *left)
{
    struct dnp3_points points;
    struct dnp3_field field;
    struct line_mark mark = line_mark(l);
    line_open_list(l, "points");
    dnp3_points_begin(&points, buf_slice(&tx->bytes), object);
    while (*left && dnp3_point_next(&points)) {
        --*left;
        line_open(l, NULL);
        line_uint(l, "prefix", points.prefix);
        line_uint(l, "index", points.index);
        while (dnp3_field_next(&points, &field))
            put_field(l, &field);
        line_close(l);
    }
    line_close_filled(l, mark);
}

static void put_objects(struct json_line *l, const struct dnp3_tx *tx)
{
    unsigned left = POINTS_SHOWN;
    line_open_list(l, "objects");
    for (uint32_t i = 0; i < tx->count; i++) {
        const struct dnp3_object *o = &tx->objects[i];
        line_open(l, NULL);
        line_uint(l, "group", o->group);
        line_uint(l, "variation", o->variation);
        line_uint(l, "qualifier", o->qualifier);
        line_uint(l, "prefix_code", dnp3_prefix_code(o));
        line_uint(l, "range_code", dnp3_range_code(o));
        line_uint(l, "start", o->start);
        line_uint(l, "stop", o->stop);
        line_uint(l, "count", o->count);
        put_points(l, tx, o, &left);
        line_close(l);
    }
    line_close_list(l);
}

static void put_application(struct json_line *l, const struct dnp3_tx *tx)
{
    line_open(l, "application");
    put_control(l, tx->control);
    line_uint(l, "function_code", tx->function);
    if (tx->count)
        put_objects(l, tx);
    line_bool(l, "complete", tx->complete);
    line_close(l);
}

static void put_indications(struct json_line *l, uint16_t bits)
{
    static const struct {
        uint16_t bit;
        const char *name;
    } names[] = {
#define DNP3_INDICATION(bit, name) {bit, name},
#include "base/dnp3_name_list.h"
#undef DNP3_INDICATION
    };
    line_open(l, "iin");
    struct line_mark mark = line_mark(l);
    line_open_list(l, "indicators");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (bits & names[i].bit)
            line_text(l, NULL, names[i].name);
    line_close_filled(l, mark);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app, bool alert)
{
    const struct dnp3_tx *tx = (const struct dnp3_tx *)app;
    (void)session;
    (void)alert;
    if (!tx->there)
        return false;
    line_open(l, "dnp3");
    line_text(l, "type",
              tx->function == DNP3_UNSOLICITED ? "unsolicited_response"
              : dnp3_is_response(tx->function) ? "response"
                                               : "request");
    put_link(l, tx);
    put_application(l, tx);
    if (dnp3_is_response(tx->function))
        put_indications(l, tx->indications);
    line_close(l);
    return true;
}

const struct eve_app eve_app_dnp3 = {
    .record = RECORD_DNP3, .no_tx_id = true, .of_flow = true, .upper_events = true, .put = put};
