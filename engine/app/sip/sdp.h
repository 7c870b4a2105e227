/*
 * SDP (RFC 8866): lines of a letter and a value, those of the session first, then a part for each medium,
 * which begins with its 'm'. Read as they come: an order, a form or a character that RFC 8866 forbids hides
 * nothing. Slices are borrowed; any thread.
 */
#ifndef SLUICE_APP_SDP_H
#define SLUICE_APP_SDP_H

#include "base/slice.h"

struct sdp_line {
    char letter;
    struct slice value; /* without the line's end */
};

/* Whether it begins as a description does, with its version. */
bool sdp_is(struct slice body);

/* Takes the next line that has the form of one from *rest; false at the end. */
bool sdp_next(struct slice *rest, struct sdp_line *line);

#endif
