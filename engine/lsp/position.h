/*
 * Characters of a line as the client counts them (positionEncoding) and bytes, in both directions. A byte
 * that is not part of valid UTF-8 counts as one character. Pure; any thread.
 */
#ifndef SLUICE_LSP_POSITION_H
#define SLUICE_LSP_POSITION_H

#include "base/slice.h"

enum position_encoding { ENCODING_UTF16, ENCODING_UTF8, ENCODING_UTF32 };

/* "utf-16", ... */
const char *position_encoding_name(enum position_encoding encoding);

/* The byte at which a character begins; the end of the line for one behind it. */
uint32_t position_byte(struct slice line, uint64_t character, enum position_encoding encoding);

/* How many characters stand before a byte of the line. */
uint32_t position_character(struct slice line, size_t byte, enum position_encoding encoding);

#endif
