/*
 * The objects of a DNP3 message (IEEE 1815, 4.2.2.7 and annex A): their headers read into a list, and the
 * points behind each header one by one, as EVE shows them. Offsets count from the start of the message. Pure.
 */
#ifndef SLUICE_APP_DNP3_OBJECT_H
#define SLUICE_APP_DNP3_OBJECT_H

#include "base/cursor.h"

enum { DNP3_OBJECTS_MOST = 2048, DNP3_POINTS_MOST = 16384 /* of one header */ };

struct dnp3_object {
    uint8_t group, variation, qualifier;
    uint32_t start, stop, count;
    uint32_t at;   /* of what is behind the header */
    bool has_data; /* more than prefixes is there */
};

enum dnp3_objects {
    DNP3_OBJECT_OK,
    DNP3_OBJECT_BAD,     /* there is none */
    DNP3_OBJECT_CUT,     /* its range is not there, or none */
    DNP3_OBJECT_UNKNOWN, /* or less is there than it says */
    DNP3_TOO_MANY_POINTS,
};

static inline unsigned dnp3_prefix_code(const struct dnp3_object *object)
{
    return object->qualifier >> 4 & 7;
}

static inline unsigned dnp3_range_code(const struct dnp3_object *object)
{
    return object->qualifier & 15;
}

/*
 * The next header, and past what belongs to it, in a message of that function. Of a header that is not OK the
 * fields are filled as far as they are known, unless it is BAD.
 */
enum dnp3_objects dnp3_object_next(struct cursor *c, uint8_t function, struct dnp3_object *out);

struct dnp3_field {
    struct slice name;
    enum dnp3_field_kind { DNP3_UNSIGNED, DNP3_SIGNED, DNP3_REAL } kind;
    uint64_t number;
    double real;
};

/* The points of an object: its prefix is a number, or the size of what follows. */
struct dnp3_points {
    const struct dnp3_object *object;
    struct cursor c;
    const char *layout; /* what is left of it for this point; NULL: its fields are not known */
    uint32_t done, prefix, index;
    size_t bit; /* where in the first byte a field begins */
};

void dnp3_points_begin(struct dnp3_points *points, struct slice message, const struct dnp3_object *object);
bool dnp3_point_next(struct dnp3_points *points);
bool dnp3_field_next(struct dnp3_points *points, struct dnp3_field *field);

#endif
