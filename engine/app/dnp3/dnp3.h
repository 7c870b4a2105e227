/*
 * DNP3 over TCP: each fragment of the application layer is a transaction of its own, as is what is wrong with
 * the layers below. Internal to app/dnp3 and output/eve_dnp3.c; what it holds is the transaction's, and
 * capped.
 */
#ifndef SLUICE_APP_DNP3_H
#define SLUICE_APP_DNP3_H

#include "app/dnp3/dnp3_object.h"
#include "app/parser.h"
#include "base/buf.h"

enum {
    DNP3_FRAGMENT_MOST = 16128, /* bytes, put together */
    DNP3_FLOOD = 32,            /* fragments at a time that the rules have not seen: one more is a flood */
};

enum { DNP3_RESPONSE = 129, DNP3_UNSOLICITED = 130 };

struct dnp3_link { /* of the first frame (9.2.4) */
    uint8_t control;
    uint16_t destination, source;
};

struct dnp3_tx {
    struct app_tx tx;
    bool there, complete; /* a fragment; all of its objects were read */
    struct dnp3_link link;
    uint8_t control, function;
    uint16_t indications; /* of a response: the first byte in the upper half */
    struct dnp3_object *objects;
    uint32_t count, capacity;
    struct buf bytes; /* the fragment */
    size_t memory;    /* accounted */
};

static inline bool dnp3_is_response(uint8_t function)
{
    return function >= DNP3_RESPONSE;
}

#endif
