/*
 * What the steps of byte_test, byte_jump, byte_extract, byte_math and base64_decode ask, for who makes bytes
 * that fit. Const once parsed; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_BYTE_STEP_H
#define SLUICE_RULE_KEYWORD_BYTE_STEP_H

#include "rule/keyword/byte_source.h"

enum byte_compare {
    BYTE_EQUAL,
    BYTE_LESS,
    BYTE_GREATER,
    BYTE_LESS_EQUAL,
    BYTE_GREATER_EQUAL,
    BYTE_AND,
    BYTE_XOR
};

struct byte_test {
    struct byte_source source;
    enum byte_compare compare;
    bool negated, value_is_variable;
    uint64_t value;
};

struct byte_jump {
    struct byte_source source;
    uint32_t multiplier;
    int32_t post_offset;
    bool align, from_beginning, from_end;
};

struct byte_extract {
    struct byte_source source;
    uint32_t multiplier, align; /* 1: as it is */
    int variable;
};

struct byte_math {
    struct byte_source source;
    char operation; /* + - * / and l, r for the shifts; 0: not given */
    bool has_count, has_offset, has_value, value_is_variable;
    uint64_t value;
    int variable;
    struct slice result; /* while parsing */
};

struct base64 {
    int32_t bytes, offset; /* 0 bytes: to the end */
    bool relative;
};

/* Each NULL when the step is another keyword's. */
const struct byte_test *step_byte_test(const struct step *step);
const struct byte_jump *step_byte_jump(const struct step *step);
const struct byte_extract *step_byte_extract(const struct step *step);
const struct byte_math *step_byte_math(const struct step *step);
const struct base64 *step_base64(const struct step *step);

/* Whether byte_test holds for a value that was read, compared with `wanted`. */
bool byte_test_holds(const struct byte_test *test, uint64_t value, uint64_t wanted);

/* What byte_extract, and byte_math with its right side, make of a value that was read; false: nothing. */
uint64_t byte_extract_value(const struct byte_extract *extract, uint64_t value);
bool byte_math_value(const struct byte_math *math, uint64_t value, uint64_t right, uint64_t *out);

#endif
