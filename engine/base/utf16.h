/* Text in UTF-16, the least byte first, up to its zero unit or its end. Any thread. */
#ifndef SLUICE_BASE_UTF16_H
#define SLUICE_BASE_UTF16_H

#include "base/buf.h"

/* Adds it as UTF-8, U+FFFD for half a pair (RFC 2781). 0 or -ENOMEM. */
int utf16_text(struct slice units, struct buf *out);

/* No half pairs before its end. */
bool utf16_valid(struct slice units);

#endif
