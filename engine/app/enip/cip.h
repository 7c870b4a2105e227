/*
 * A message of CIP (CIP Networks Library, volume 1, 2-4), a request or an answer, read into lists: its
 * services (more than one in a Multiple Service Packet), and the classes, instances and attributes that they
 * name.
 *
 * Offsets count from the start of the bytes that cip_read was given, which are not kept. The lists are owned,
 * and capped: what has more is bad.
 */
#ifndef SLUICE_APP_CIP_H
#define SLUICE_APP_CIP_H

#include "base/slice.h"

enum { CIP_SERVICES_MOST = 256, CIP_NUMBERS_MOST = 1024, CIP_ANSWER = 0x80, CIP_MULTIPLE = 0x0a };

enum cip_segment { CIP_CLASS, CIP_INSTANCE, CIP_ATTRIBUTE, CIP_SEGMENTS };

struct cip_service {
    uint8_t service; /* with CIP_ANSWER */
    uint8_t status;  /* of an answer */
    bool inner;      /* one of those in a Multiple Service Packet, which goes before them */
    bool has_class;
    uint32_t class_id;
    uint32_t start, size;                   /* of all of it */
    uint32_t at, length;                    /* of its path, or of the answer's additional status */
    uint32_t attribute_at, attribute_count; /* in the list of attributes */
};

struct cip_numbers {
    uint32_t *list;
    uint32_t count, capacity;
};

struct cip {
    struct cip_service *services;
    uint32_t count, capacity;
    struct cip_numbers numbers[CIP_SEGMENTS];
};

enum cip_result { CIP_OK, CIP_BAD, CIP_NO_MEMORY };

/* Adds the message at bytes[at..at+n]; what was read of one that is bad is there. */
enum cip_result cip_read(struct cip *cip, struct slice bytes, size_t at, size_t n, bool answer);

/* The numbers of a segment of a path, as cip_read takes them. False at its end, and where it is bad. */
struct cip_path_step {
    uint8_t type; /* as sent, its width taken away: 0x20 is a class */
    bool is_number;
    uint32_t number;
    struct slice text; /* of a symbol */
};
bool cip_path_next(struct slice *path, struct cip_path_step *step, bool *bad);

void cip_fini(struct cip *cip);

/* What it has taken from the heap. */
size_t cip_memory(const struct cip *cip);

#endif
