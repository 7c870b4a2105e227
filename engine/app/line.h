/*
 * Lines of a protocol that has lines, taken whole from the bytes at hand: what has been searched for a line
 * end is not searched again, and a line without end is cut. One reader a direction; one thread.
 */
#ifndef SLUICE_APP_LINE_H
#define SLUICE_APP_LINE_H

#include "base/slice.h"

enum { LINE_MOST = 4096 /* bytes with its end; one that is as long is cut, as in Suricata */ };

struct line_reader {
    size_t searched; /* so many bytes that are not taken hold no line end */
    bool inside;     /* of a line that was cut */
};

enum line_answer {
    LINE_WHOLE,
    LINE_BEGIN, /* of one that is too long: its first LINE_MOST bytes */
    LINE_REST,  /* a piece of it, perhaps the last */
    LINE_LATER, /* nothing was taken: there is no end yet */
};

/* Takes the next line from *rest, with its end; `last`: what is there is all there will be. */
enum line_answer line_take(struct line_reader *reader, struct slice *rest, bool last, struct slice *line);

struct slice line_without_end(struct slice line);

#endif
