/*
 * Tables of rule options and the payloads that they match, as asked of Suricata 8.0.8: one line an option
 * text, with the indices of the payloads that match, or "refused".
 */
#ifndef SLUICE_TESTS_SUPPORT_ANSWERS_H
#define SLUICE_TESTS_SUPPORT_ANSWERS_H

#include <stddef.h>

struct answer {
    const char *options;
    const char *matches; /* "0 2 5", or "refused" */
};

struct payload {
    const char *bytes;
    size_t n;
};

#define PAYLOAD(text)          \
    {                          \
        text, sizeof(text) - 1 \
    }

/* NULL when all answers are as the table says, else what differs (static memory of this call's caller). */
const char *answers_check(const struct answer *answers, size_t count, const struct payload *payloads,
                          size_t payload_count, char *message, size_t room);

#endif
