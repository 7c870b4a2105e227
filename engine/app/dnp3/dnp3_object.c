#include "app/dnp3/dnp3_object.h"

#include <stdlib.h>

struct known {
    uint8_t group, variation;
    uint16_t bits;
    const char *layout;
};

static const struct known table[] = {
#define DNP3_OBJECT(group, variation, bits, layout) {group, variation, bits, layout},
#include "app/dnp3/dnp3_object_list.h"
#undef DNP3_OBJECT
};

enum { KNOWN = sizeof table / sizeof table[0] };

static int compare(const void *key, const void *entry)
{
    const struct dnp3_object *object = key;
    const struct known *known = entry;
    return (object->group << 8 | object->variation) - (known->group << 8 | known->variation);
}

static const struct known *find(const struct dnp3_object *object)
{
    return bsearch(object, table, KNOWN, sizeof table[0], compare);
}

/* A.38, A.49 to A.52: a text whose length is the variation. */
static bool is_text(uint8_t group)
{
    return group >= 110 && group <= 115;
}

/* Files, data sets, authentication: as long as a size before each says. */
static bool has_own_size(uint8_t group)
{
    return group == 70 || (group >= 85 && group <= 91) || group == 83 || group == 120;
}

/* ---- headers ---- */

static bool take_little(struct cursor *c, size_t n, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t byte;
        if (!cursor_u8(c, &byte))
            return false;
        *out |= (uint32_t)byte << 8 * i;
    }
    return true;
}

/* 4.2.2.7.3. */
static bool take_range(struct cursor *c, struct dnp3_object *o)
{
    enum { NONE = 6, COUNT_8 = 7, COUNT_32 = 9, VARIABLE = 11 };
    static const uint8_t width[] = {1, 2, 4, 1, 2, 4};
    unsigned code = dnp3_range_code(o);
    o->start = o->stop = o->count = 0;
    if (code < sizeof width) {
        if (!take_little(c, width[code], &o->start) || !take_little(c, width[code], &o->stop) ||
            o->stop < o->start || o->stop - o->start == UINT32_MAX)
            return false;
        o->count = o->stop - o->start + 1;
        return true;
    }
    if (code == NONE)
        return true;
    if (code >= COUNT_8 && code <= COUNT_32)
        return take_little(c, (size_t)1 << (code - COUNT_8), &o->count);
    return code == VARIABLE && take_little(c, 1, &o->count);
}

static size_t prefix_width(const struct dnp3_object *o)
{
    static const uint8_t width[] = {0, 1, 2, 4, 1, 2, 4, 0};
    return width[dnp3_prefix_code(o)];
}

static bool prefix_is_size(const struct dnp3_object *o)
{
    enum { SIZE_8 = 4, SIZE_32 = 6 };
    return dnp3_prefix_code(o) >= SIZE_8 && dnp3_prefix_code(o) <= SIZE_32;
}

/* What only names objects has nothing of them behind the header: 4.4. */
static bool carries_data(uint8_t function, uint8_t group)
{
    enum { READ = 1, FREEZE_FIRST = 7, FREEZE_LAST = 12, UNSOLICITED_FIRST = 20, ASSIGN = 22 };
    enum { CLASSES = 60, TIMES = 50 };
    if (group == CLASSES || function == READ)
        return false;
    bool names = (function >= FREEZE_FIRST && function <= FREEZE_LAST) ||
                 (function >= UNSOLICITED_FIRST && function <= ASSIGN);
    return !names || group == TIMES;
}

/* ---- what is behind them ---- */

/* The bits of one object that has no size of its own before it; 0: not known. */
static size_t object_bits(const struct dnp3_object *o)
{
    const struct known *known = find(o);
    return known ? known->bits : is_text(o->group) ? 8 * (size_t)o->variation : 0;
}

static bool skip_sized(struct cursor *c, const struct dnp3_object *o)
{
    for (uint32_t i = 0; i < o->count; i++) {
        uint32_t size;
        if (!take_little(c, prefix_width(o), &size) || !cursor_skip(c, size))
            return false;
    }
    return true;
}

/* Bits lie close together, unless each object has its number before it. */
static bool skip_plain(struct cursor *c, const struct dnp3_object *o, size_t bits)
{
    size_t width = prefix_width(o), n = o->count;
    size_t bytes = width ? n * (width + (bits + 7) / 8) : (n * bits + 7) / 8;
    return cursor_skip(c, bytes);
}

