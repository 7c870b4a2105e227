/*
 * The value of a header field with parameters (RFC 2045, 5.1; RFC 2231): "attachment; filename=x; size=3".
 * What HTTP's forms and mail have in common. Slices are borrowed; any thread.
 */
#ifndef SLUICE_APP_HEADER_VALUE_H
#define SLUICE_APP_HEADER_VALUE_H

#include "base/buf.h"

bool header_blank(uint8_t c);
struct slice header_trimmed(struct slice s);      /* without blanks on either side */
bool header_is(struct slice s, const char *word); /* in any case of letters */

/*
 * Takes the next parameter: a name, and behind '=' its value, quotes still around it. `blanks`: a value
 * without quotes may hold some, as mail programs write them.
 */
bool header_parameter(struct slice *rest, bool blanks, struct slice *name, struct slice *value);

/* The value without quotes and backslashes; of RFC 8187 (charset'language'text, with bytes as %20). 0 or
 * -ENOMEM. */
int header_append_unquoted(struct buf *out, struct slice value);
int header_append_extended(struct buf *out, struct slice value);
/* The same from its text on: what continues a value in parts (RFC 2231, 3). */
int header_append_percent(struct buf *out, struct slice text);

#endif
