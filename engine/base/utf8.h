/* Text in UTF-8. Pure functions, any thread. */
#ifndef SLUICE_BASE_UTF8_H
#define SLUICE_BASE_UTF8_H

#include "base/slice.h"

/* RFC 3629, 4: no surrogates, no overlong forms, nothing past U+10FFFF. No bytes are valid. */
bool utf8_valid(struct slice text);

/* Bytes of the character that the text begins with; 0 when it is none, or there is no text. */
size_t utf8_length(struct slice text);

/* For people and for JSON: what is not valid UTF-8, and control bytes but tabs and line feeds, become dots.
 */
void utf8_clean(char *text);

#endif
