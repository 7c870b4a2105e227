/*
 * Rule options and bytes to look into: parse and evaluate. Input: the option text up to the first zero byte,
 * then the bytes. The bytes end at the end of an allocation, so that a read past them is seen.
 */
#include <stdint.h>
#include <stdlib.h>

#include "support/chain_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void evaluate(const struct rule *rule, const uint8_t *bytes, size_t n)
{
    struct eval *eval = eval_new();
    uint8_t *copy = malloc(n ? n : 1);
    if (eval && copy) {
        if (n)
            memcpy(copy, bytes, n);
        struct view_buffer payload = {.bytes = slice_of(copy, n), .first = true, .last = true};
        (void)chain_text_match(eval, rule, &payload);
        /* A chunk in the middle of a stream, half of which was looked at before. */
        payload.offset = n ? copy[0] : 0;
        payload.new_from = n / 2;
        (void)chain_text_match(eval, rule, &payload);
    }
    free(copy);
    eval_free(eval);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t n = zero ? (size_t)(zero - data) : size;
    uint8_t *text = malloc(n ? n : 1);
    struct rule *rule = NULL;
    struct err err;
    if (!text)
        return 0;
    if (n)
        memcpy(text, data, n);
    if (chain_text_parse(slice_of(text, n), &rule, &err) == 0)
        evaluate(rule, zero ? zero + 1 : data, zero ? size - n - 1 : 0);
    rule_free(rule);
    free(text);
    return 0;
}