static enum dnp3_objects skip_data(struct cursor *c, const struct dnp3_object *o)
{
    size_t bits = object_bits(o);
    bool sized = prefix_is_size(o);
    if (o->count && !bits && !(sized && has_own_size(o->group)) && !is_text(o->group))
        return DNP3_OBJECT_UNKNOWN;
    return (sized ? skip_sized(c, o) : skip_plain(c, o, bits)) ? DNP3_OBJECT_OK : DNP3_OBJECT_UNKNOWN;
}

enum dnp3_objects dnp3_object_next(struct cursor *c, uint8_t function, struct dnp3_object *o)
{
    *o = (struct dnp3_object){0};
    if (!cursor_u8(c, &o->group) || !cursor_u8(c, &o->variation) || !cursor_u8(c, &o->qualifier))
        return DNP3_OBJECT_BAD;
    if (!take_range(c, o))
        return DNP3_OBJECT_CUT;
    o->at = (uint32_t)c->at;
    if (o->count > DNP3_POINTS_MOST)
        return DNP3_TOO_MANY_POINTS;
    o->has_data = carries_data(function, o->group);
    if (o->has_data)
        return skip_data(c, o);
    return skip_plain(c, o, 0) ? DNP3_OBJECT_OK : DNP3_OBJECT_UNKNOWN;
}

/* ---- points ---- */

void dnp3_points_begin(struct dnp3_points *p, struct slice message, const struct dnp3_object *object)
{
    *p = (struct dnp3_points){.object = object, .c = cursor_of(message)};
    p->c.at = object->at <= message.n ? object->at : message.n;
}

bool dnp3_point_next(struct dnp3_points *p)
{
    const struct dnp3_object *o = p->object;
    const struct known *known = o->has_data ? find(o) : NULL;
    size_t width = prefix_width(o);
    if (!known || p->done == o->count)
        return false;
    if (p->bit && (width || known->bits % 8 == 0)) {
        p->bit = 0;
        cursor_skip(&p->c, 1);
    }
    if (!take_little(&p->c, width, &p->prefix) || 8 * cursor_left(&p->c) < known->bits + p->bit)
        return false;
    p->index = width && !prefix_is_size(o) ? p->prefix : o->start + p->done;
    p->layout = known->layout;
    p->done++;
    return true;
}

/* "value:i32": the type is a number of bits, or a letter before it. */
static const char *take_token(const char *layout, struct dnp3_field *field, char *type, unsigned *bits)
{
    const char *colon = strchr(layout, ':');
    field->name = slice_of(layout, (size_t)(colon - layout));
    *type = 0;
    if (colon[1] < '0' || colon[1] > '9')
        *type = *++colon;
    char *end;
    *bits = (unsigned)strtoul(colon + 1, &end, 10);
    return *end == ' ' ? end + 1 : NULL;
}

static uint64_t take_bits(struct dnp3_points *p, unsigned bits)
{
    uint64_t value = (uint64_t)p->c.p[p->c.at] >> p->bit & ((1U << bits) - 1);
    p->bit += bits;
    p->c.at += p->bit / 8;
    p->bit %= 8;
    return value;
}

static uint64_t take_number(struct dnp3_points *p, unsigned bits)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bits / 8; i++)
        value |= (uint64_t)p->c.p[p->c.at++] << 8 * i;
    return value;
}

static void set_real(struct dnp3_field *field, unsigned bits)
{
    enum { SINGLE = 32 };
    uint32_t half = (uint32_t)field->number;
    float single;
    memcpy(&single, &half, sizeof single);
    memcpy(&field->real, &field->number, sizeof field->real);
    if (bits == SINGLE)
        field->real = (double)single;
}

bool dnp3_field_next(struct dnp3_points *p, struct dnp3_field *field)
{
    char type;
    unsigned bits;
    if (!p->layout)
        return false;
    *field = (struct dnp3_field){0};
    p->layout = take_token(p->layout, field, &type, &bits);
    field->number = type ? take_number(p, bits) : take_bits(p, bits);
    field->kind = type == 'i' ? DNP3_SIGNED : type == 'f' ? DNP3_REAL : DNP3_UNSIGNED;
    if (type == 'i' && bits < 64 && field->number >> (bits - 1))
        field->number |= UINT64_MAX << bits;
    if (type == 'f')
        set_real(field, bits);
    return true;
}
