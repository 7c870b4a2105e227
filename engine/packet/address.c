#include "packet/address.h"

#include <arpa/inet.h>
#include <stdio.h>

void address_print(const struct address *a, char text[ADDRESS_TEXT])
{
    const uint8_t *b = a->bytes;
    if (a->version == 4) {
        snprintf(text, ADDRESS_TEXT, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
    } else if (a->version == 6) {
        static const char digits[] = "0123456789abcdef";
        char *out = text;
        for (unsigned i = 0; i < 16; i++) {
            if (i > 0 && i % 2 == 0)
                *out++ = ':';
            *out++ = digits[b[i] >> 4];
            *out++ = digits[b[i] & 15];
        }
        *out = '\0';
    } else {
        text[0] = '\0';
    }
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
