/* Sets of bytes as regular expressions write them: \d, [a-z], [[:alpha:]]. Pure. */
#ifndef SLUICE_RULEWORK_REGEX_CLASS_H
#define SLUICE_RULEWORK_REGEX_CLASS_H

#include "base/byte_set.h"
#include "base/slice.h"

/* d, w, s, h, v, N, R and their like: false when the letter names no set. */
bool regex_class_letter(uint8_t letter, struct byte_set *set);

/* What stands behind a backslash and is one byte (\x41, \n, \.): false when it is none. Takes it from *rest.
 */
bool regex_class_byte(struct slice *rest, uint8_t *byte);

/* Up to three octal digits: false when the first is none, or they are no byte. Takes them from *rest. */
bool regex_class_octal(struct slice *rest, uint8_t *byte);

/* A class behind its '[': false when it is not closed or not understood. Takes it from *rest, with the ']'.
 */
bool regex_class_parse(struct slice *rest, bool caseless, struct byte_set *set);

struct byte_set regex_class_not(struct byte_set set);
void regex_class_fold(struct byte_set *set); /* both cases of its letters */

#endif
