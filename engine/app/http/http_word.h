/* Words in header fields of HTTP/1. Pure; any thread. */
#ifndef SLUICE_APP_HTTP_WORD_H
#define SLUICE_APP_HTTP_WORD_H

#include <ctype.h>

#include "base/slice.h"

/* Whether it is that word, which is in lower case. As in Suricata zero bytes in it do not count: "def\0late"
 * is a way past others. */
static inline bool http_word_is(struct slice text, const char *word)
{
    size_t at = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!text.p[i])
            continue;
        if (!word[at] || tolower(text.p[i]) != word[at])
            return false;
        at++;
    }
    return !word[at];
}

#endif
