#include "packet/address.h"

#include <arpa/inet.h>

/* A byte in decimal. */
static char *put_byte(char *out, uint8_t value)
{
    if (value >= 100)
        *out++ = (char)('0' + value / 100);
    if (value >= 10)
        *out++ = (char)('0' + value / 10 % 10);
    *out++ = (char)('0' + value % 10);
    return out;
}

void address_print(const struct address *a, char text[ADDRESS_TEXT])
{
    const uint8_t *b = a->bytes;
    char *out = text;
    if (a->version == 4) {
        for (unsigned i = 0; i < 4; i++) {
            if (i > 0)
                *out++ = '.';
            out = put_byte(out, b[i]);
        }
    } else if (a->version == 6) {
        static const char digits[] = "0123456789abcdef";
        for (unsigned i = 0; i < 16; i++) {
            if (i > 0 && i % 2 == 0)
                *out++ = ':';
            *out++ = digits[b[i] >> 4];
            *out++ = digits[b[i] & 15];
        }
    }
    *out = '\0';
}

bool address_parse(const char *text, struct address *a)
{
    struct address parsed = {.version = 0};
    if (inet_pton(AF_INET, text, parsed.bytes) == 1)
        parsed.version = 4;
    else if (inet_pton(AF_INET6, text, parsed.bytes) == 1)
        parsed.version = 6;
    else
        return false;
    *a = parsed;
    return true;
}
