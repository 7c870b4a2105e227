/*
 * DER elements (X.690) as certificates have them: a tag, a definite length, and what lies inside. As
 * Suricata's reader does, lengths with needless leading zeros are taken, and of long tags the first byte.
 * Borrowed slices; pure functions, any thread.
 */
#ifndef SLUICE_APP_DER_H
#define SLUICE_APP_DER_H

#include "base/cursor.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OBJECT = 0x06,
    DER_UTF8 = 0x0c,
    DER_NUMERIC = 0x12,
    DER_PRINTABLE = 0x13,
    DER_T61 = 0x14,
    DER_VIDEOTEX = 0x15,
    DER_IA5 = 0x16,
    DER_UTC_TIME = 0x17,
    DER_TIME = 0x18,
    DER_GRAPHIC = 0x19,
    DER_VISIBLE = 0x1a,
    DER_GENERAL = 0x1b,
    DER_BMP = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80, /* | number */
    DER_CONTEXT_INSIDE = 0xa0,
};

enum der_status {
    DER_WHOLE,
    DER_NO_HEADER,  /* what is there ends before the length does */
    DER_NO_CONTENT, /* ... before the content does */
    DER_MALFORMED,  /* an unfinished tag, an indefinite length, one past 64 bits */
};

/* The next element: the first byte of its tag, and its content. The cursor stays unless it is whole. */
enum der_status der_read(struct cursor *c, uint8_t *tag, struct slice *content);
bool der_next(struct cursor *c, uint8_t *tag, struct slice *content); /* whether it was whole */

/* The next element if it is of that tag; else the cursor stays. */
bool der_take(struct cursor *c, uint8_t tag, struct slice *content);

#endif
