#include "support/answers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/chain_text.h"

static void print_matches(struct eval *eval, const struct rule *rule, const struct payload *payloads,
                          size_t count, char *out, size_t room)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        /* Bytes of their own, so that a read past the end is seen. */
        uint8_t *copy = malloc(payloads[i].n ? payloads[i].n : 1);
        if (!copy)
            abort();
        memcpy(copy, payloads[i].bytes, payloads[i].n);
        struct view_buffer payload = {.bytes = slice_of(copy, payloads[i].n), .first = true, .last = true};
        if (chain_text_match(eval, rule, &payload) && n < room)
            n += (size_t)snprintf(out + n, room - n, "%s%zu", n ? " " : "", i);
        free(copy);
    }
}

const char *answers_check(const struct answer *answers, size_t count, const struct payload *payloads,
                          size_t payload_count, char *message, size_t room)
{
    struct eval *eval = eval_new();
    const char *result = eval ? NULL : "out of memory";
    for (size_t i = 0; i < count && !result; i++) {
        char got[400] = "refused";
        struct rule *rule;
        struct err err;
        int rc = chain_text_parse(slice_str(answers[i].options), &rule, &err);
        if (!rc)
            print_matches(eval, rule, payloads, payload_count, got, sizeof got);
        rule_free(rule);
        if (strcmp(got, answers[i].matches) == 0)
            continue;
        snprintf(message, room, "%s: expected %s, got %s (%s)", answers[i].options, answers[i].matches, got,
                 rc ? err.message : "");
        result = message;
    }
    eval_free(eval);
    return result;
}
