/* Text in UTF-8. Pure functions, any thread. */
#ifndef SLUICE_BASE_UTF8_H
#define SLUICE_BASE_UTF8_H

#include "base/slice.h"

/* RFC 3629, 4: no surrogates, no overlong forms, nothing past U+10FFFF. No bytes are valid. */
bool utf8_valid(struct slice text);

#endif
