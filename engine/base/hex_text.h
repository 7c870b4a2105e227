/* Bytes in hexadecimal: read between bars, |0d 0a|, as in contents of rules, and written. No state. */
#ifndef SLUICE_BASE_HEX_TEXT_H
#define SLUICE_BASE_HEX_TEXT_H

#include "base/buf.h"
#include "base/err.h"

/* The value of a hexadecimal digit, or -1. */
static inline int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Writes two digits, in lower case, for each byte; nothing behind them. Returns where they end. */
static inline char *hex_put(char *out, struct slice bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.n; i++) {
        *out++ = digits[bytes.p[i] >> 4];
        *out++ = digits[bytes.p[i] & 0xf];
    }
    return out;
}

/*
 * Appends the bytes of the part that begins at *at, behind the first bar; *at is left on the second bar, or
 * on what is wrong. 0, -EINVAL with a message in *err, -ENOMEM.
 */
int hex_part(struct slice text, size_t *at, struct buf *out, struct err *err);

/* Appends the bytes of text with such parts in it. *at: where something is wrong. As above. */
int hex_text(struct slice text, size_t *at, struct buf *out, struct err *err);

#endif
